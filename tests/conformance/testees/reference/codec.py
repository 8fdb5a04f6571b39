"""The strict rules of the frame, with struct and zlib, as plainly as can be."""

import struct
import zlib

from loop import Fault

HEADER = struct.Struct(">IB")
LIMIT = 256 << 20


class Codec:
    """Bytes in, payloads out, and the other way round."""

    def __init__(self, compress=1, compression_level=1, compression_threshold=3000, limits=()):
        self._level = compression_level if compress else 0
        self._threshold = compression_threshold
        limits = {"frame": LIMIT, "inflated": LIMIT, **dict(limits)}
        self._frame_limit = limits["frame"]
        self._inflated_limit = limits["inflated"]
        self._pending = bytearray()
        self._final = None

    def encode(self, payload):
        flag, body = self._squeezed(payload)
        self._check_limit(len(body))
        return HEADER.pack(len(body), flag) + body + b"\n"

    def _squeezed(self, payload):
        if self._level > 0 and len(payload) > self._threshold:
            return 1, zlib.compress(payload, self._level)
        return 0, payload

    def _check_limit(self, length):
        if length > self._frame_limit:
            raise Fault("buffer_overflow", f"a body of {length} bytes")

    def feed(self, data):
        self._pending += data

    def decode(self):
        """The next payload, or None if more bytes are wanted."""
        if self._final:
            raise self._final
        body, flag = self._next_body()
        if body is None:
            return None
        return self._inflated(body) if flag else body

    def end(self):
        if self._final:
            raise self._final
        if self._pending:
            raise self._fatal("connection_lost", f"{len(self._pending)} bytes of a frame")
        raise self._fatal("eof", "between frames")

    def _next_body(self):
        if len(self._pending) < HEADER.size:
            return None, 0
        length, flag = HEADER.unpack_from(self._pending)
        if length > self._frame_limit:
            raise self._fatal("buffer_overflow", f"a length of {length}")
        if flag > 1:
            raise self._fatal("protocol", f"a flag of {flag}")
        end = HEADER.size + length
        if len(self._pending) <= end:
            return None, 0
        if self._pending[end] != 10:
            raise self._fatal("protocol", f"a trailer of {self._pending[end]}")
        body = bytes(self._pending[HEADER.size:end])
        del self._pending[:end + 1]
        return body, flag

    def _inflated(self, body):
        inflater = zlib.decompressobj()
        try:
            payload = inflater.decompress(body, self._inflated_limit + 1)
        except zlib.error as error:
            raise Fault("compression", error) from None
        if len(payload) > self._inflated_limit:
            raise Fault("buffer_overflow", "the payload is over its limit")
        if not inflater.eof:
            raise Fault("compression", "the stream is not complete")
        if inflater.unused_data:
            raise Fault("compression", "bytes after the stream")
        return payload

    def _fatal(self, code, detail):
        self._final = Fault(code, detail)
        return self._final
