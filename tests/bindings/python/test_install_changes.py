"""What docs/rpyc.md says of a program after install, where rpyc itself does another thing."""

import contextlib
import importlib
import socket
import struct
import threading

import pytest

import firth
import firth.rpyc
from rpyc_versions import serving
from support import LONG, Caller, wait_until_blocked


def below(stream):
    """The descriptor of a stream, as a socket to ask and set options of."""
    return socket.socket(fileno=socket.dup(stream.fileno()))


@pytest.fixture
def connection(rpyc, service):
    """rpyc.connect to a server of rpyc's, over firth."""
    firth.rpyc.install()
    with serving(service) as port:
        made = rpyc.connect("127.0.0.1", port)
        yield made
        made.close()


@pytest.fixture
def deaf(rpyc, sockets):
    """A connection over firth whose peer never reads nor answers."""
    firth.rpyc.install()
    made = rpyc.utils.factory.connect_stream(rpyc.SocketStream(sockets[0]))
    yield made
    with contextlib.suppress(firth.StreamError):
        made._channel.close()
    made.close()


def test_small_frames_leave_at_once(connection):
    with below(connection._channel.stream) as asked:
        assert asked.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_served_socket_sends_at_once_too(rpyc):
    firth.rpyc.install()
    answered = []

    class Service(rpyc.Service):
        def on_connect(self, conn):
            with below(conn._channel.stream) as asked:
                answered.append(asked.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    with serving(Service) as port:
        made = rpyc.connect("127.0.0.1", port)
        made.ping()
        made.close()
    assert answered and all(answered)


def test_rpyc_may_have_a_stream_that_collects_small_frames(rpyc, service):
    firth.rpyc.install()
    with serving(service) as port:
        stream = rpyc.SocketStream.connect("127.0.0.1", port, nodelay=False)
        with below(stream) as asked:
            assert not asked.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        stream.close()


def test_rpycs_own_socket_gives_a_write_three_seconds_and_firths_all_it_takes(rpyc, service):
    with serving(service) as port:
        stock = rpyc.connect("127.0.0.1", port)
        assert stock._channel.stream.sock.gettimeout() == 3
        firth.rpyc.install()
        ours = rpyc.connect("127.0.0.1", port)
        assert ours._channel.stream.timeout is None
        stock.close()
        ours.close()


def test_a_stream_may_be_given_a_time_for_its_writes(deaf):
    deaf._channel.compress = False
    deaf._channel.stream.timeout = 0.05
    with pytest.raises(firth.TimeoutError):
        deaf.async_request(1, bytes(8 << 20))
    assert not deaf.closed
    assert deaf._channel.pending() > 0


def test_what_was_not_sent_in_time_is_told_when_the_connection_is_closed(deaf):
    deaf._channel.compress = False
    deaf._channel.stream.timeout = 0.05
    with pytest.raises(firth.TimeoutError):
        deaf.async_request(1, bytes(8 << 20))
    with pytest.raises(firth.UnsentError):
        deaf.close()
    assert deaf.closed


def test_what_was_not_sent_in_time_leaves_with_a_flush(deaf, sockets):
    deaf._channel.compress = False
    deaf._channel.stream.timeout = 0.05
    with pytest.raises(firth.TimeoutError):
        deaf.async_request(1, bytes(1 << 20))
    flushing = Caller(deaf._channel.flush, LONG)
    with firth.Channel(firth.SocketStream(sockets[1])) as peer:
        assert len(peer.recv(LONG)) > 1 << 20
    flushing.result()
    assert deaf._channel.pending() == 0


def test_a_time_for_the_stream_bounds_a_payload_that_has_begun_to_come(deaf, sockets):
    ping, rest = struct.pack(">IB", 12, 0), b"012345678901\n"
    deaf._channel.stream.timeout = 0.05
    sockets[1].sendall(ping + rest[:5])
    with pytest.raises(firth.TimeoutError):
        deaf.serve(LONG)
    assert not deaf.closed
    sockets[1].sendall(rest[5:])
    assert deaf._channel.recv() == rest[:-1]


def test_a_time_for_the_stream_is_none_for_the_wait_for_an_answer(rpyc):
    class Service(rpyc.Service):
        def exposed_wait(self):
            assert released.wait(LONG)
            return "answer"

    released = threading.Event()
    firth.rpyc.install()
    with serving(Service) as port:
        made = rpyc.connect("127.0.0.1", port)
        wait = made.root.wait
        made._channel.stream.timeout = 0.01
        asking = Caller(wait)
        wait_until_blocked(asking)
        asking.join(0.1)
        assert asking.is_alive()
        released.set()
        assert asking.result() == "answer"
        made.close()


def test_a_peer_that_is_gone_is_an_eoferror(rpyc, deaf, sockets):
    sockets[1].close()
    with pytest.raises(EOFError) as info:
        deaf.ping()
    assert isinstance(info.value, firth.ConnectionLostError)
    assert deaf._channel.closed


def test_a_connection_that_was_closed_says_eoferror(rpyc, deaf, sockets):
    sockets[1].close()
    deaf.close()
    with pytest.raises(EOFError):
        deaf.ping()


@pytest.mark.parametrize("garbage,error", [
    (b"\0\0\0\1\7x\n", firth.ProtocolError),
    (b"\0\0\0\1\0xy", firth.ProtocolError),
    (struct.pack(">IB", 1 << 30, 0), firth.BufferOverflowError),
    (b"\0\0\0\1\1x\n", firth.CompressionError),
])
def test_what_is_no_frame_is_an_error_that_says_so(deaf, sockets, garbage, error):
    sockets[1].sendall(garbage)
    with pytest.raises(error) as info:
        deaf.serve(LONG)
    assert not isinstance(info.value, EOFError)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_reply_over_the_limit_ends_the_connection(rpyc):
    class Large(rpyc.Service):
        def exposed_large(self):
            return bytes(range(256)) * 40

    firth.rpyc.install(limits=firth.Limits(frame=10_000))
    rpyc.Channel.COMPRESSION_THRESHOLD = float("inf")
    with serving(Large) as port:
        made = rpyc.connect("127.0.0.1", port)
        with pytest.raises(EOFError):
            made.root.large()
        made.close()


def test_nothing_listens_there(rpyc):
    firth.rpyc.install()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            rpyc.connect("127.0.0.1", closed.getsockname()[1])


def test_no_such_host(rpyc):
    firth.rpyc.install()
    with pytest.raises(socket.gaierror):
        rpyc.connect("no-such-host.invalid", 1)


def test_no_such_unix_socket(rpyc, tmp_path):
    firth.rpyc.install()
    with pytest.raises(FileNotFoundError):
        rpyc.utils.factory.unix_connect(str(tmp_path / "none"))


def test_rpyc_connects_by_ipv4_as_it_does_without(rpyc, service):
    firth.rpyc.install()
    with serving(service) as port:
        made = rpyc.connect("localhost", port)
        with below(made._channel.stream) as asked:
            assert asked.family == socket.AF_INET
        made.close()


def test_firths_own_connection_takes_both_families_if_it_is_told_so(rpyc, service):
    with serving(service) as port:
        made = firth.rpyc.connect("localhost", port, ipv6=None, timeout=LONG)
        assert made.root.echo(1) == 1
        made.close()


def test_the_limits_are_those_that_the_page_names():
    size = 256 << 20
    assert firth.Limits() == firth.Limits(frame=size, inflated=size)
    assert firth.brine.Limits() == firth.brine.Limits(
        depth=512, size=size, items=16 << 20, digits=4300)
    assert firth.CONNECT_TIMEOUT == 3


@pytest.mark.parametrize("keepalive,seconds", [(True, 60), (5, 5)])
def test_keepalive_is_rpycs(rpyc, service, keepalive, seconds):
    firth.rpyc.install()
    with serving(service) as port:
        made = rpyc.connect("127.0.0.1", port, keepalive=keepalive)
        with below(made._channel.stream) as asked:
            assert asked.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == seconds
        made.close()


def test_compression_can_be_turned_off_for_one_connection(connection):
    counted = connection._channel.stream.counters
    before = counted().bytes_written
    connection.root.echo(bytes(100_000))
    compressed = counted().bytes_written - before
    connection._channel.compress = False
    before = counted().bytes_written
    connection.root.echo(bytes(100_000))
    assert compressed < 10_000 < 100_000 < counted().bytes_written - before


@pytest.mark.parametrize("kind", ["channel", "stream"])
@pytest.mark.parametrize("seconds,answer", [(0, False), (0.01, False), (None, True), (-1, True)])
def test_polling_takes_rpycs_timeouts(rpyc, sockets, kind, seconds, answer):
    firth.rpyc.install()
    stream = rpyc.SocketStream(sockets[0])
    polled = rpyc.Channel(stream) if kind == "channel" else stream
    if answer:
        sockets[1].sendall(b"x")
    assert polled.poll(rpyc.lib.Timeout(seconds)) is answer
    assert polled.poll(rpyc.lib.Timeout(rpyc.lib.Timeout(seconds))) is answer
    stream.close()


def test_a_timeout_that_has_expired_looks_and_does_not_wait(rpyc, sockets):
    firth.rpyc.install()
    stream = rpyc.SocketStream(sockets[0])
    expired = rpyc.lib.Timeout(0)
    assert stream.poll(expired) is False
    sockets[1].sendall(b"x")
    assert stream.poll(expired) is True
    stream.close()


def test_polling_a_closed_stream_is_an_eoferror(rpyc, sockets):
    firth.rpyc.install()
    channel = rpyc.Channel(rpyc.SocketStream(sockets[0]))
    channel.close()
    with pytest.raises(EOFError):
        channel.poll(rpyc.lib.Timeout(0))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_in_a_served_connection_leaves_the_server_serving(rpyc, service):
    firth.rpyc.install()
    server = importlib.import_module("rpyc.utils.server")
    assert server.Channel is firth.Channel
    with serving(service) as port:
        with socket.create_connection(("127.0.0.1", port)) as rude:
            rude.sendall(b"\0\0\0\1\0xy")
            assert b"".join(iter(lambda: rude.recv(100), b"")).endswith(b"\n")
        made = rpyc.connect("127.0.0.1", port)
        assert made.root.echo(1) == 1
        made.close()


def test_both_ends_need_not_change_together(rpyc, service):
    with serving(service) as port:
        stock = rpyc.connect("127.0.0.1", port)
        assert stock.root.echo("before") == "before"
        firth.rpyc.install()
        assert stock.root.echo("after") == "after"
        ours = firth.rpyc.connect("127.0.0.1", port)
        assert ours.root.echo("ours") == "ours"
        stock.close()
        ours.close()
