"""firth.brine gives what rpyc.core.brine gives, in bytes, type and value."""

import enum
import random
import sys
from pathlib import Path

import pytest
from rpyc.core import brine as stock

import firth
from firth import brine

TESTS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "conformance"), str(TESTS / "conformance" / "testees"), str(TESTS / "support")]

import brine_notation  # noqa: E402
from brine import normal  # noqa: E402
from brine_random import Lavish, Values, altered  # noqa: E402

COUNT = 4000
SEEDS = (1, 2)
REFUSED = (firth.ProtocolError, firth.BufferOverflowError)
STRANGE = [[], {}, set(), bytearray(b"a"), object(), range(3), type, enum.IntEnum("Colour", "RED").RED,
           type("Text", (str,), {})("a"), type("Pair", (tuple,), {})((1, 2))]


def told(value):
    """Its type and value, with everything inside; the order of sets aside."""
    return normal(brine_notation.shown(value))


def values(seed):
    chance = Values(seed)
    return [chance.value() for _ in range(COUNT)]


def test_rpyc_is_what_firth_is_compared_with():
    assert stock.dump.__module__ == stock.load.__module__ == "rpyc.core.brine"
    assert brine.dump is not stock.dump


@pytest.mark.parametrize("seed", SEEDS)
def test_any_value_has_the_bytes_of_rpyc(seed):
    for value in values(seed):
        assert brine.dump(value) == stock.dump(value), value


@pytest.mark.parametrize("seed", SEEDS)
def test_any_value_comes_back_as_from_rpyc(seed):
    for value in values(seed):
        data = stock.dump(value)
        assert told(brine.load(data)) == told(stock.load(data)) == told(value)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_longer_form_is_the_value_that_it_is_to_rpyc(seed):
    lavish = Lavish(random.Random(seed))
    for value in values(seed):
        data = lavish.encoded(value)
        assert told(brine.load(data)) == told(stock.load(data)) == told(value)


@pytest.mark.parametrize("seed", SEEDS)
def test_altered_bytes_are_refused_or_are_what_they_are_to_rpyc(seed):
    chance = random.Random(seed)
    loaded = 0
    for value in values(seed):
        data = altered(chance, stock.dump(value))
        try:
            found = brine.load(data)
        except REFUSED:
            continue
        loaded += 1
        assert told(found) == told(stock.load(data)), data.hex()
    assert COUNT // 20 < loaded < COUNT


def strange(chance, depth):
    """A value, mostly with something in it that brine does not hold."""
    if chance.random() < 0.4:
        return chance.choice(STRANGE)
    items = [strange(chance, depth - 1) if depth else chance.value(1) for _ in range(chance.randrange(4))]
    return slice(*items) if items and chance.random() < 0.3 else tuple(items)


def test_what_rpyc_cannot_dump_is_not_dumpable_and_not_dumped():
    chance = Values(3)
    answers = set()
    for value in (strange(chance, 3) for _ in range(COUNT)):
        dumpable = stock.dumpable(value)
        answers.add(dumpable)
        assert brine.dumpable(value) is dumpable
        if dumpable:
            assert brine.dump(value) == stock.dump(value)
        else:
            with pytest.raises(TypeError):
                stock.dump(value)
            with pytest.raises(TypeError):
                brine.dump(value)
    assert answers == {True, False}


@pytest.mark.parametrize("items", [(1, True, 1.0), (True, 1), (0, -0.0, False), (-0.0, 0), ((1,), (True,)), (1, 1)])
def test_equal_items_of_a_frozenset_are_one_as_in_rpyc(items):
    data = b"\x1a" + stock.dump(items)
    assert told(brine.load(data)) == told(stock.load(data))
    assert len(brine.load(data)) == 1


def test_not_a_number_may_be_in_a_frozenset_twice_as_in_rpyc():
    data = b"\x1a" + stock.dump((float("nan"), float("nan")))
    assert len(brine.load(data)) == len(stock.load(data)) == 2
