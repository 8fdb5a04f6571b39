"""Any object with read, write, close and closed as a stream.

What such an object owes is in docs/adding-a-stream.md.
"""

import functools
import inspect

from . import _firth

_OWED = ("read", "write", "close", "closed")
_ABSENT = object()
_MAY_OVERRIDE = (*_OWED, "read_some", "write_some", "poll", "flush", "fileno")


def _owner(kind, name):
    """The class that an attribute comes from, or None."""
    return next((base for base in kind.__mro__ if name in vars(base)), None)


def _is_ours(thing):
    """Whether it is of firth's: the builtin classes' methods say no module."""
    thing = thing.fget if isinstance(thing, property) else thing
    return getattr(thing, "__module__", "firth").partition(".")[0] == "firth"


def _overrides(stream, name):
    """Whether a stream of firth's has the attribute from its own object or class, or what
    somebody has put into firth's class."""
    if name in getattr(stream, "__dict__", ()):
        return True
    owner = _owner(type(stream), name)
    return owner is not None and not (_is_ours(owner) and _is_ours(vars(owner)[name]))


def is_native(stream):
    """Whether the library itself has all that the stream does."""
    return isinstance(stream, _firth.Stream) and not any(
        _overrides(stream, name) for name in _MAY_OVERRIDE)


def _says(closed):
    return bool(closed() if callable(closed) else closed)


def is_closed(stream):
    """What an object says of itself, by an attribute or by a method."""
    return _says(stream.closed)


def _was_made(stream):
    try:
        _firth.Stream.closed(stream)
    except ValueError:
        return False
    return True


def _inherits(stream):
    """The names that a subclass of firth's streams has from them, and can use."""
    if not isinstance(stream, _firth.Stream) or not _was_made(stream):
        return set()
    return {name for name in _MAY_OVERRIDE if not _overrides(stream, name)}


def _has(stream, name):
    """Not what firth's classes have for a stream that was never made, nor None, by which a
    class says that it has none."""
    if isinstance(stream, _firth.Stream) and not (
            _overrides(stream, name) or name in _inherits(stream)):
        return False
    return getattr(stream, name, None) is not None


def _what_it_has(stream):
    usable = _OWED
    if isinstance(stream, _firth.Stream):
        usable = filter(functools.partial(_has, stream), _OWED)
    found = ((name, getattr(stream, name, _ABSENT)) for name in usable)
    return {name: value for name, value in found if value is not _ABSENT}


def _check(stream):
    kind = type(stream).__name__
    if isinstance(stream, type):
        raise TypeError(f"a stream is required, not the class {stream.__name__!r}")
    has = _what_it_has(stream)
    if not has:
        raise TypeError(f"a stream is required, not {kind!r}")
    missing = [name for name in _OWED if name not in has]
    if missing:
        raise TypeError(f"a stream is required: {kind!r} has no {' and no '.join(missing)}")
    for name in _OWED[:-1]:
        if not callable(has[name]):
            raise TypeError(f"a stream is required: {name} of {kind!r} is no method")
    if _says(has["closed"]):
        raise ValueError(f"the stream, a {kind!r}, is closed already")


def _reads_some(stream, inherited):
    """Not what __getattr__ finds on another object, behind the back of this one's read."""
    if isinstance(stream, _firth.Stream):
        return _overrides(stream, "read_some") or {"read", "read_some"} <= inherited
    return inspect.getattr_static(stream, "read_some", None) is not None


def wrap(stream, timed=False, ahead=0, wait_on=-1, at_once=0):
    """The library's stream over an object, and who keeps that alive.

    timed: its write_some(data, timeout) is called to write, and `left` after `close`, when
    nobody is inside any more. ahead: unless 0, its read_some(count, timeout) is called to
    read and to poll, for that many bytes at least; if the last one returned less than it
    was asked for, after a wait for the descriptor wait_on, unless that is -1. at_once:
    unless 0, the most that one write is given.

    TypeError: something is missing. ValueError: it is closed already.
    """
    _check(stream)
    inherited = _inherits(stream)
    timed_write = timed or ("write" in inherited and (
        "write_some" in inherited or _overrides(stream, "write_some")))
    return _firth.custom_stream_create(
        stream, _reads_some(stream, inherited), _has(stream, "poll"), _has(stream, "flush"),
        _has(stream, "fileno"), timed_write, "flush" in inherited,
        ahead, wait_on, at_once, timed)
