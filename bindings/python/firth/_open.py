"""Streams by their addresses."""

import os
import stat

from . import _firth
from ._streams import PipeStream, SocketStream
from ._tunneled import TunneledSocketStream

_CLASSES = {
    "exec": PipeStream,
    "stdio": PipeStream,
    "ssh": TunneledSocketStream,
    "socks5": TunneledSocketStream,
    "http-connect": TunneledSocketStream,
}


def _class_for(uri):
    scheme, _, rest = uri.partition(":")
    if scheme.lower() != "fd":
        return _CLASSES.get(scheme.lower(), SocketStream)
    is_socket = rest.isdecimal() and stat.S_ISSOCK(os.fstat(int(rest)).st_mode)
    return SocketStream if is_socket else PipeStream


def open(uri, timeout=_firth.CONNECT_TIMEOUT):
    """The stream of an address, such as "tcp://localhost:18861": docs/uri.md has them all.

    timeout: seconds for everything together, None for ever. ValueError: at which byte
    of the address what was expected and found; else the errors of the stream's class.
    """
    if not isinstance(uri, str):
        raise TypeError(f"an address must be a str, not {type(uri).__name__!r}")
    made = _firth.open_uri(uri, timeout)
    return _class_for(uri)(made)
