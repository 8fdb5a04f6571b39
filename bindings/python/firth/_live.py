"""What of the library there is in this process."""

from typing import NamedTuple

from . import _firth


class Live(NamedTuple):
    """Streams, channels, listeners and codecs; pieces of memory of the library's own."""

    objects: int
    allocations: int


def live():
    """What of the library there is in this process, of all threads: Live. Both are 0 once
    everything was collected, every child has ended, and every name is resolved."""
    return Live(*_firth.live())
