"""brine: rpyc's immutable values, to bytes and back."""

import copy
import enum
import gc
import inspect
import math
import struct
import subprocess
import sys
import threading
import tracemalloc

import pytest

import firth
from firth import brine

GOLDEN = [
    (None, "00"), (b"", "01"), ((), "02"), (True, "03"), (False, "04"),
    (NotImplemented, "05"), (Ellipsis, "06"), ("", "0801"), ("hello", "080e0568656c6c6f"),
    (b"a", "0a61"), (b"abcd", "0d61626364"), (b"abcde", "0e056162636465"),
    (0, "50"), (-48, "20"), (159, "ef"), (160, "1603313630"), (-49, "16032d3439"),
    (2 ** 63, "16133932323333373230333638353437373538 3038".replace(" ", "")),
    (1.5, "183ff8000000000000"), (1 - 2j, "1b3ff0000000000000c000000000000000"),
    ((1, 2), "115152"), (tuple(range(5)), "14055051525354"),
    (slice(1, None, 2), "1912510052"), (frozenset({7}), "1a1057"),
]


@pytest.mark.parametrize(("value", "encoded"), GOLDEN)
def test_a_value_has_these_bytes_and_they_have_that_value(value, encoded):
    assert brine.dump(value).hex() == encoded
    loaded = brine.load(bytes.fromhex(encoded))
    assert loaded == value and type(loaded) is type(value)


def test_a_float_keeps_its_bits():
    bits = bytes.fromhex("7ff8000000000123")
    loaded = brine.load(b"\x18" + bits)
    assert math.isnan(loaded) and struct.pack(">d", loaded) == bits
    assert math.copysign(1, brine.load(brine.dump(-0.0))) == -1


def test_bytes_like_objects_are_loaded():
    assert brine.load(bytearray(b"\x51")) == brine.load(memoryview(b"\x51")) == 1


@pytest.mark.parametrize("value", [[], {}, set(), object(), bytearray(b"x"), range(3)])
def test_other_types_are_refused_by_name(value):
    assert not brine.dumpable(value)
    with pytest.raises(TypeError, match=f"cannot dump a value of type '{type(value).__name__}'"):
        brine.dump((1, value))


@pytest.mark.parametrize("value", [
    enum.IntEnum("Colour", "RED").RED, type("Text", (str,), {})("x"),
    type("Pair", (tuple,), {})((1, 2))])
def test_subclasses_are_refused(value):
    assert not brine.dumpable(value) and not brine.dumpable(slice(value))
    with pytest.raises(TypeError):
        brine.dump(value)


def test_dumpable_looks_inside():
    assert brine.dumpable((1, frozenset({2.5}), slice("a", b"b", None)))
    assert not brine.dumpable((1, (2, [])))


def test_a_surrogate_is_refused_as_rpyc_refuses_it():
    with pytest.raises(UnicodeEncodeError):
        brine.dump("\ud800")


def test_bytes_that_no_value_has_are_a_protocol_error_with_their_place():
    with pytest.raises(firth.ProtocolError, match="byte 0x07 at offset 1, expected a tag"):
        brine.load(b"\x10\x07")


def test_bytes_behind_the_value_are_refused():
    with pytest.raises(firth.ProtocolError, match="2 bytes follow the value"):
        brine.load(b"\x50\x50\x50")


def test_a_slice_in_a_frozenset_is_refused():
    if sys.version_info >= (3, 12):
        assert brine.load(b"\x1a\x10\x19\x12\x00\x00\x00") == frozenset({slice(None)})
        return
    with pytest.raises(firth.ProtocolError, match="frozenset is a slice"):
        brine.load(b"\x1a\x10\x19\x12\x00\x00\x00")


def nested(depth):
    value = None
    for _ in range(depth):
        value = (value,)
    return value


def test_depth_is_limited_both_ways():
    encoded = brine.dump(nested(512))
    assert brine.load(encoded) == nested(512)
    with pytest.raises(firth.BufferOverflowError, match="limit of 512 containers"):
        brine.dump(nested(513))
    with pytest.raises(firth.BufferOverflowError, match="limit of 512 containers"):
        brine.load(b"\x10" + encoded)


SMALL_STACK = """
import sys, threading
from firth import brine

def work():
    for unit, end in ((b"\\x10", b"\\x02"), (b"\\x1a\\x10", b"\\x02"), (b"\\x19\\x12\\x00\\x00", b"\\x00")):
        encoded = unit * 512 + end
        assert brine.dump(brine.load(encoded)) == encoded
    print("done")

threading.stack_size(128 * 1024)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def test_depth_takes_no_stack_but_what_python_takes_to_let_go():
    run = subprocess.run([sys.executable, "-c", SMALL_STACK], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "done\n"), run.stderr


def test_empty_frozensets_cost_no_more_than_their_places():
    encoded = b"\x15" + (100000).to_bytes(4, "big") + b"\x1a\x02" * 100000
    tracemalloc.start()
    try:
        loaded = brine.load(encoded)
        memory = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert set(loaded) == {frozenset()} and memory < 5 * len(encoded)


def test_limits_can_be_set():
    assert brine.load(b"\x10" * 4096 + b"\x02", limits=brine.Limits(depth=4096))
    with pytest.raises(firth.BufferOverflowError, match="limit of 3 bytes"):
        brine.dump(b"four", brine.Limits(size=3))
    with pytest.raises(firth.BufferOverflowError, match="limit of 2 values"):
        brine.load(b"\x11\x50\x50", limits=brine.Limits(items=2))
    with pytest.raises(firth.BufferOverflowError, match="20 digits, over the limit of 19"):
        brine.load(brine.dump(10 ** 19), brine.Limits(digits=19))


def test_an_integer_of_as_many_digits_as_python_writes_goes_both_ways():
    for integer in (10 ** 4299, -10 ** 4299):
        assert brine.load(brine.dump(integer)) == integer


def test_more_digits_are_refused():
    with pytest.raises(ValueError, match="4300 digits"):
        brine.dump(10 ** 4300)
    digits = b"1" * 1000000
    with pytest.raises(firth.BufferOverflowError, match="over the limit of 4300"):
        brine.load(b"\x17" + len(digits).to_bytes(4, "big") + digits)


def test_arguments_have_the_names_that_rpyc_gives_them():
    assert brine.load(data=brine.dump(obj=(1, 2))) == (1, 2)
    assert brine.load(limits=None, data=b"\x50") == 0
    assert brine.dumpable(obj=1) and not brine.dumpable(obj=[])
    assert str(inspect.signature(brine.dump)) == "(obj, limits=None)"
    assert str(inspect.signature(brine.load)) == "(data, limits=None)"
    assert str(inspect.signature(brine.dumpable)) == "(obj)"


def test_arguments_that_do_not_fit_are_named():
    for call, named in ((lambda: brine.dump(1, obj=2), "'obj' is given twice"),
                        (lambda: brine.dump(1, data=2), "no parameter is called 'data'"),
                        (lambda: brine.load(limits=None), "data is missing"),
                        (lambda: brine.dumpable(1, obj=2), "expected one argument, obj"),
                        (lambda: brine.dumpable(data=2), "expected one argument, obj"),
                        (lambda: brine.dumpable(), "expected one argument, obj")):
        with pytest.raises(TypeError, match=named):
            call()


@pytest.mark.parametrize("arguments", [(), (1, None, 2)])
def test_the_number_of_arguments_is_checked(arguments):
    with pytest.raises(TypeError, match="expected one argument"):
        brine.dump(*arguments)


def test_an_unknown_keyword_is_named():
    with pytest.raises(TypeError, match="'bounds'"):
        brine.load(b"\x50", bounds=None)


def test_limits_of_another_kind_are_refused():
    with pytest.raises(AttributeError, match="depth"):
        brine.load(b"\x50", firth.Limits())


def test_text_is_not_loaded():
    with pytest.raises(TypeError):
        brine.load("\x50")


def test_a_limit_out_of_range_says_what_was_expected():
    with pytest.raises(ValueError, match="limits.depth is 4097, expected 0 to 4096"):
        brine.Limits(depth=4097)
    with pytest.raises(TypeError, match="limits.items must be an int, not 'float'"):
        brine.Limits(items=1.5)
    assert copy.copy(brine.Limits(size=5)) == brine.Limits(size=5)


class DumpsWhenItGoes:
    """Ends up in a cycle, so that the collector calls it while a value is made."""

    def __init__(self, seen):
        self.itself = self
        self.seen = seen

    def __del__(self):
        self.seen.append(brine.load(brine.dump((1, "two"))))


def test_a_finaliser_within_a_load_may_load():
    seen = []
    encoded = brine.dump(tuple((i, i + 1) for i in range(5000)))
    thresholds = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(5):
            DumpsWhenItGoes(seen)
            assert len(brine.load(encoded)) == 5000
    finally:
        gc.set_threshold(*thresholds)
    gc.collect()
    assert seen == [(1, "two")] * 5


def test_threads_do_not_meet():
    def work():
        for i in range(2000):
            value = (threading.get_ident(), i, "x" * i)
            if brine.load(brine.dump(value)) != value:
                failures.append(value)

    failures = []
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_nothing_is_left_behind():
    before = firth.live()
    for _ in range(50):
        brine.load(brine.dump((1, ("x" * 1000, frozenset({2}), slice(1, 2, 3)), 10 ** 30)))
        for encoded in (b"\x14\xff", b"\x1a\x11\x0a", b"\x12\x08\x0a\xff\x50", b""):
            with pytest.raises(firth.ProtocolError):
                brine.load(encoded)
        with pytest.raises(TypeError):
            brine.dump((1, 2, [3]))
    assert firth.live() == before
