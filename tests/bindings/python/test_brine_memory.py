"""brine leaves nothing in memory, whichever way a call ends."""

import gc
import tracemalloc

import pytest

import firth
from firth import brine

DEEP = 40  # containers, more than usual
REFUSED = [
    b"", b"\x07", b"\x14\xff", b"\x50\x50", b"\x12\x50\x0e\x05abcde\x07", b"\x10" * DEEP + b"\x07", b"\x10" * 600,
    b"\x1a\x11\x0a", b"\x12\x1a\x10\xef\x1a\x02\x07", b"\x19\x12\x0e\x05abcde\x50\x07", b"\x12\x08\x0a\xff\x50",
    b"\x12\x10\x0e\x05abcde\x17\x00\x01\x00\x00",
]


def nested(value, depth):
    for _ in range(depth):
        value = (value, 1.5)
    return value


def values():
    return [10 ** 30, "text", "\xe9" * 40, b"bytes" * 9, 1.5, 2.5j, (1.5, (2.5,)), frozenset({(1.5,), frozenset()}),
            slice(1.5, (2.5,), "stop"), nested(frozenset({b"inside"}), DEEP)]


def whole():
    for value in values():
        assert brine.dumpable(value)
        brine.load(bytearray(brine.dump(value)))


def refused():
    for encoded in REFUSED:
        with pytest.raises((firth.ProtocolError, firth.BufferOverflowError)):
            brine.load(encoded)


def undumpable():
    for value in ([], 10 ** 4300, "\ud800", nested(1, 600)):
        for around in ((1.5, value), slice((1.5,), value), nested(value, DEEP)):
            with pytest.raises((TypeError, ValueError, firth.BufferOverflowError)):
                brine.dump(around)
    with pytest.raises(TypeError):
        brine.dump(frozenset({(1.5, object())}))
    assert not brine.dumpable((1.5, frozenset({(2.5, object())})))


@pytest.mark.parametrize("what", [whole, refused, undumpable])
def test_memory_stays_as_it_is(what):
    rounds = 100

    def memory_after():
        for _ in range(rounds):
            what()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        memory_after()
        sizes = [memory_after() for _ in range(4)]
    finally:
        tracemalloc.stop()
    assert min(later - earlier for earlier, later in zip(sizes, sizes[1:])) < rounds * 16


def test_dumpable_goes_no_deeper_than_python():
    assert brine.dumpable(nested(1, 100))
    with pytest.raises(RecursionError):
        brine.dumpable(nested(1, 200000))
