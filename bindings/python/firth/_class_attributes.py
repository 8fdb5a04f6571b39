"""The class attributes by which rpyc's programs set up channels and streams."""

import abc
import math
import numbers
import operator
import struct
import sys
import zlib

from . import _firth
from ._limits import limits_or_safe


def _number(name, value, least, most):
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an int, not {type(value).__name__!r}") from None
    if not least <= number <= most:
        raise ValueError(f"{name} is {number}, expected {least} to {most}")
    return number


def _level(name, value):
    """As zlib counts: its default, -1, too."""
    return _number(name, value, zlib.Z_DEFAULT_COMPRESSION, zlib.Z_BEST_COMPRESSION)


def _threshold(name, value):
    """Infinity, as any number that no payload reaches, compresses nothing."""
    if isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral):
        if math.isnan(value):
            raise ValueError(f"{name} is NaN")
        value = sys.maxsize if value > sys.maxsize else math.floor(value)
    return min(_number(name, value, 0, math.inf), sys.maxsize)


def _chunk(name, value):
    return _number(name, value, 1, math.inf)


def _limits(name, value):
    limits_or_safe(value)
    return value


def _fixed(expected, same):
    """The frame's format: may be said again, not changed."""
    def check(name, value):
        if not same(value):
            raise AttributeError(f"{name} cannot be set to {value!r}: the format of frames is "
                                 f"fixed, it is {expected!r}")
        return expected
    return check


FRAME_HEADER = struct.Struct("!LB")
FLUSHER = b"\n"


def _is_frame_header(value):
    return isinstance(value, struct.Struct) and value.format in ("!LB", "!IB", ">LB", ">IB")


_CHECKS = {
    "COMPRESSION_LEVEL": _level,
    "COMPRESSION_THRESHOLD": _threshold,
    "LIMITS": _limits,
    "MAX_IO_CHUNK": _chunk,
    "FRAME_HEADER": _fixed(FRAME_HEADER, _is_frame_header),
    "FLUSHER": _fixed(FLUSHER, lambda value: value == FLUSHER),
}


class _Setting:
    """What a class says; its objects say the same and cannot say otherwise."""

    __slots__ = ("name", "value")

    def __init__(self, name, value):
        self.name = name
        self.value = value

    def __get__(self, instance, owner=None):
        return self.value

    def __set__(self, instance, value):
        raise AttributeError(f"{self.name} is an attribute of the class, not of one "
                             f"{type(instance).__name__}")


def _setting(name, value):
    """Checked, where rpyc would fail later. One taken out of a class's dict is kept."""
    if isinstance(value, _Setting):
        return value
    return _Setting(name, _CHECKS[name](name, value))


class ClassAttributes(abc.ABCMeta, type(_firth.Channel)):
    """Of classes whose attributes COMPRESSION_LEVEL, COMPRESSION_THRESHOLD, LIMITS and
    MAX_IO_CHUNK may be set, on the class and in subclasses. TypeError, ValueError: what cannot
    be; AttributeError: what is fixed."""

    def __new__(cls, name, bases, namespace, **keywords):
        settings = {key: _setting(key, value) for key, value in namespace.items()
                    if key in _CHECKS}
        return super().__new__(cls, name, bases, {**namespace, **settings}, **keywords)

    def __setattr__(cls, name, value):
        type.__setattr__(cls, name, _setting(name, value) if name in _CHECKS else value)

    def __delattr__(cls, name):
        type.__delattr__(cls, name)
