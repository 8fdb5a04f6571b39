"""What of rpyc's is replaced, and by what."""

import abc
import functools
import importlib
import struct

import firth

from .. import _firth, brine
from .._class_attributes import FLUSHER, FRAME_HEADER
from ._unchecked import is_old, ssl_connect_for
from ._versions import version_of

# Module and name of everything that has a counterpart.
PLACES = (
    ("rpyc.core.stream", "Stream"),
    ("rpyc.core.stream", "SocketStream"),
    ("rpyc.core.stream", "TunneledSocketStream"),
    ("rpyc.core.stream", "PipeStream"),
    ("rpyc.core.channel", "Channel"),
    ("rpyc.core.brine", "dump"),
    ("rpyc.core.brine", "load"),
    ("rpyc.core.brine", "dumpable"),
    ("rpyc.utils.factory", "ssl_connect"),
)

# What rpyc.core has not, and is given.
ADDED = (
    "BatchingChannel", "BufferOverflowError", "BufferedStream", "CompressedChannel",
    "CompressionError", "ConnectionLostError", "DEFAULT_BATCH_SIZE", "DEFAULT_BATCH_TIMEOUT",
    "DEFAULT_BUFFER_SIZE", "DEFAULT_COMPRESSION_LEVEL", "EncryptedChannel", "EncryptionError",
    "MAX_BUFFER_SIZE", "STREAM_CHUNK_SIZE", "StreamError", "create_pipe_stream",
    "create_socket_stream", "create_ssl_stream", "create_unix_stream",
)


def stock_of(package, placed):
    """rpyc's own, by place; where firth's stand already, what they stand for."""
    found = {}
    for module, name in PLACES:
        thing = getattr(importlib.import_module(module), name, None)
        if thing is None:
            raise ImportError(f"rpyc {version_of(package)} has no {module}.{name}, "
                              "which firth would replace", name=module)
        found[module, name] = thing if placed is None else placed.stock_for(thing)
    return found


def _stream_base(stock):
    """rpyc's base class of streams, which firth's streams count as instances of."""
    class Stream(stock, metaclass=abc.ABCMeta):
        __slots__ = ()

        @classmethod
        def __subclasshook__(cls, kind):
            if cls is Stream and issubclass(kind, (stock, firth.Stream)):
                return True
            return NotImplemented
    Stream.__doc__ = stock.__doc__
    Stream.__module__ = stock.__module__
    Stream.__qualname__ = "Stream"
    return Stream


# What rpyc's class of channels has unless a program has assigned it.
_UNASSIGNED = {
    "COMPRESSION_LEVEL": _firth.COMPRESSION_LEVEL,
    "COMPRESSION_THRESHOLD": _firth.COMPRESSION_THRESHOLD,
    "FRAME_HEADER": FRAME_HEADER,
    "FLUSHER": FLUSHER,
}


def _in_words(value):
    """Of two struct.Structs only the formats can be compared."""
    return value.format if isinstance(value, struct.Struct) else value


def _channel(stock, limits):
    """firth's, or one with limits of its own and what a program has assigned to rpyc's."""
    assigned = {name: getattr(stock, name) for name, usual in _UNASSIGNED.items()
                if _in_words(getattr(stock, name, usual)) != _in_words(usual)}
    if limits is not None:
        assigned["LIMITS"] = limits
    if not assigned:
        return firth.Channel
    return type(firth.Channel)("Channel", (firth.Channel,), {
        "__doc__": firth.Channel.__doc__, "__module__": firth.Channel.__module__, **assigned})


def _brine(limits):
    if limits is None:
        return {name: getattr(brine, name) for name in ("dump", "load", "dumpable")}
    if not isinstance(limits, brine.Limits):
        raise TypeError(f"brine_limits must be a firth.brine.Limits, "
                        f"not {type(limits).__name__!r}")
    return {"dump": functools.partial(brine.dump, limits=limits),
            "load": functools.partial(brine.load, limits=limits),
            "dumpable": brine.dumpable}


def ours(stock, limits, brine_limits):
    """firth's, by place."""
    found = {
        ("rpyc.core.stream", "Stream"): _stream_base(stock["rpyc.core.stream", "Stream"]),
        ("rpyc.core.stream", "SocketStream"): firth.SocketStream,
        ("rpyc.core.stream", "TunneledSocketStream"): firth.TunneledSocketStream,
        ("rpyc.core.stream", "PipeStream"): firth.PipeStream,
        ("rpyc.core.channel", "Channel"): _channel(
            stock["rpyc.core.channel", "Channel"], limits),
    }
    for name, function in _brine(brine_limits).items():
        found["rpyc.core.brine", name] = function
    ssl_connect = stock["rpyc.utils.factory", "ssl_connect"]
    if is_old(ssl_connect):
        found["rpyc.utils.factory", "ssl_connect"] = ssl_connect_for(ssl_connect)
    return found
