"""The sizes that bound what a channel or a codec holds."""

import operator
import sys
from dataclasses import dataclass, fields

from . import _firth

_RANGES = {"frame": (0, 0xFFFFFFFF), "inflated": (0, sys.maxsize), "queue": (1, sys.maxsize)}


def _checked(name, size):
    try:
        number = operator.index(size)
    except TypeError:
        raise TypeError(
            f"limits.{name} must be an int, not {type(size).__name__!r}") from None
    least, most = _RANGES[name]
    if not least <= number <= most:
        raise ValueError(f"limits.{name} is {number} bytes, expected {least} to {most}")
    return number


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Sizes in bytes; what is left out is safe. Cannot be changed once made.

    frame: of a frame's body, sent or received, at most 4294967295; an encrypted body has
    17 bytes more than what it holds. inflated: of a payload that arrived compressed.
    queue: of the frames that a cork or a batch collects before they leave, at least 1.

    TypeError, ValueError: what was expected, and what was found.
    """

    frame: int = _firth.FRAME_LIMIT
    inflated: int = _firth.INFLATED_LIMIT
    queue: int = _firth.QUEUE_LIMIT

    def __post_init__(self):
        for field in fields(self):
            name = field.name
            object.__setattr__(self, name, _checked(name, getattr(self, name)))


_SAFE = Limits()


def limits_or_safe(limits):
    """What an option says; None is the safe ones."""
    if limits is None:
        return _SAFE
    if not isinstance(limits, Limits):
        raise TypeError(f"limits must be a firth.Limits, not {type(limits).__name__!r}")
    return limits
