"""Listeners: the accepting end of TCP and unix sockets."""

from . import _firth, _tls
from ._closing import Closing
from ._streams import SocketStream, _ipv6_choice, _keepalive_seconds


class Listener(Closing, _firth.Listener):
    """Accepts connections as SocketStreams. Made by listen or unix_listen."""

    def __init__(self, listener):
        """For listen and unix_listen, which give what the library has made."""
        _firth.adopt(self, listener)

    @classmethod
    def listen(cls, host, port, ipv6=None, backlog=128, nodelay=True, keepalive=False):
        """Listen on a TCP port; 0 lets the system choose one (see `port`).

        host: a name or address of this machine; None or "" for every address.
        ipv6, nodelay, keepalive: as SocketStream.connect, for accepted connections.
        Raises HostNotFoundError, SystemCallError (in use), PermissionError.
        """
        return cls(_firth.listener_listen("" if host is None else host, port,
                                          _ipv6_choice(ipv6), backlog, nodelay,
                                          _keepalive_seconds(keepalive)))

    @classmethod
    def tls_listen(cls, host, port, ipv6=None, backlog=128, nodelay=True, keepalive=False,
                   **tls_options):
        """As listen; what is accepted speaks TLS as a server, and has not shaken hands, so
        that a silent peer holds up nobody in accept. tls_options: see TLSStream; certfile
        must be there. With ca_certs every client must show a certificate, unless
        cert_reqs says otherwise. The files are read here, once."""
        return cls(_firth.listener_tls_listen(
            "" if host is None else host, port, _ipv6_choice(ipv6), backlog, nodelay,
            _keepalive_seconds(keepalive), *_tls.options(**tls_options)))

    @classmethod
    def unix_listen(cls, path, backlog=128):
        """Listen on a unix socket at `path`, which must not exist; close removes it."""
        return cls(_firth.listener_unix_listen(path, backlog))

    closed = property(_firth.Listener.closed, doc="True after close.")
    port = property(_firth.Listener.port, doc="The TCP port; 0 for a unix socket.")
    path = property(_firth.Listener.path, doc='The unix socket\'s path; "" for TCP.')

    def accept(self, timeout=None):
        """Wait up to `timeout` seconds (None: for ever) for a connection: a SocketStream.
        Raises TimeoutError, ClosedError."""
        return SocketStream(super().accept(timeout))

    def finish(self):
        """The same as close: a listener has nothing unsent."""
        self.close()
