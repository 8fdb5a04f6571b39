"""Brine: rpyc's encoding of immutable values, to bytes and back (rpyc.core.brine).

    brine.load(brine.dump(("answer", 42, None)))

docs/brine.md has the bytes, and where reading is stricter than rpyc's.
"""

import operator
import sys
from dataclasses import dataclass, fields

from . import _firth
from ._firth import brine_dump as dump
from ._firth import brine_dumpable as dumpable
from ._firth import brine_load as load

__all__ = ["Limits", "dump", "dumpable", "load"]

_MOST = {"depth": _firth.BRINE_DEPTH_MAX, "size": 0xFFFFFFFF}


def _checked(name, number):
    try:
        number = operator.index(number)
    except TypeError:
        raise TypeError(
            f"limits.{name} must be an int, not {type(number).__name__!r}") from None
    most = _MOST.get(name, sys.maxsize)
    if not 0 <= number <= most:
        raise ValueError(f"limits.{name} is {number}, expected 0 to {most}")
    return number


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What bounds one value; what is left out is safe. Cannot be changed once made.

    depth: containers within each other, empty ones not counted, at most 4096. size: bytes,
    at most 4294967295. items: values, each container counted with what is in it. digits: of
    an int, for which Python has a limit of its own too (sys.set_int_max_str_digits).

    TypeError, ValueError: what was expected, and what was found.
    """

    depth: int = _firth.BRINE_DEPTH_LIMIT
    size: int = _firth.BRINE_SIZE_LIMIT
    items: int = _firth.BRINE_ITEMS_LIMIT
    digits: int = _firth.BRINE_DIGITS_LIMIT

    def __post_init__(self):
        for field in fields(self):
            object.__setattr__(self, field.name, _checked(field.name, getattr(self, field.name)))
