"""The reference testee with one fault, for the tests of the runner: `faulty.py FAULT`."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "reference"), os.path.join(HERE, os.pardir)]

import brine  # noqa: E402
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


class Impatient(Reference):
    """Neither corks nor batches: sends at once."""

    def send(self, payload):
        super().send(payload)
        self._channel.flush()


class InPieces(Reference):
    """A batch leaves by a write for each half of it."""

    def connect(self, kind, address, options):
        super().connect(kind, address, options)
        write = self._channel._write
        self._channel._write = lambda data: (write(data[:len(data) // 2]), write(data[len(data) // 2:]))


class Trusting(Reference):
    """Delivers something for a frame that does not open."""

    def recv(self, timeout):
        try:
            return super().recv(timeout)
        except Fault as fault:
            if fault.code == "encryption":
                return b"whatever"
            raise


class Credulous(Reference):
    """Takes the end of the bytes for the peer's end."""

    def recv(self, timeout):
        try:
            return super().recv(timeout)
        except Fault as fault:
            raise Fault("eof") if fault.code == "connection_lost" else fault


class AnotherFormat(Reference):
    """Uses the key otherwise than the others."""

    def connect(self, kind, address, options):
        if "key" in options:
            options["key"] = options["key"][::-1]
        super().connect(kind, address, options)


class Readable(Reference):
    """Its codec takes a key, and does not encrypt."""

    def codec(self, options):
        options.pop("key", None)
        super().codec(options)

    def hello(self):
        return b""


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


class TypeLoser(Reference):
    """Takes true for 1."""

    def brine_load(self, data, limits):
        return super().brine_load(data, limits).replace("true", "int:1")


class Unordered(Reference):
    """Its sets have an order of their own."""

    def brine_dump(self, notation, limits):
        return super().brine_dump(brine.normal(notation), limits)


class Scribbling(Reference):
    """Dumps as many bytes as it should, which are no brine."""

    def brine_dump(self, notation, limits):
        return b"\x07" * len(super().brine_dump(notation, limits))


class Lavish(Reference):
    """Dumps small integers as digits."""

    def brine_dump(self, notation, limits):
        return b"\x16\x011" if notation == "int:1" else super().brine_dump(notation, limits)


class Overlooking(Reference):
    """Loads the first value of several."""

    def brine_load(self, data, limits):
        for end in range(1, len(data)):
            try:
                return super().brine_load(data[:end], limits)
            except Fault:
                continue
        return super().brine_load(data, limits)


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
          "impatient": Impatient, "in-pieces": InPieces, "trusting": Trusting,
          "credulous": Credulous, "another-format": AnotherFormat, "readable": Readable,
          "one-byte-more": OneByteMore, "wrong-code": WrongCode, "forgiving": Forgiving,
          "type-loser": TypeLoser, "unordered": Unordered, "lavish": Lavish, "overlooking": Overlooking,
          "scribbling": Scribbling,
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
