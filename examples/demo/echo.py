"""A peer that answers each payload with itself, through rpyc's own Channel.

    PYTHONPATH=build/peers/rpyc-6.0.2 python3 echo.py FOLDER

Says `tcp:HOST:PORT` and `unix:PATH`, a line each, and serves until its standard input ends. Its
stream records what arrives. When a connection has ended it says `TOTAL EQUAL`: how many
frames came, and how many of them are the bytes that rpyc's own Channel sends for that payload.
"""

import os
import socket
import sys
import threading
import traceback

from rpyc.core.channel import Channel
from rpyc.core.stream import SocketStream, Stream


class RecordingStream(SocketStream):
    """A socket stream that keeps all bytes that were read from it."""

    def __init__(self, sock):
        super().__init__(sock)
        self._chunks = []

    def read(self, count):
        data = super().read(count)
        self._chunks.append(data)
        return data

    def recorded(self):
        """The bytes that were read since this was last asked."""
        chunks, self._chunks = self._chunks, []
        return chunks


class MemoryStream(Stream):
    """A stream that keeps what is written to it, in pieces as rpyc's own streams take them."""

    MAX_IO_CHUNK = SocketStream.MAX_IO_CHUNK

    def __init__(self):
        self.written = b""

    def write(self, data):
        self.written += data


def frame_of(payload):
    """What rpyc's own Channel sends for this payload."""
    stream = MemoryStream()
    Channel(stream).send(payload)
    return stream.written


def echo(sock):
    """Answers until the peer has closed; gives each payload with the bytes it came in."""
    stream = RecordingStream(sock)
    channel = Channel(stream)
    exchanged = []
    try:
        while True:
            payload = channel.recv()
            exchanged.append((payload, stream.recorded()))
            channel.send(payload)
    except EOFError:
        channel.close()
    return exchanged


def give_up(failure):
    """Ends the whole program when one of its threads fails, so that nobody waits for it."""
    traceback.print_exception(failure.exc_type, failure.exc_value, failure.exc_traceback)
    os._exit(1)


def serve(listener):
    while True:
        exchanged = echo(listener.accept()[0])
        equal = sum(frame_of(payload) == b"".join(chunks) for payload, chunks in exchanged)
        print(len(exchanged), equal, flush=True)


def listen(family, address):
    listener = socket.socket(family)
    listener.bind(address)
    listener.listen()
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    return listener.getsockname()


def main(folder):
    threading.excepthook = give_up
    host, port = listen(socket.AF_INET, ("127.0.0.1", 0))
    path = listen(socket.AF_UNIX, os.path.join(folder, "echo"))
    print(f"tcp:{host}:{port}", f"unix:{path}", sep="\n", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
