"""Values in rpyc's brine, each a payload of rpyc's own Channel over standard input and output.

    PYTHONPATH=$FIRTH_PEERS/rpyc-6.0.2 python3 brine_values.py echo
    PYTHONPATH=$FIRTH_PEERS/rpyc-6.0.2 python3 brine_values.py make SEED COUNT

echo loads each value and answers with what it dumps of it; make sends COUNT random values.
"""

import random
import struct
import sys

from rpyc.core import brine
from rpyc.core.channel import Channel
from rpyc.core.stream import PipeStream

LETTERS = "abc\0\n\"\\\x7f\x80\u0416\ud7ff\ue000\uffff\U0001f41f\U0010ffff"


def echo(channel):
    try:
        while True:
            channel.send(brine.dump(brine.load(channel.recv())))
    except EOFError:
        channel.close()


def length(chance):
    return chance.choice([0, 1, 2, 3, 4, 5, 6, chance.randrange(300)])


def integer(chance):
    bits = chance.choice([3, 8, 9, 31, 32, 53, 63, 64, 65, 200, 3000])
    return chance.choice([-1, 1]) * (chance.getrandbits(bits) + chance.randrange(-2, 3))


def real(chance):
    return struct.unpack("d", chance.randbytes(8))[0]


SCALARS = [
    lambda chance: chance.choice([None, True, False, NotImplemented, Ellipsis]),
    integer,
    real,
    lambda chance: float(integer(chance)) if chance.random() < 0.5 else -0.0,
    lambda chance: complex(real(chance), real(chance)),
    lambda chance: chance.randbytes(length(chance)),
    lambda chance: "".join(chance.choices(LETTERS, k=length(chance))),
]


def hashable(chance, depth):
    if depth == 0 or chance.random() < 0.6:
        return chance.choice(SCALARS)(chance)
    items = [hashable(chance, depth - 1) for _ in range(chance.randrange(5))]
    return chance.choice([tuple, frozenset])(items)


def value(chance, depth):
    if depth == 0 or chance.random() < 0.3:
        return hashable(chance, depth)
    if chance.random() < 0.2:
        return slice(*(value(chance, depth - 1) for _ in range(3)))
    return tuple(value(chance, depth - 1) for _ in range(length(chance) if depth == 1 else 3))


def make(channel, seed, count):
    chance = random.Random(seed)
    while count:
        try:
            encoded = brine.dump(value(chance, 4))
        except (OverflowError, ValueError):
            continue
        channel.send(encoded)
        count -= 1
    channel.close()


def main(command, *numbers):
    channel = Channel(PipeStream(sys.stdin.buffer, sys.stdout.buffer))
    {"echo": echo, "make": make}[command](channel, *map(int, numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
