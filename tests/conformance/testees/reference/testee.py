"""A testee without firth and without rpyc: shows that the cases are right."""

import os
import select
import socket
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from loop import Fault, serve  # noqa: E402

from codec import Codec  # noqa: E402


class Reference:
    def __init__(self):
        self._codec = self._socket = self._channel = None

    def version(self):
        return f"reference, zlib {zlib.ZLIB_RUNTIME_VERSION}"

    def codec(self, options):
        self._codec = Codec(**options)

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
        self._channel = Codec(**options)

    def send(self, payload):
        self._check_open()
        frame = self._channel.encode(payload)
        try:
            self._socket.sendall(frame)
        except OSError as error:
            raise Fault("connection_lost", error) from None

    def recv(self, timeout):
        self._check_open()
        deadline = time.monotonic() + timeout
        payload = self._channel.decode()
        while payload is None:
            self._receive(deadline)
            payload = self._channel.decode()
        return payload

    def _receive(self, deadline):
        if not self.poll(max(0, deadline - time.monotonic())):
            raise Fault("timeout", "nothing came")
        data = self._socket.recv(1 << 20)
        if not data:
            self._channel.end()
        self._channel.feed(data)

    def poll(self, timeout):
        self._check_open()
        return bool(select.select([self._socket], [], [], timeout)[0])

    def close(self):
        if self._socket:
            self._socket.close()

    def _check_open(self):
        if self._socket.fileno() < 0:
            raise Fault("closed", "closed on this side")


if __name__ == "__main__":
    serve(Reference())
