"""Threads: servers in threads and processes, threads that share a connection, and the end
that any of them brings about."""

import contextlib
import multiprocessing
import os
import threading

import pytest
import rpyc
from rpyc.utils import factory
from rpyc.utils.helpers import BgServingThread

from arrangements import ARRANGEMENTS
from blocking import wait_until_blocked
from sharing import answers

THREADS = 8
ROUNDS = 20
TIME_LIMIT = 60

# Both ends are in this process, or in children that are as it is.
alike = pytest.mark.parametrize("arrangement", [each for each in ARRANGEMENTS
                                                if each.client == each.server],
                                indirect=True, ids=str)


class SharedService(rpyc.Service):
    """Its calls may be stopped on the way, until somebody lets them go on."""

    entered = threading.Semaphore(0)
    may_leave = threading.Event()

    def exposed_echo(self, value):
        return value

    def exposed_call(self, function, value):
        return function(value)

    def exposed_process(self):
        return os.getpid()

    def exposed_stay(self):
        self.entered.release()
        self.may_leave.wait(TIME_LIMIT)


def hold():
    SharedService.may_leave.clear()


def wait_until_entered():
    return SharedService.entered.acquire(timeout=TIME_LIMIT)


def let_go_on():
    SharedService.may_leave.set()


@contextlib.contextmanager
def served_in_background(connection):
    serving = BgServingThread(connection)
    yield
    serving.stop()


def call_many(root, number):
    return [root.echo((number, turn)) for turn in range(ROUNDS)]


def test_threads_share_a_connection_that_another_serves(connect, background):
    connection = connect(SharedService)
    root = connection.root
    with served_in_background(connection):
        calls = [background(call_many, root, number) for number in range(THREADS)]
        assert answers(calls, connection) == [
            [(number, turn) for turn in range(ROUNDS)] for number in range(THREADS)]


def test_threads_share_large_values(connect, background):
    connection = connect(SharedService)
    echo = connection.root.echo
    with served_in_background(connection):
        payloads = [bytes([number]) * 500_000 for number in range(THREADS)]
        calls = [background(echo, payload) for payload in payloads]
        assert answers(calls, connection) == payloads


def test_a_thread_that_serves_takes_calls_back(connect, background):
    connection = connect(SharedService)
    call = connection.root.call
    with served_in_background(connection):
        calls = [background(call, lambda value: value + 1, number) for number in range(THREADS)]
        assert answers(calls, connection) == [number + 1 for number in range(THREADS)]


@pytest.fixture
def stayed(connect, host, background):
    """A connection, and the call that another thread is blocked in."""
    host.call(hold)
    connection = connect(SharedService)
    staying = background(connection.root.stay)
    assert host.call(wait_until_entered)
    wait_until_blocked(staying.thread)
    yield connection, staying
    host.call(let_go_on)


def test_closing_the_channel_wakes_the_thread_that_waits_for_an_answer(stayed):
    connection, staying = stayed
    connection._channel.close()
    with pytest.raises(EOFError):
        staying.result(TIME_LIMIT)


def test_shutting_the_socket_down_wakes_the_thread_that_waits_for_an_answer(stayed):
    connection, staying = stayed
    connection._channel.stream.sock.shutdown(2)
    with pytest.raises(EOFError):
        staying.result(TIME_LIMIT)


def test_shutting_the_socket_down_wakes_the_thread_that_serves(connect, background):
    connection = connect(SharedService)
    assert connection.root.echo(1) == 1
    serving = background(connection.serve_all)
    wait_until_blocked(serving.thread)
    connection._channel.stream.sock.shutdown(2)
    serving.result(TIME_LIMIT)
    assert connection.closed


# ---- Servers in threads and processes ------------------------------------------------------


@alike
def test_a_server_in_a_thread_answers(arrangement):
    with factory.connect_thread(remote_service=SharedService) as connection:
        assert connection.root.process() == os.getpid()
        for value in (1, b"", os.urandom(1 << 20)):
            assert connection.root.echo(value) == value


@alike
def test_a_server_in_a_thread_calls_back(arrangement):
    with factory.connect_thread(remote_service=SharedService) as connection:
        assert connection.root.call(lambda value: value + 1, 41) == 42


@alike
def test_many_servers_in_threads_answer_at_once(arrangement, background):
    connections = [factory.connect_thread(remote_service=SharedService) for _ in range(THREADS)]
    calls = [background(call_many, connection.root, number)
             for number, connection in enumerate(connections)]
    for number, call in enumerate(calls):
        assert call.result() == [(number, turn) for turn in range(ROUNDS)]
    for connection in connections:
        connection.close()


class ProcessService(SharedService):
    """With the namespace that connect_multiprocess fills."""

    def __init__(self):
        self.exposed_namespace = {}

    def exposed_namespace_has(self, name):
        return name in self.exposed_namespace


@alike
def test_a_server_in_a_process_answers(arrangement):
    with factory.connect_multiprocess(remote_service=ProcessService,
                                      args={"shared": 1}) as connection:
        assert connection.root.process() != os.getpid()
        assert connection.root.namespace_has("shared")
        for value in (1, b"", os.urandom(1 << 20)):
            assert connection.root.echo(value) == value
    for process in multiprocessing.active_children():
        process.join(TIME_LIMIT)
        assert process.exitcode == 0
