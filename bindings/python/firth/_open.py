"""Streams by their addresses."""

import os
import stat

from . import _firth
from ._errors import NotSupportedError
from ._streams import _LEFT_OUT, PipeStream, SocketStream
from ._tls_stream import TLSStream
from ._tunneled import TunneledSocketStream

_TUNNELS = ("ssh", "socks5", "http-connect")


def _speaks_tls(stream):
    try:
        _firth.tls_stream_version(stream)
    except NotSupportedError:
        return False
    return True


def _class_for(uri, made):
    scheme, _, rest = uri.partition(":")
    scheme = scheme.lower()
    if scheme in _TUNNELS:
        return TLSStream if _speaks_tls(made) else TunneledSocketStream
    if scheme != "fd":
        return PipeStream if scheme in ("exec", "stdio") else SocketStream
    is_socket = rest.isdecimal() and stat.S_ISSOCK(os.fstat(int(rest)).st_mode)
    return SocketStream if is_socket else PipeStream


def open(uri, timeout=_LEFT_OUT):
    """The stream of an address, such as "tcp://localhost:18861": docs/uri.md has them all.

    timeout: seconds for everything together, None for ever; left out, CONNECT_TIMEOUT, and
    10 for ssh. What leads through a tunnel is a TunneledSocketStream, and a TLSStream if
    its target is tls. ValueError: at which byte of the address what was expected and
    found; else the errors of the stream's class.
    """
    if not isinstance(uri, str):
        raise TypeError(f"an address must be a str, not {type(uri).__name__!r}")
    given = () if timeout is _LEFT_OUT else (timeout,)
    made = _firth.open_uri(uri, *given)
    return _class_for(uri, made)(made)
