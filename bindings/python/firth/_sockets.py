"""Python's own sockets: connecting them, and one beside a stream that firth connected."""

import _socket
import contextlib
import os
import socket
import time
import weakref

from . import _errors

# Of KEEPALIVE_... that are lost before a connection is.
_LOST_PROBES = 5


def are_replaced():
    """Whether another module, such as gevent's monkey, has put its sockets in the place of
    Python's: then connecting is a matter of those."""
    return socket.socket.connect is not _socket.socket.connect


class Deadline:
    """Seconds from now; None and below 0 for ever."""

    def __init__(self, timeout):
        forever = timeout is None or timeout < 0
        self._until = None if forever else time.monotonic() + timeout

    def left(self):
        """Seconds, at least 0; or None."""
        return None if self._until is None else max(0.0, self._until - time.monotonic())


def family_of(ipv6):
    """None: both."""
    return {None: socket.AF_UNSPEC, False: socket.AF_INET, True: socket.AF_INET6}[
        ipv6 if ipv6 is None else bool(ipv6)]


def place_of(host, port):
    """Host and port, also for what else socket.getaddrinfo takes: None is this machine, a
    port may be the text of its number, or a service's name. HostNotFoundError: no such
    service."""
    return "localhost" if host is None else host, (
        _port_named(_text(port)) if isinstance(port, (str, bytes)) else port)


def _port_named(name):
    if name.strip().isdecimal():
        return int(name)
    try:
        return socket.getservbyname(name, "tcp")
    except OSError:
        raise _errors.make("host_not_found", f"port {name!r}: no such service", 0,
                           socket.EAI_SERVICE, 0, 0) from None


def is_abstract(path):
    """Whether it is the name of a unix socket which lies in no folder (unix(7))."""
    return isinstance(path, (str, bytes)) and path[:1] in ("\0", b"\0")


def repeated(attempts, connect):
    """What connect() gives; it is called again, `attempts` times in all, while its time
    runs out."""
    for _ in range(attempts - 1):
        with contextlib.suppress(TimeoutError):
            return connect()
    return connect()


def connected(host, port, family, socktype, proto, timeout, nodelay, keepalive):
    """A socket connected to the first address of the host that takes it, within `timeout`
    seconds; itself without one. keepalive: seconds, or 0. Errors as SocketStream.connect."""
    where = f"{_text(host)}:{port}"
    deadline = Deadline(timeout)
    try:
        addresses = socket.getaddrinfo(host, port, family, socktype or socket.SOCK_STREAM, proto)
    except socket.gaierror as error:
        raise _errors.make("host_not_found", f"{where}: {error.strerror}", 0, error.errno,
                           0, 0) from error
    failure = None
    for *kind, _, address in addresses:
        try:
            return _tuned(_connected_to(kind, address, deadline, where), nodelay, keepalive)
        except OSError as error:
            failure = error
    raise failure


def unix_connected(path, timeout):
    """A socket connected to the unix socket at `path`."""
    deadline = Deadline(timeout)
    name = os.fsdecode(path)
    return _connected_to((socket.AF_UNIX, socket.SOCK_STREAM), name, deadline,
                         name.replace("\0", "@", 1))


def _text(host):
    return host.decode("ascii", "replace") if isinstance(host, bytes) else host


def _connected_to(kind, address, deadline, where):
    sock = socket.socket(*kind)
    try:
        left = deadline.left()
        sock.settimeout(left if left is None else max(left, 1e-6))
        sock.connect(address)
        sock.settimeout(None)
        return sock
    except OSError as error:
        sock.close()
        raise _error_of(error, where) from error
    except BaseException:
        sock.close()
        raise


def _error_of(error, where):
    code = "system"
    if isinstance(error, TimeoutError):
        code = "timeout"
    elif isinstance(error, ConnectionRefusedError):
        code = "refused"
    elif isinstance(error, FileNotFoundError):
        code = "file_not_found"
    elif error.errno is None:
        return ValueError(f"{where}: {error}")
    return _errors.make(code, f"{where}: {error.strerror or error}", error.errno or 0, 0, 0, 0)


def _tuned(sock, nodelay, keepalive):
    try:
        if nodelay:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if keepalive:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in ((socket.TCP_KEEPIDLE, keepalive),
                                  (socket.TCP_KEEPINTVL, keepalive),
                                  (socket.TCP_KEEPCNT, _LOST_PROBES)):
                sock.setsockopt(socket.IPPROTO_TCP, option, value)
        return sock
    except BaseException:
        sock.close()
        raise


class StreamsSocket(socket.socket):
    """A socket with a descriptor of its own on the connection of a stream, so that neither
    closes the other's; to close it closes the stream."""

    def __init__(self, stream):
        descriptor = os.dup(stream.fileno())
        try:
            super().__init__(fileno=descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._stream = weakref.ref(stream)

    def close(self):
        """Both."""
        super().close()
        stream = self._stream()
        if stream is not None and not stream.closed:
            stream.close()

    def __del__(self):
        socket.socket.close(self)


class _ClosedSocket:
    """What a closed stream has for a socket: every use of it is an EOFError."""

    closed = True

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise _errors.make("closed", "the stream is closed", 0, 0, 0, 0)

    def close(self):
        """Nothing is left to be closed."""


CLOSED = _ClosedSocket()
