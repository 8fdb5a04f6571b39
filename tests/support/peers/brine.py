"""A peer with rpyc's own brine, which speaks through rpyc's own Channel over standard input and output.

    PYTHONPATH=$FIRTH_PEERS/rpyc-6.0.2 python3 brine.py echo
    PYTHONPATH=$FIRTH_PEERS/rpyc-6.0.2 python3 brine.py make SEED COUNT
    PYTHONPATH=$FIRTH_PEERS/rpyc-6.0.2 python3 brine.py evaluate

echo loads each payload and answers with what it dumps of it. make sends COUNT random values.
evaluate is sent `HEX EXPRESSION` and answers with the expression's brine, or with `other` if HEX,
when it is there, is the brine of another value.
"""

import itertools
import struct
import sys
from pathlib import Path

from rpyc.core import brine
from rpyc.core.channel import Channel
from rpyc.core.stream import PipeStream

sys.path.append(str(Path(__file__).resolve().parent.parent))

from brine_random import Values, differs  # noqa: E402


def answer(channel, to):
    try:
        while True:
            channel.send(to(channel.recv()))
    except EOFError:
        channel.close()


def echo(channel):
    answer(channel, lambda payload: brine.dump(brine.load(payload)))


def make(channel, seed, count):
    for value in itertools.islice(itertools.filterfalse(differs, Values(int(seed))), int(count)):
        channel.send(brine.dump(value))
    channel.close()


def shown(value):
    return sorted(value) if type(value) is frozenset else repr(value)


def evaluated(payload):
    digits, _, expression = payload.decode().partition(" ")
    value = eval(expression, {"struct": struct})
    same = not digits or shown(brine.load(bytes.fromhex(digits))) == shown(value)
    return brine.dump(value) if same else b"other"


def evaluate(channel):
    answer(channel, evaluated)


def main(command, *words):
    channel = Channel(PipeStream(sys.stdin.buffer, sys.stdout.buffer))
    {"echo": echo, "make": make, "evaluate": evaluate}[command](channel, *words)


if __name__ == "__main__":
    main(*sys.argv[1:])
