"""Streams that read ahead and collect what is written."""

import operator
import sys

from . import _firth
from ._streams import Stream, taken


class BufferedStream(Stream):
    """A stream over any other, which it keeps alive and closes with itself.

    It reads up to buffer_size bytes ahead, and collects up to as many, which leave when
    there are more, with flush and finish, and before a read or poll that must wait;
    close gives them one try (UnsentError). Do not use the stream below beside it.
    Its time-out is at first that of the stream below. In a child of fork it refuses to
    read and write (ForkedError).
    """

    def __init__(self, stream, buffer_size=_firth.DEFAULT_BUFFER_SIZE):
        """BufferOverflowError: buffer_size above MAX_BUFFER_SIZE. ValueError: below 1.
        TypeError: no stream."""
        size = operator.index(buffer_size)
        if size < 1:
            raise ValueError(f"buffer_size must be at least 1 byte, not {size}")
        below = taken(stream)
        super().__init__(_firth.buffered_stream_create(below, min(size, sys.maxsize)))
        self._lead_to(below)
        self._lower = stream

    @property
    def lower(self):
        """The very object that lies below."""
        return self._lower
