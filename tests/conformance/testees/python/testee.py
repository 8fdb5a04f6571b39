"""The Python binding as a testee of the conformance suite (see ../../README.md)."""

import functools
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from loop import Fault, serve  # noqa: E402

import firth  # noqa: E402


def reporting(method):
    """Errors of the library as answers of the protocol."""
    @functools.wraps(method)
    def report(*arguments):
        try:
            return method(*arguments)
        except MemoryError as error:
            raise Fault("no_memory", error) from None
        except (firth.StreamError, ValueError) as error:
            raise Fault(error.code, error) from None
    return report


def keywords(options):
    """Options of the protocol as those of the library."""
    limits = options.pop("limits", None)
    if limits and hasattr(firth, "Limits"):
        options["limits"] = firth.Limits(**limits)
    elif limits:
        options.update({f"{name}_limit": value for name, value in limits.items()})
    return options


class Testee:
    def version(self):
        return f"firth {firth.version()} in Python, zlib {firth.zlib_version()}"

    @reporting
    def connect(self, kind, address, options):
        stream = (firth.SocketStream.unix_connect(address) if kind == "unix"
                  else firth.SocketStream.connect(*address))
        self._channel = firth.Channel(stream, **keywords(options))

    @reporting
    def send(self, payload):
        self._channel.send(payload)

    @reporting
    def recv(self, timeout):
        return self._channel.recv(timeout)

    @reporting
    def poll(self, timeout):
        return self._channel.poll(timeout)

    @reporting
    def close(self):
        self._channel.close()

    def codec(self, options):
        self._codec = firth.FrameCodec(**keywords(options))

    @reporting
    def encode(self, payload):
        return self._codec.encode(payload)

    @reporting
    def feed(self, data):
        self._codec.feed(data)

    @reporting
    def decode(self):
        return self._codec.decode()

    @reporting
    def end(self):
        self._codec.end()


if __name__ == "__main__":
    serve(Testee())
