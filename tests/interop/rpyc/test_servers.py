"""Every kind of server that rpyc has, but gevent's (test_gevent_server.py)."""

import socket

import pytest
import rpyc
from arrangements import ARRANGEMENTS, FIRTH

KINDS = ["ThreadedServer", "ThreadPoolServer", "ForkingServer", "OneShotServer"]
LASTING = KINDS[:3]
# Closes a connection that has just come in its predecessor's place, if that had the same
# descriptor: rpyc forgets an ended connection later than it closes it.
REUSING = "ThreadPoolServer"
CLIENTS = 4
ROUNDS = 2


class EchoService(rpyc.Service):
    """Of many clients, each with its own answers."""

    def on_connect(self, conn):
        self.connection = conn
        self.count = 0

    def exposed_echo(self, value):
        return value

    def exposed_count(self):
        self.count += 1
        return self.count

    def exposed_fail(self, text):
        raise KeyError(text)

    def exposed_credentials(self):
        return self.connection._config["credentials"]

    def exposed_call(self, function, value):
        return function(value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_answers(connect, kind):
    root = connect(EchoService, kind=kind).root
    assert [root.count() for _ in range(3)] == [1, 2, 3]
    assert root.echo((1, "two", b"three", 4.5, None, ("nested",))) == (
        1, "two", b"three", 4.5, None, ("nested",))


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_takes_and_gives_large_values(connect, kind):
    value = bytes(range(256)) * 8192
    assert connect(EchoService, kind=kind).root.echo(value) == value


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_service_raises_comes_out(connect, kind):
    root = connect(EchoService, kind=kind).root
    with pytest.raises(KeyError, match="no such thing"):
        root.fail("no such thing")
    assert root.echo(1) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_calls_back(connect, kind):
    root = connect(EchoService, kind=kind).root
    assert root.call(lambda value: value + 1, 41) == 42


@pytest.mark.parametrize("kind", LASTING)
def test_clients_at_the_same_time_have_their_own_answers(serve, connect_to, background, kind):
    server = serve(EchoService, kind=kind)

    def talk(number):
        root = connect_to(server.address).root
        return [(root.echo((number, turn)), root.count()) for turn in range(ROUNDS)]
    talking = [background(talk, number) for number in range(CLIENTS)]
    for number, call in enumerate(talking):
        assert call.result() == [((number, turn), turn + 1) for turn in range(ROUNDS)]


@pytest.mark.parametrize("kind", LASTING)
def test_requests_that_come_all_at_once_are_all_answered(connect, kind):
    """A server that looks at the descriptor must find there what is still to be read."""
    echo = rpyc.async_(connect(EchoService, kind=kind).root.echo)
    results = [echo(number) for number in range(200)]
    for number, result in enumerate(results):
        result.wait()
        assert result.value == number


@pytest.mark.parametrize("kind", LASTING)
def test_a_client_that_breaks_off_inside_a_frame_disturbs_nobody(serve, connect_to, kind):
    server = serve(EchoService, kind=kind)
    staying = connect_to(server.address)
    assert staying.root.echo(1) == 1
    with socket.create_connection(server.address) as breaking:
        breaking.sendall(b"\0\0\0\x10\0half")
    assert staying.root.echo(2) == 2
    if kind != REUSING:
        assert connect_to(server.address).root.echo(3) == 3


@pytest.mark.parametrize("kind", ["ThreadedServer", "ForkingServer", "OneShotServer"])
def test_a_server_listens_on_a_unix_socket(serve, connect_to, tmp_path, kind):
    server = serve(EchoService, kind=kind, path=tmp_path / "socket")
    assert connect_to(server.address).root.echo(b"x" * 100_000) == b"x" * 100_000


def test_a_one_shot_server_serves_one_client(serve, connect_to):
    server = serve(EchoService, kind="OneShotServer")
    connection = connect_to(server.address)
    assert connection.root.echo(1) == 1
    connection.close()
    server.wait()
    with pytest.raises(ConnectionRefusedError):
        connect_to(server.address)


# ---- Authenticators ----------------------------------------------------------------------


def password_authenticator():
    """Takes whose first bytes are the password."""
    from rpyc.utils.authenticators import AuthenticationError

    def authenticate(sock):
        if sock.recv(6) != b"sesame":
            raise AuthenticationError("wrong password")
        return sock, "whoever knows it"
    return authenticate


@pytest.fixture
def guarded(serve, request):
    """A server behind the password."""
    return serve(EchoService, kind=request.param,
                 authenticator=[f"{__name__}:password_authenticator"])


def stream_with(password, address):
    sock = socket.create_connection(address)
    sock.sendall(password)
    return rpyc.core.stream.SocketStream(sock)


@pytest.mark.parametrize("guarded", LASTING, indirect=True)
def test_who_is_authenticated_is_served_and_known(guarded):
    connection = rpyc.utils.factory.connect_stream(stream_with(b"sesame", guarded.address))
    with connection:
        assert connection.root.credentials() == "whoever knows it"


@pytest.mark.parametrize("guarded", LASTING, indirect=True)
def test_who_is_not_authenticated_finds_the_connection_closed(guarded):
    connection = rpyc.utils.factory.connect_stream(stream_with(b"simsim", guarded.address))
    with pytest.raises((EOFError, ConnectionError)):
        connection.ping()
    assert connection.closed


# ---- The end ------------------------------------------------------------------------------


@pytest.mark.parametrize("arrangement", [each for each in ARRANGEMENTS if each.server == FIRTH],
                         indirect=True, ids=str)
def test_closing_a_server_ends_its_connections(serve, connect_to):
    server = serve(EchoService)
    connection = connect_to(server.address)
    assert connection.root.echo(1) == 1
    server.stop()
    with pytest.raises(EOFError):
        connection.root.echo(2)
    assert connection.closed
