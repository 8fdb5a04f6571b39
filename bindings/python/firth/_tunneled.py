"""Streams through tunnels."""

from . import _firth
from ._streams import SocketStream, Stream, _ipv6_choice, _keepalive_seconds, taken


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
        below = taken(sock)
        made, tunnel = _firth.tunneled_stream_create(below)
        Stream.__init__(self, made)
        self._tunnel, self._sock = tunnel, getattr(below, "_sock", None)
        self._lead_to(below)
        self.tun = tun

    @staticmethod
    def _check_tunnel(tun):
        if tun is not None and not callable(getattr(tun, "close", None)):
            raise TypeError(f"a tunnel has a method close, which {type(tun).__name__!r} has not")

    @property
    def tun(self):
        """The tunnel, or None. May be set until the stream has ended: ClosedError."""
        return self._tun

    @tun.setter
    def tun(self, tun):
        self._check_tunnel(tun)
        _firth.exchange(self._tunnel, tun)
        self._tun = tun

    @classmethod
    def socks5_connect(cls, proxy_host, proxy_port, host, port, user=None, password=None,
                       timeout=_firth.CONNECT_TIMEOUT, ipv6=None, nodelay=True, keepalive=False):
        """Connect to a SOCKS5 proxy (RFC 1928), and through it to a host, which the proxy
        resolves.

        user, password: if the proxy wants them. timeout: seconds for everything together.
        ipv6, nodelay, keepalive: as SocketStream.connect, for the way to the proxy.
        Raises TunnelError: what the proxy refused, or said that is no answer;
        TimeoutError, which says what was waited for; else as SocketStream.connect.
        """
        return cls(_firth.tunneled_socket_stream_socks5_connect(
            proxy_host, proxy_port, host, port, user, password, timeout, _ipv6_choice(ipv6),
            nodelay, _keepalive_seconds(keepalive)))

    @classmethod
    def http_connect(cls, proxy_host, proxy_port, host, port, user=None, password=None,
                     timeout=_firth.CONNECT_TIMEOUT, ipv6=None, nodelay=True, keepalive=False):
        """Connect to an HTTP proxy, and through its CONNECT (RFC 9110) to a host. Parameters
        and errors as socks5_connect; user and password go by the Basic scheme."""
        return cls(_firth.tunneled_socket_stream_http_connect(
            proxy_host, proxy_port, host, port, user, password, timeout, _ipv6_choice(ipv6),
            nodelay, _keepalive_seconds(keepalive)))

    @classmethod
    def ssh_connect(cls, ssh_host, host, port, ssh_port=0, user=None, identity_file=None,
                    known_hosts=None, config_file=None, program=None,
                    timeout=_firth.SSH_TIMEOUT):
        """Start the system's ssh, which connects to ssh_host and from there to a host.

        It asks nobody for a password, and refuses an unknown or changed host key. What is
        left out is ssh's own choice: ssh_port, user, identity_file (else the only private
        key that is tried), known_hosts (else the only file of host keys), config_file
        ("none": none). program: "ssh", looked up in PATH. timeout: seconds until the
        host is connected.
        Raises TunnelError with ssh's own message, FileNotFoundError, TimeoutError. Later
        the death of ssh is a ConnectionLostError with its last words.
        """
        return cls(_firth.tunneled_socket_stream_ssh_connect(
            ssh_host, ssh_port, host, port, program, user, identity_file, known_hosts,
            config_file, timeout))
