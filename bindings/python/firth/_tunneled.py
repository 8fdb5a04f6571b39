"""Streams through tunnels."""

import _socket

from . import _firth
from ._streams import SocketStream, Stream, taken


class TunneledSocketStream(SocketStream):
    """A stream over a socket that leads into a tunnel, which is closed after it.

    TunneledSocketStream(sock) takes what SocketStream takes, and any other stream, keeps
    it alive and closes it. `tun`, given here or set later, is an object with close(): it is
    called once, after the socket was closed, by close and finish and when the peer is
    lost; what it raises reaches who closes.
    """

    def __init__(self, sock, tun=None):
        """TypeError: no socket and no stream, or a tunnel that cannot be closed."""
        self._check_tunnel(tun)
        below = SocketStream(sock) if isinstance(sock, _socket.socket) else taken(sock)
        made, tunnel = _firth.tunneled_stream_create(below)
        Stream.__init__(self, made)
        self._tunnel = tunnel
        self._lead_to(below)
        self.tun = tun

    @staticmethod
    def _check_tunnel(tun):
        if tun is not None and not callable(getattr(tun, "close", None)):
            raise TypeError(f"a tunnel has a method close, which {type(tun).__name__!r} has not")

    @property
    def tun(self):
        """The tunnel, or None."""
        return self._tun

    @tun.setter
    def tun(self, tun):
        self._check_tunnel(tun)
        _firth.exchange(self._tunnel, tun)
        self._tun = tun
