"""The end of connections: from either side, while calls go on, and what follows it."""

import gc
import os
import socket
import threading

import firth
import pytest
import rpyc

import diary as diaries
from arrangements import FIRTH
from blocking import wait_until

gates = {}


class WaitingService(rpyc.Service):
    def __init__(self, page="nobody's"):
        super().__init__()
        self._page = page

    def on_connect(self, conn):
        self._conn = conn

    def on_disconnect(self, conn):
        diaries.note(self._page, "disconnected")

    def exposed_echo(self, value):
        return value

    def exposed_wait(self, gate):
        diaries.note(self._page, "waits")
        gates.setdefault(gate, threading.Event()).wait(60)

    def exposed_close_this_end(self):
        self._conn.close()

    def exposed_lose_this_end(self):
        """The connection is cut, and nothing is said about it."""
        with socket.socket(fileno=self._conn.fileno()) as sock:
            sock.shutdown(socket.SHUT_RDWR)
            sock.detach()

    def exposed_call(self, function, *arguments):
        return function(*arguments)

    def exposed_thing(self):
        return WaitingService()


def open_gate(gate):
    gates.setdefault(gate, threading.Event()).set()


@pytest.fixture
def connection(connect):
    return connect(WaitingService)


@pytest.fixture
def gate(host, request):
    """The name of a gate at which calls wait until the test ends."""
    yield request.node.name
    host.call(open_gate, request.node.name)


def test_a_closed_connection_says_so(connection):
    connection.close()
    assert connection.closed


def test_an_open_connection_says_so(connection):
    connection.ping(timeout=60)
    assert not connection.closed


def test_closing_twice_is_fine(connection):
    connection.close()
    connection.close()


def test_the_channel_is_closed_with_the_connection(connection):
    channel = connection._channel
    connection.close()
    assert channel.closed and channel.stream.closed


def test_a_reference_cannot_be_used_after_the_end(connection):
    root = connection.root
    connection.close()
    with pytest.raises(EOFError):
        root.echo(1)


def test_the_root_cannot_be_had_after_the_end(connection):
    connection.close()
    with pytest.raises(EOFError):
        connection.root


def test_a_ping_after_the_end_is_an_end_of_file(connection):
    connection.close()
    with pytest.raises(EOFError):
        connection.ping(timeout=60)


def test_serving_after_the_end_is_an_end_of_file(connection):
    connection.close()
    with pytest.raises(EOFError):
        connection.serve(0)


def test_polling_all_after_the_end_finds_nothing(connection):
    connection.close()
    assert connection.poll_all() is False


def test_references_may_be_forgotten_after_the_end(connection):
    things = [connection.root.thing() for _ in range(10)]
    connection.close()
    things.clear()
    gc.collect()


def test_serving_all_returns_when_the_connection_is_closed(connection, background):
    serving = background(connection.serve_all)
    connection.close()
    serving.result(60)


def test_the_server_hears_of_the_end(connect, diary):
    connect(WaitingService, arguments=[diary.page]).close()
    assert diary.next_entry() == "disconnected"


def test_the_server_hears_of_a_client_that_is_cut_off(connect, diary):
    connection = connect(WaitingService, arguments=[diary.page])
    connection.ping(timeout=60)
    with socket.socket(fileno=connection.fileno()) as sock:
        sock.shutdown(socket.SHUT_RDWR)
        sock.detach()
    assert diary.next_entry() == "disconnected"


def test_the_server_hears_of_a_forgotten_connection(serve, diary):
    connection = rpyc.connect(*serve(WaitingService, arguments=[diary.page]).address)
    connection.ping(timeout=60)
    del connection
    gc.collect()
    assert diary.next_entry() == "disconnected"


def test_a_call_in_which_the_server_closes_is_an_end_of_file(connection):
    with pytest.raises(EOFError):
        connection.root.close_this_end()


def test_the_connection_is_closed_after_the_server_closed(connection):
    with pytest.raises(EOFError):
        connection.root.close_this_end()
    assert connection.closed


def test_a_call_in_which_the_server_is_lost_is_an_end_of_file(connection):
    with pytest.raises(EOFError):
        connection.root.lose_this_end()
    assert connection.closed


def test_a_call_after_the_server_was_lost_is_an_end_of_file(connection):
    root = connection.root
    with pytest.raises(EOFError):
        root.lose_this_end()
    with pytest.raises(EOFError):
        root.echo(1)


def test_a_call_of_a_server_that_is_stopped_is_an_end_of_file(serve, connect_to):
    server = serve(WaitingService)
    root = connect_to(server.address).root
    server.stop()
    with pytest.raises(EOFError):
        root.echo(1)


def test_a_call_that_goes_on_while_the_server_is_stopped_is_an_end_of_file(
        serve, connect_to, background, diary, gate):
    server = serve(WaitingService, arguments=[diary.page])
    call = background(connect_to(server.address).root.wait, gate)
    assert diary.next_entry() == "waits"
    server.stop()
    with pytest.raises(EOFError):
        call.result(60)


def test_a_client_that_closes_in_a_call_back_ends_its_call(connection):
    with pytest.raises(EOFError):
        connection.root.call(connection.close)


def test_calls_that_wait_for_their_answers_end_when_the_connection_is_lost(
        connect, diary, gate):
    connection = connect(WaitingService, arguments=[diary.page])
    wait = rpyc.async_(connection.root.wait)
    results = [wait(gate) for _ in range(20)]
    assert diary.next_entry() == "waits"
    with socket.socket(fileno=connection.fileno()) as sock:
        sock.shutdown(socket.SHUT_RDWR)
        sock.detach()
    for result in results:
        with pytest.raises(EOFError):
            result.wait()


def test_every_thread_that_waits_ends_when_the_connection_is_lost(
        connect, background, diary, gate):
    connection = connect(WaitingService, arguments=[diary.page])
    wait = rpyc.async_(connection.root.wait)
    results = [wait(gate) for _ in range(8)]
    waits = [background(result.wait) for result in results]
    assert diary.next_entry() == "waits"
    # One looks for answers, and the others at it: two that find the end by themselves both
    # close rpyc's connection, of which it cannot bear the second.
    wait_until(lambda: len(connection._recv_event._waiters) == len(waits) - 1,
               lambda: "not every thread waits")
    with socket.socket(fileno=connection.fileno()) as sock:
        sock.shutdown(socket.SHUT_RDWR)
        sock.detach()
    for waiting in waits:
        with pytest.raises(EOFError):
            waiting.result(60)


def test_the_end_of_one_connection_leaves_the_others(serve, connect_to):
    address = serve(WaitingService).address
    connections = [connect_to(address) for _ in range(5)]
    connections[2].close()
    others = connections[:2] + connections[3:]
    assert [other.root.echo(number) for number, other in enumerate(others)] == [0, 1, 2, 3]


def test_a_server_that_is_not_there_is_refused(arrangement):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            rpyc.connect(*silent.getsockname())


def test_a_host_that_does_not_exist_is_a_gaierror(arrangement):
    with pytest.raises(socket.gaierror):
        rpyc.connect("no-such-host.invalid", 1)


def test_a_unix_socket_that_does_not_exist_is_a_missing_file(arrangement, tmp_path):
    with pytest.raises(FileNotFoundError):
        rpyc.utils.factory.unix_connect(str(tmp_path / "missing"))


def test_a_peer_that_ends_at_once_is_an_end_of_file(arrangement):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connection = rpyc.connect(*listener.getsockname())
        listener.accept()[0].close()
        with pytest.raises(EOFError):
            connection.root


def test_a_peer_that_ends_inside_a_frame_is_an_end_of_file(arrangement):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connection = rpyc.connect(*listener.getsockname())
        with listener.accept()[0] as peer:
            peer.sendall(b"\0\0\0\x10\0half")
        with pytest.raises(EOFError):
            connection.root


def test_a_ping_comes_back(connection):
    connection.ping(timeout=60)


@pytest.mark.parametrize("data", ["text", b"x" * 100_000, (1, (2.5, None))],
                         ids=["text", "bytes", "tuple"])
def test_a_ping_with_data_comes_back(connection, data):
    connection.ping(data, timeout=60)


def test_a_ping_that_is_not_answered_in_time_fails(connect_to, serve, diary, gate):
    connection = connect_to(serve(WaitingService, arguments=[diary.page]).address)
    result = rpyc.async_(connection.root.wait)(gate)
    assert diary.next_entry() == "waits"
    with pytest.raises(rpyc.AsyncResultTimeout):
        connection.ping(timeout=0.05)
    assert not result.ready


def test_descriptors_of_the_client_go_back(serve):
    address = serve(WaitingService).address
    with rpyc.connect(*address) as first:
        first.ping(timeout=60)
    gc.collect()
    before = open_descriptors()
    for _ in range(20):
        with rpyc.connect(*address) as connection:
            connection.root.echo(1)
    del connection
    gc.collect()
    assert open_descriptors() == before


def open_descriptors():
    return len(os.listdir("/proc/self/fd"))


def test_firth_keeps_nothing_of_connections_that_ended(arrangement, serve):
    address = serve(WaitingService).address
    gc.collect()
    before = firth.live()
    for _ in range(20):
        with rpyc.connect(*address) as connection:
            connection.root.echo(1)
        during = firth.live()
    assert (during != before) == (arrangement.client == FIRTH)
    del connection
    gc.collect()
    assert firth.live() == before
