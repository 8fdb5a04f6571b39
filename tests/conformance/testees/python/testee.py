"""The Python binding as a testee of the conformance suite (see ../../README.md)."""

import functools
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

import brine_notation  # noqa: E402
from loop import Fault, serve  # noqa: E402

import firth  # noqa: E402
from firth import brine  # noqa: E402


def reporting(method):
    """Errors of the library as answers of the protocol."""
    @functools.wraps(method)
    def report(*arguments):
        try:
            return method(*arguments)
        except MemoryError as error:
            raise Fault("no_memory", error) from None
        except ValueError as error:
            raise Fault("invalid", error) from None
        except firth.StreamError as error:
            raise Fault(error.code, error) from None
    return report


def keywords(options):
    """Options of the protocol as those of the library."""
    if "limits" in options:
        options["limits"] = firth.Limits(**options["limits"])
    if "compress" in options:
        options["compress"] = bool(options["compress"])
    return options


PRESETS = {None: firth.Channel, "compressed": firth.CompressedChannel,
           "batching": firth.BatchingChannel, "encrypted": firth.EncryptedChannel}


class Testee:
    def version(self):
        return f"firth {firth.version()} in Python, zlib {firth.zlib_version()}"

    @reporting
    def connect(self, kind, address, options):
        stream = (firth.SocketStream.unix_connect(address) if kind == "unix"
                  else firth.SocketStream.connect(*address))
        make = PRESETS[options.pop("preset", None)]
        self._channel = make(stream, **keywords(options))

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
    def flush(self, timeout):
        self._channel.flush(timeout)

    @reporting
    def cork(self):
        self._channel.cork()

    @reporting
    def uncork(self, timeout):
        self._channel.uncork(timeout)

    def corked(self):
        return self._channel.corked

    @reporting
    def handshake(self, timeout):
        self._channel.handshake(timeout)

    @reporting
    def finish(self, timeout):
        self._channel.finish(timeout)

    def writes(self):
        return self._channel.stream.counters().write_calls

    @reporting
    def close(self):
        self._channel.close()

    @reporting
    def codec(self, options):
        self._codec = firth.FrameCodec(**keywords(options))

    @reporting
    def hello(self):
        return self._codec.hello()

    @reporting
    def encode_end(self):
        return self._codec.encode_end()

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

    @reporting
    def brine_load(self, data, limits):
        load = functools.partial(brine.load, limits=brine.Limits(**limits))
        return brine_notation.shown(brine_notation.unlimited(load, data))

    @reporting
    def brine_dump(self, notation, limits):
        dump = functools.partial(brine.dump, limits=brine.Limits(**limits))
        return brine_notation.unlimited(dump, brine_notation.parsed(notation))


if __name__ == "__main__":
    serve(Testee())
