"""The reference testee with one fault, for the tests of the runner: `faulty.py FAULT`."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "reference")]

from loop import Fault, serve  # noqa: E402
from testee import Reference  # noqa: E402


def hang():
    sys.stdin.buffer.read()


def flipped(data, at=-2):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


class WrongByteSent(Reference):
    def encode(self, payload):
        return flipped(super().encode(payload))


class WrongByteReceived(Reference):
    def decode(self):
        payload = super().decode()
        return flipped(payload) if payload else payload


class OneByteMore(Reference):
    def send(self, payload):
        super().send(payload)
        self._socket.sendall(b"\n")


class WrongCode(Reference):
    def end(self):
        raise Fault("eof", "whatever ended")


class Forgiving(Reference):
    """Says a fault only once, and then forgets the bytes."""

    def recv(self, timeout):
        try:
            return super().recv(timeout)
        except Fault:
            self._channel.codec._final = None
            self._channel.codec._pending.clear()
            raise


class Hangs(Reference):
    def poll(self, timeout):
        hang()


class Dies(Reference):
    def feed(self, data):
        print("a dying word", file=sys.stderr, flush=True)
        os._exit(3)


class NoAnswer(Reference):
    """Swallows the answer of one command, and goes on."""

    def __init__(self):
        super().__init__()
        self._asked = 0

    def poll(self, timeout):
        self._asked += 1
        if self._asked == 2:
            sys.stdin.buffer.readline()
        return super().poll(timeout)


class Nonsense(Reference):
    def version(self):
        os.write(1, b"payload many\n")
        return super().version()


class DoesNotQuit(Reference):
    pass


FAULTS = {"wrong-byte-sent": WrongByteSent, "wrong-byte-received": WrongByteReceived,
          "one-byte-more": OneByteMore, "wrong-code": WrongCode, "forgiving": Forgiving,
          "hangs": Hangs, "dies": Dies, "no-answer": NoAnswer, "nonsense": Nonsense,
          "does-not-quit": DoesNotQuit}


class UnquittableInput:
    """Standard input on which `quit` is never the end."""

    def read(self, length):
        return sys.stdin.buffer.read(length)

    def readline(self):
        line = sys.stdin.buffer.readline()
        while line == b"quit\n":
            line = sys.stdin.buffer.readline() or hang() or b""
        return line


if __name__ == "__main__":
    serve(FAULTS[sys.argv[1]](), UnquittableInput() if sys.argv[1] == "does-not-quit" else None)
