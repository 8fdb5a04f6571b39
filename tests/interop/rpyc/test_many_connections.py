"""Many connections and many threads of one process."""

import threading

import pytest
import rpyc

from versions import BIND_THREADS

CONNECTIONS = 50


class NumberService(rpyc.Service):
    def on_connect(self, conn):
        self._calls = 0
        self._thread = threading.get_ident()

    def exposed_echo(self, value):
        self._calls += 1
        return value

    def exposed_calls(self):
        return self._calls

    def exposed_call(self, function, *arguments):
        return function(*arguments)

    def exposed_thread(self):
        return threading.get_ident()


@pytest.fixture
def address(serve):
    return serve(NumberService).address


def test_many_connections_of_one_process_keep_apart(connect_to, address):
    connections = [connect_to(address) for _ in range(CONNECTIONS)]
    for number, connection in enumerate(connections):
        for _ in range(number % 5):
            connection.root.echo(number)
    assert [connection.root.calls() for connection in connections] == [
        number % 5 for number in range(CONNECTIONS)]


def test_many_connections_call_at_once(connect_to, address):
    echoes = [rpyc.async_(connect_to(address).root.echo) for _ in range(CONNECTIONS)]
    results = [echo(bytes([number]) * 10_000) for number, echo in enumerate(echoes)]
    assert all(result.value == bytes([number]) * 10_000 for number, result in enumerate(results))


def test_many_connections_call_back_at_once(connect_to, address):
    calls = [rpyc.async_(connect_to(address).root.call) for _ in range(CONNECTIONS)]
    results = [call(lambda number: number + 1, number) for number, call in enumerate(calls)]
    assert [result.value for result in results] == [
        number + 1 for number in range(CONNECTIONS)]


def test_threads_with_connections_of_their_own_do_not_meet(connect_to, address, background):
    def talk(number):
        root = connect_to(address).root
        return [root.echo(number * count) for count in range(50)]
    talks = [background(talk, number) for number in range(10)]
    assert [talk.result(60) for talk in talks] == [
        [number * count for count in range(50)] for number in range(10)]


def test_connections_come_and_go(connect_to, address):
    for number in range(100):
        connection = connect_to(address)
        assert connection.root.echo(number) == number
        connection.close()


def test_a_new_connection_is_not_mistaken_for_one_whose_server_has_stopped(serve, connect_to):
    for number in range(30):
        server = serve(NumberService)
        connections = [connect_to(server.address) for _ in range(3)]
        for connection in connections:
            assert connection.root.echo(number) == number
        server.stop()


if BIND_THREADS:
    BOUND = {"bind_threads": True}

    @pytest.fixture
    def bound(connect):
        """A connection whose threads are bound to threads of the server."""
        return connect(NumberService, config=BOUND, client_config=BOUND)

    def test_a_bound_thread_calls(bound):
        assert bound.root.echo("value") == "value"

    def test_a_bound_thread_is_called_back(bound):
        here = threading.get_ident()
        assert bound.root.call(threading.get_ident) == here

    def test_a_bound_thread_sends_large_values(bound):
        data = bytes(range(256)) * 4096
        assert bound.root.echo(data) == data

    @pytest.mark.parametrize("size", range(2960, 3010, 7))
    def test_the_ids_of_threads_count_towards_what_is_compressed(bound, size):
        assert bound.root.echo(b"x" * size) == b"x" * size

    def test_bound_threads_get_their_own_answers(bound, background):
        root = bound.root

        def talk(number):
            return [root.echo((number, count)) for count in range(30)]
        talks = [background(talk, number) for number in range(4)]
        assert [talk.result(60) for talk in talks] == [
            [(number, count) for count in range(30)] for number in range(4)]

    def test_every_bound_thread_is_called_back_itself(bound, background):
        root = bound.root

        def talk():
            return root.call(threading.get_ident) == threading.get_ident()
        talks = [background(talk) for _ in range(4)]
        assert [talk.result(60) for talk in talks] == [True] * 4

    def test_an_exception_comes_back_to_its_bound_thread(bound):
        with pytest.raises(TypeError):
            bound.root.echo()
