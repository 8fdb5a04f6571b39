"""A testee without firth and without rpyc: shows that the cases are right."""

import os
import socket
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, os.pardir), os.path.join(HERE, os.pardir, os.pardir)]

import brine  # noqa: E402
from loop import Fault, serve  # noqa: E402

from channel import QUEUE, Channel  # noqa: E402
from codec import Codec  # noqa: E402
from sealed_channel import SealedChannel  # noqa: E402
from sealing import SealedCodec  # noqa: E402

PRESETS = {"compressed": {"compress": 1, "compression_level": 6},
           "batching": {"batch_size": 10, "batch_timeout": 0.1},
           "encrypted": {}}


def channel_over(sock, options):
    options = {**PRESETS.get(options.pop("preset", None), {}), **options}
    batch = {name: options.pop(name) for name in ("batch_size", "batch_timeout") if name in options}
    queue = options.get("limits", {}).get("queue", QUEUE)
    kind = SealedChannel if "key" in options else Channel
    return kind(sock, codec_of(options), queue=queue, **batch)


def codec_of(options):
    return SealedCodec(**options) if "key" in options else Codec(**options)


def brining(call, *arguments, **limits):
    try:
        return call(*arguments, **limits)
    except brine.BrineError as error:
        raise Fault(error.code, error) from None


class Reference:
    def __init__(self):
        self._codec = self._socket = self._channel = None

    def version(self):
        return f"reference, zlib {zlib.ZLIB_RUNTIME_VERSION}"

    def codec(self, options):
        self._codec = codec_of(options)

    def hello(self):
        return self._codec.hello()

    def encode_end(self):
        return self._codec.encode_end()

    def encode(self, payload):
        return self._codec.encode(payload)

    def feed(self, data):
        self._codec.feed(data)

    def decode(self):
        return self._codec.decode()

    def end(self):
        self._codec.end()

    def connect(self, kind, address, options):
        self._socket = socket.socket(socket.AF_UNIX if kind == "unix" else socket.AF_INET)
        try:
            self._socket.connect(address)
        except FileNotFoundError as error:
            raise Fault("file_not_found", error) from None
        except ConnectionRefusedError as error:
            raise Fault("refused", error) from None
        self._channel = channel_over(self._socket, options)

    def send(self, payload):
        self._channel.send(payload)

    def recv(self, timeout):
        return self._channel.recv(timeout)

    def poll(self, timeout):
        return self._channel.poll(timeout)

    def flush(self, timeout):
        self._channel.flush()

    def cork(self):
        self._channel.cork()

    def uncork(self, timeout):
        self._channel.uncork()

    def corked(self):
        return self._channel.corked

    def handshake(self, timeout):
        self._channel.handshake(timeout)

    def writes(self):
        return self._channel.writes

    def finish(self, timeout):
        self._channel.finish(timeout)

    def close(self):
        if self._channel:
            self._channel.close()

    def brine_load(self, data, limits):
        return brining(brine.decode, data, **limits)

    def brine_dump(self, notation, limits):
        return brining(brine.encode, notation, **limits)


if __name__ == "__main__":
    serve(Reference())
