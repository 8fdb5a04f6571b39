"""Values by chance, the same ones in every run, and bytes that were altered: what the reference says."""

import sys
from pathlib import Path

import brine
from brine_random import Lavish, Values, altered, differs
from runner.brine_vectors import dumped, loaded, require_value, value_of
from runner.case import STRICT_BRINE, Case
from runner.compare import require_equal
from runner.process import Failure

sys.path.append(str(Path(__file__).resolve().parent.parent / "testees"))

import brine_notation  # noqa: E402

SEEDS = range(8)
COUNT = 60
GROUP = "brine: by chance"


def cases():
    for seed in SEEDS:
        yield Case(f"brine/random/{seed}/values", GROUP, f"{COUNT} values, both ways",
                   bound(both_ways, seed))
        yield Case(f"brine/random/{seed}/altered", GROUP, f"{COUNT} values with some bytes altered",
                   bound(alter, seed), frozenset([STRICT_BRINE]))


def bound(way, seed):
    return lambda session: way(session, seed)


def shown(value):
    """Its notation, which does not depend on the order of this Python's sets."""
    return brine.normal(brine_notation.shown(value))


def both_ways(session, seed):
    chance = Values(seed)
    lavish = Lavish(chance, shown)
    for number in range(COUNT):
        value = next(value for value in chance if not differs(value))
        notation = shown(value)
        require_value(f"value {number}", loaded(session, lavish.encoded(value)), notation)
        data = dumped(session, notation)
        if "frozenset:" in notation:
            require_value(f"value {number}", value_of(data, {}), notation)
        else:
            require_equal(f"value {number}", data, brine.encode(notation))


def alter(session, seed):
    chance = Values(seed)
    for number in range(COUNT):
        data = altered(chance, brine.encode(shown(chance.value())))
        expected, error = told(data)
        answer = session.ask("brine-load", data)
        if answer.code != error and not unlike(expected):
            raise Failure(f"value {number}: expected {error or expected}, got {answer} from {data.hex()}")
        if answer.kind == "value" and not unlike(expected):
            require_value(f"value {number}", answer.data.decode(), expected)


def told(data):
    """(notation, None), or (None, the name of the error)."""
    try:
        return brine.decode(data), None
    except brine.BrineError as error:
        return None, error.code


def unlike(notation):
    """Whether languages differ in what becomes of it: equal items of a set, a slice in one."""
    return notation is not None and "frozenset:" in notation
