"""Functions that make streams."""

from ._firth import CONNECT_TIMEOUT
from ._streams import PipeStream, SocketStream


def create_socket_stream(host, port, ipv6=None, keepalive=False, timeout=CONNECT_TIMEOUT,
                         family=0, socktype=0, proto=0, nodelay=True):
    """SocketStream.connect: a stream to a TCP port. Parameters and errors as there."""
    return SocketStream.connect(
        host, port, timeout=timeout, ipv6=ipv6, family=family, socktype=socktype, proto=proto,
        nodelay=nodelay, keepalive=keepalive)


_CONNECT_OPTIONS = ("timeout", "ipv6", "family", "socktype", "proto", "nodelay", "keepalive")


def create_ssl_stream(host, port, keyfile=None, certfile=None, ca_certs=None, **kwargs):
    """SocketStream.ssl_connect: a stream to a TCP port over TLS. kwargs: what else is in
    ssl_kwargs there, and the other parameters of connect. Errors as there."""
    connect = {name: kwargs.pop(name) for name in _CONNECT_OPTIONS if name in kwargs}
    tls = {"keyfile": keyfile, "certfile": certfile, "ca_certs": ca_certs, **kwargs}
    return SocketStream.ssl_connect(host, port, tls, **connect)


def create_unix_stream(path, timeout=CONNECT_TIMEOUT):
    """SocketStream.unix_connect: a stream to the unix socket at `path`. Errors as there."""
    return SocketStream.unix_connect(path, timeout)


def create_pipe_stream(cmd_args, cwd=None, env=None, stderr=None):
    """PipeStream.spawn: a stream to a child process. Parameters and errors as there."""
    return PipeStream.spawn(cmd_args, cwd, env, stderr)
