"""A peer that connects and answers each payload with itself, through rpyc's own Channel.

    PYTHONPATH=$FIRTH_PEERS/rpyc-6.0.2 python3 dial.py unix PATH
    PYTHONPATH=$FIRTH_PEERS/rpyc-6.0.2 python3 dial.py tcp HOST PORT

It exits with status 0 at the end of the connection, or by itself after two minutes.
"""

import signal
import sys

from rpyc.core.channel import Channel
from rpyc.core.stream import SocketStream


def main(kind, *address):
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("this took too long"))
    signal.alarm(120)
    stream = (SocketStream.unix_connect(*address) if kind == "unix"
              else SocketStream.connect(address[0], int(address[1])))
    channel = Channel(stream)
    try:
        while True:
            channel.send(channel.recv())
    except EOFError:
        channel.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
