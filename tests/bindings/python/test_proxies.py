"""Through real proxies to real rpyc, and to nothing."""

import contextlib
import socket

import pytest

import firth
import tunnels
from rpyc_peers import Peer
from support import LONG, PEERS, Caller, Rung
from test_rpyc import check_echo

USER, PASSWORD = "brine", "wader:1"


class Kind:
    """A kind of proxy: how it is started, and how one connects through it."""

    def __init__(self, start, connect, scheme):
        self.start = start
        self.connect = connect
        self.scheme = scheme


KINDS = {
    "socks5": Kind(tunnels.start_socks_proxy, firth.TunneledSocketStream.socks5_connect, "socks5"),
    "http": Kind(tunnels.start_http_proxy, firth.TunneledSocketStream.http_connect, "http-connect"),
}


@pytest.fixture(scope="module")
def proxies():
    """Proxies of each kind, without and with a login."""
    with contextlib.ExitStack() as stack:
        running = {(name, login): stack.enter_context(kind.start(*login))
                   for name, kind in KINDS.items() for login in ((), (USER, PASSWORD))}
        yield lambda name, *login: running[name, login]


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def echo():
    """The address of an rpyc that echoes for one connection."""
    with Peer("6.0.2", PEERS / "echo.py", "tcp") as peer:
        yield peer.address()[1:]


@pytest.fixture
def silent(no_descriptor_left):
    """A port that accepts nobody; what connects waits for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def connect(kind, proxy, *target, **options):
    return KINDS[kind].connect(proxy.host, proxy.port, *target, timeout=LONG, **options)


def test_payloads_go_through_a_proxy(kind, proxies, echo):
    stream = connect(kind, proxies(kind), *echo)
    assert type(stream) is firth.TunneledSocketStream
    with firth.Channel(stream) as channel:
        check_echo(channel)


def test_a_name_is_resolved_by_the_proxy(kind, proxies, echo):
    with firth.Channel(connect(kind, proxies(kind), "localhost", echo[1])) as channel:
        channel.send(b"payload")
        assert channel.recv(LONG) == b"payload"


def test_user_and_password_open_the_proxy(kind, proxies, echo):
    proxy = proxies(kind, USER, PASSWORD)
    with firth.Channel(connect(kind, proxy, *echo, user=USER, password=PASSWORD)) as channel:
        channel.send(b"payload")
        assert channel.recv(LONG) == b"payload"


@pytest.mark.parametrize("login", [{}, {"user": USER, "password": "wrong"}])
def test_a_wrong_login_is_a_tunnel_error(kind, proxies, login):
    with pytest.raises(firth.TunnelError) as caught:
        connect(kind, proxies(kind, USER, PASSWORD), "127.0.0.1", 1, **login)
    assert "wrong" not in str(caught.value)


def test_what_the_proxy_cannot_reach_is_a_tunnel_error(kind, proxies, refusing):
    with pytest.raises((firth.TunnelError, firth.ConnectionRefusedError)):
        connect(kind, proxies(kind), *refusing)


def test_a_proxy_that_says_nothing_is_a_time_out(kind, silent):
    with pytest.raises(firth.TimeoutError):
        KINDS[kind].connect(*silent.getsockname(), "127.0.0.1", 1, timeout=0.05)


def test_a_proxy_that_speaks_nonsense_is_a_tunnel_error(kind, silent):
    def talk():
        with silent.accept()[0] as proxy:
            proxy.sendall(b"220 mail.example ESMTP\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):
                while proxy.recv(4096):
                    pass
    talking = Caller(talk)
    with pytest.raises(firth.TunnelError):
        KINDS[kind].connect(*silent.getsockname(), "127.0.0.1", 1, timeout=LONG)
    talking.result()


def test_no_proxy_is_a_refused_connection(kind, refusing):
    with pytest.raises(firth.ConnectionRefusedError):
        KINDS[kind].connect(*refusing, "127.0.0.1", 1)


def test_a_tunnel_of_the_callers_may_be_closed_with_it(kind, proxies, echo):
    class Tunnel:
        closes = 0

        def close(self):
            self.closes += 1

    stream = connect(kind, proxies(kind), *echo)
    stream.tun = Tunnel()
    stream.close()
    assert stream.tun.closes == 1


def test_a_signal_handler_ends_connecting(kind, silent, ring):
    with pytest.raises(Rung):
        ring(lambda: KINDS[kind].connect(*silent.getsockname(), "127.0.0.1", 1, timeout=None))


@pytest.mark.parametrize("arguments, error", [
    ({"host": None}, TypeError), ({"host": ""}, ValueError), ({"host": "a\0b"}, ValueError),
    ({"port": "80"}, TypeError), ({"port": 70000}, ValueError), ({"proxy_port": -1}, ValueError),
    ({"user": 5}, TypeError), ({"user": "x" * 300, "password": "y"}, ValueError)])
def test_what_no_way_can_be_made_of_is_refused(arguments, error):
    good = {"proxy_host": "127.0.0.1", "proxy_port": 1, "host": "127.0.0.1", "port": 1}
    with pytest.raises(error):
        firth.TunneledSocketStream.socks5_connect(**good | arguments)


def test_a_proxy_in_an_address_opens_a_tunneled_stream(kind, proxies, echo):
    proxy = proxies(kind)
    uri = f"{KINDS[kind].scheme}://{proxy.host}:{proxy.port}/{echo[0]}:{echo[1]}"
    with firth.Channel(firth.open(uri, LONG)) as channel:
        assert type(channel.stream) is firth.TunneledSocketStream
        channel.send(b"payload")
        assert channel.recv(LONG) == b"payload"


def test_tls_behind_a_proxy_opens_a_tls_stream(kind, proxies, certificates):
    with firth.Listener.tls_listen("127.0.0.1", 0, certfile=certificates / "server.crt",
                                   keyfile=certificates / "server.key") as listener:
        proxy = proxies(kind)
        uri = (f"{KINDS[kind].scheme}://{proxy.host}:{proxy.port}/"
               f"tls://127.0.0.1:{listener.port}?ca_certs={certificates}/ca.crt")
        opening = Caller(firth.open, uri, LONG)
        with listener.accept(LONG) as far:
            far.handshake(LONG)
            with opening.result() as near:
                assert (type(near), near.tls_version()) == (firth.TLSStream, "TLSv1.3")
                far.write(b"abc", LONG)
                assert near.read(3, LONG) == b"abc"
