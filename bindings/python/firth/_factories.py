"""Functions that make streams."""

from ._firth import CONNECT_TIMEOUT
from ._streams import SocketStream


def create_socket_stream(host, port, ipv6=None, keepalive=False, timeout=CONNECT_TIMEOUT,
                         family=0, socktype=0, proto=0, nodelay=True):
    """SocketStream.connect: a stream to a TCP port. Parameters and errors as there."""
    return SocketStream.connect(host, port, timeout, ipv6, family, socktype, proto, nodelay,
                                keepalive)


def create_unix_stream(path, timeout=CONNECT_TIMEOUT):
    """SocketStream.unix_connect: a stream to the unix socket at `path`. Errors as there."""
    return SocketStream.unix_connect(path, timeout)
