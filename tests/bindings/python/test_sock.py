"""What rpyc's own streams have besides: `sock`, `_connect`, attempts; and sockets that are
put in the place of Python's."""

import contextlib
import fcntl
import os
import socket
import struct

import pytest

import firth
from support import LONG, Caller, while_blocked


def test_sock_is_the_very_socket_that_was_given(sockets):
    assert firth.SocketStream(sockets[0]).sock is sockets[0]


def test_sock_of_a_tunneled_stream_is_the_socket_below(sockets):
    assert firth.TunneledSocketStream(sockets[0]).sock is sockets[0]


def test_sock_of_a_second_object_is_the_same(sockets):
    stream = firth.SocketStream(sockets[0])
    assert firth.SocketStream(stream).sock is sockets[0]


@pytest.fixture
def connected(listener):
    """A stream that firth connected, and its peer."""
    with firth.SocketStream.connect("127.0.0.1", listener.port) as here:
        with listener.accept(LONG) as there:
            yield here, there


@pytest.mark.parametrize("form", [str, lambda port: str(port).encode()])
def test_a_port_may_be_the_text_of_its_number(listener, form):
    with firth.SocketStream.connect("127.0.0.1", form(listener.port)) as here:
        with listener.accept(LONG):
            assert here.sock.getpeername() == ("127.0.0.1", listener.port)


def test_a_port_may_be_a_services_name(listener, monkeypatch):
    monkeypatch.setattr(socket, "getservbyname",
                        lambda *given: {("the-one", "tcp"): listener.port}[given])
    with firth.SocketStream.connect("127.0.0.1", "the-one") as here:
        with listener.accept(LONG):
            assert here.sock.getpeername() == ("127.0.0.1", listener.port)


@pytest.mark.parametrize("name", ["no-such-service", ""])
def test_a_service_that_there_is_not_is_told_as_by_getaddrinfo(name):
    with pytest.raises(socket.gaierror, match=f"port '{name}': no such service") as caught:
        firth.SocketStream.connect("127.0.0.1", name)
    assert isinstance(caught.value, firth.HostNotFoundError)
    assert caught.value.errno == socket.EAI_SERVICE


def test_no_host_is_this_machine(listener):
    with firth.SocketStream.connect(None, listener.port, ipv6=False) as here:
        with listener.accept(LONG):
            assert here.sock.getpeername() == ("127.0.0.1", listener.port)


@pytest.mark.parametrize("form", [str, os.fsencode])
def test_a_unix_socket_may_have_an_abstract_name(form):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("")  # the system chooses one
        listening.listen()
        name = form(os.fsdecode(listening.getsockname()))
        with firth.SocketStream.unix_connect(name, LONG) as here:
            there, _ = listening.accept()
            with there:
                there.sendall(b"abc")
                assert here.read(3) == b"abc"


def test_an_abstract_name_that_nobody_has_refuses_and_is_said_readably():
    with pytest.raises(ConnectionRefusedError, match="@firth: nobody"):
        firth.SocketStream.unix_connect("\0firth: nobody")


def test_the_ends_of_a_pipe_stream_are_the_files_that_were_given():
    reading, writing = os.pipe()
    ends = open(reading, "rb"), open(writing, "wb")
    with firth.PipeStream(*ends) as stream:
        assert (stream.incoming, stream.outgoing) == ends
    first, second = firth.PipeStream.create_pair()
    with first, second:
        assert first.incoming is None and first.outgoing is None


def test_sock_of_a_stream_that_firth_connected_is_on_the_same_connection(connected, listener):
    sock = connected[0].sock
    assert isinstance(sock, socket.socket)
    assert sock.getpeername() == ("127.0.0.1", listener.port)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    assert connected[0].sock is sock
    assert sock.fileno() != connected[0].fileno()


def test_closing_sock_closes_the_stream_that_firth_connected(connected):
    sock = connected[0].sock
    with while_blocked(connected[0].read, 1) as reading:
        sock.close()
    with pytest.raises(EOFError):
        reading.result()
    assert connected[0].closed and sock.fileno() == -1


def test_closing_the_stream_that_firth_connected_closes_its_sock(connected):
    sock = connected[0].sock
    connected[0].close()
    assert sock.fileno() == -1


def test_sock_is_given_back_with_the_stream_that_a_channel_has_closed(connected):
    firth.Channel(connected[0]).close()
    connected[0].sock
    assert connected[1].poll(LONG)


def test_shutting_sock_down_wakes_who_is_blocked(connected):
    with while_blocked(connected[0].read, 1) as reading:
        connected[0].sock.shutdown(socket.SHUT_RDWR)
    with pytest.raises(EOFError):
        reading.result()


def test_every_use_of_the_sock_of_a_closed_stream_is_an_eof_error(sockets):
    stream = firth.SocketStream(sockets[0])
    stream.close()
    for use in ("fileno", "recv", "getpeername"):
        with pytest.raises(EOFError):
            getattr(stream.sock, use)
    stream.sock.close()


def test_a_blocked_reader_wakes_when_the_socket_itself_is_shut_down_and_closed(sockets):
    stream = firth.SocketStream(sockets[0])
    with while_blocked(stream.read, 1) as reading:
        sockets[0].shutdown(socket.SHUT_RDWR)
        sockets[0].close()
    with pytest.raises(EOFError):
        reading.result()
    assert stream.closed


def test_the_number_of_a_socket_that_is_closed_itself_is_nobody_elses_before_the_stream_is(
        sockets):
    stream = firth.SocketStream(sockets[0])
    number = sockets[0].fileno()
    sockets[0].close()
    other = os.open(os.devnull, os.O_RDONLY)
    stream.close()
    os.close(other)
    assert other != number


def test_the_connection_of_a_socket_that_is_closed_itself_ends_with_the_stream(sockets):
    stream = firth.SocketStream(sockets[0])
    sockets[0].close()
    stream.write(b"still there")
    stream.close()
    assert sockets[1].recv(100) == b"still there" and sockets[1].recv(100) == b""


def test_the_connection_of_a_socket_that_is_closed_itself_ends_when_the_stream_is_forgotten(
        sockets):
    stream = firth.SocketStream(sockets[0])
    sockets[0].close()
    del stream
    assert sockets[1].recv(100) == b""


# ---- Connecting ------------------------------------------------------------------------


def test_connect_of_rpyc_gives_a_python_socket(listener):
    with firth.SocketStream._connect("127.0.0.1", listener.port) as sock:
        assert type(sock) is socket.socket and sock.gettimeout() is None
        with listener.accept(LONG) as there:
            there.write(b"abc")
            assert sock.recv(3) == b"abc"


def test_connect_of_rpyc_takes_its_options_by_place_and_by_name(listener):
    with firth.SocketStream._connect(
            "localhost", listener.port, socket.AF_INET, socket.SOCK_STREAM, 0, LONG, True, 30,
            2) as sock:
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) != 0
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT) == 5
    with firth.SocketStream._connect(
            host="localhost", port=listener.port, family=socket.AF_INET, timeout=LONG,
            nodelay=False, keepalive=False, attempts=6) as sock:
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0


def test_connect_of_rpyc_fails_as_connect_does(refusing):
    port = refusing[1]
    with pytest.raises(firth.ConnectionRefusedError):
        firth.SocketStream._connect("127.0.0.1", port)
    with pytest.raises(firth.HostNotFoundError):
        firth.SocketStream._connect("no-such-host.invalid", port)
    with pytest.raises(ValueError, match="keepalive"):
        firth.SocketStream._connect("127.0.0.1", port, keepalive=0.5)


@pytest.fixture
def full_port():
    """A port whose queue is full: to connect takes for ever."""
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        taken = False
        while not taken:
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0.2)
            try:
                waiting.connect(address)
            except TimeoutError:
                taken = True
        yield full, address[1]


@pytest.mark.parametrize("connect", [firth.SocketStream.connect, firth.SocketStream._connect])
def test_connecting_runs_out_of_time(full_port, connect):
    with pytest.raises(firth.TimeoutError):
        connect("127.0.0.1", full_port[1], timeout=0.05, attempts=2)


class CountingStream(firth.SocketStream):
    """As a subclass of rpyc's own stream may: its _connect is used."""

    calls = 0

    @classmethod
    def _connect(cls, host, port, **options):
        cls.calls += 1
        return super()._connect(host, port, **options)


def test_a_subclass_may_connect_in_its_own_way(listener):
    with CountingStream.connect("127.0.0.1", listener.port) as here:
        with listener.accept(LONG) as there:
            there.write(b"abc")
            assert here.read(3) == b"abc"
    assert CountingStream.calls == 1


class ReplacedSocket(socket.socket):
    """What another module may put in the place of Python's sockets."""

    connected_to = []

    def connect(self, address):
        self.connected_to.append(address)
        super().connect(address)


@pytest.fixture
def replaced(monkeypatch):
    monkeypatch.setattr(socket, "socket", ReplacedSocket)
    ReplacedSocket.connected_to.clear()
    return ReplacedSocket


def test_where_pythons_sockets_are_replaced_connect_uses_what_replaces_them(listener, replaced):
    with firth.SocketStream.connect("localhost", listener.port, ipv6=False) as here:
        assert type(here.sock) is replaced
        with listener.accept(LONG) as there:
            there.write(b"abc")
            assert here.read(3) == b"abc"
    assert replaced.connected_to == [("127.0.0.1", listener.port)]


def test_where_pythons_sockets_are_replaced_unix_connect_uses_what_replaces_them(
        unix_listener, replaced):
    with firth.SocketStream.unix_connect(unix_listener.path) as here:
        with unix_listener.accept(LONG) as there:
            there.write(b"abc")
            assert here.read(3) == b"abc"
    assert replaced.connected_to == [unix_listener.path]


def test_where_pythons_sockets_are_replaced_the_errors_are_the_same(refusing, replaced, tmp_path):
    with pytest.raises(firth.ConnectionRefusedError):
        firth.SocketStream.connect(*refusing)
    with pytest.raises(firth.FileNotFoundError):
        firth.SocketStream.unix_connect(tmp_path / "nothing")
    with pytest.raises(ValueError):
        firth.SocketStream.unix_connect("/" + "x" * 200)
    with pytest.raises(firth.HostNotFoundError):
        firth.SocketStream.connect("no-such-host.invalid", refusing[1])


# ---- The end, as rpyc has it ------------------------------------------------------------


@pytest.mark.parametrize("made", ["sockets", "pipes"])
@pytest.mark.parametrize("call", [
    lambda stream: stream.fileno(), lambda stream: stream.poll(0), lambda stream: stream.read(1),
    lambda stream: stream.write(b"x")])
def test_calls_on_a_closed_stream_are_eof_errors(request, made, call):
    given = request.getfixturevalue(made)[0]
    stream = firth.SocketStream(given) if made == "sockets" else given
    stream.close()
    with pytest.raises(EOFError):
        call(stream)


@pytest.fixture
def reset(no_descriptor_left):
    """A stream whose peer has reset the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = socket.create_connection(listening.getsockname())
        there = listening.accept()[0]
    there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    there.close()
    with firth.SocketStream(here) as stream:
        yield stream


def test_a_reset_is_an_eof_error_and_closes_the_stream(reset):
    assert reset.poll(LONG) is True
    with pytest.raises(EOFError):
        reset.read(1)
    assert reset.closed


def test_poll_of_a_descriptor_above_1024_gives_a_real_bool(sockets, many_descriptors):
    high = fcntl.fcntl(sockets[0].fileno(), fcntl.F_DUPFD_CLOEXEC, 1100)
    with firth.SocketStream(socket.socket(fileno=high)) as stream:
        assert stream.poll(0) is False
        polling = Caller(stream.poll, LONG)
        sockets[1].sendall(b"x")
        assert polling.result() is True
