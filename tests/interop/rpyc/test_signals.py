"""Signals that strike the main thread while it is blocked in rpyc: the server sends them, in
the middle of what the client waits for. Anywhere else rpyc itself does not bear what a handler
raises: 4.1.5 keeps the lock that it has just taken."""

import os
import signal
import threading

import pytest
import rpyc
from blocking import wait_until_blocked

TIME_LIMIT = 60


class Struck(Exception):
    """Raised by the handler of these tests."""


class StrikingService(rpyc.Service):
    may_strike = threading.Event()
    may_answer = threading.Event()

    def exposed_strike(self, process, number):
        """Sends the signal when it is told to, and answers when it is told to."""
        assert self.may_strike.wait(TIME_LIMIT)
        os.kill(process, number)
        self.may_answer.wait(TIME_LIMIT)
        return "answer"

    def exposed_strike_and_answer(self, process, number):
        os.kill(process, number)
        return "answer"

    def exposed_echo(self, value):
        return value


def hold():
    StrikingService.may_strike.clear()
    StrikingService.may_answer.clear()


def let_strike():
    StrikingService.may_strike.set()


def let_answer():
    StrikingService.may_answer.set()


@pytest.fixture
def striking(connect, host):
    """A connection with the service, on which nothing is answered before the test ends."""
    host.call(hold)
    connection = connect(StrikingService)
    connection.ping(timeout=60)
    yield connection
    host.call(let_answer)


@pytest.fixture
def strike(striking, host, background):
    """strike(number, call): has `call` called with the server's `strike`, which strikes this
    thread when it is blocked."""
    def strike_when_blocked(thread):
        wait_until_blocked(thread)
        host.call(let_strike)

    def begin(number, call=lambda strike, *arguments: strike(*arguments)):
        remote = striking.root.strike
        striking_back = background(strike_when_blocked, threading.main_thread())
        try:
            call(remote, os.getpid(), int(number))
        finally:
            striking_back.result()
    return begin


@pytest.fixture
def handle():
    """handle(function) has it called by SIGUSR1."""
    before = signal.getsignal(signal.SIGUSR1)
    yield lambda handler: signal.signal(signal.SIGUSR1, handler)
    signal.signal(signal.SIGUSR1, before)


def strike_back(*_):
    raise Struck


def test_ctrl_c_ends_a_call_that_waits(strike):
    with pytest.raises(KeyboardInterrupt):
        strike(signal.SIGINT)


def test_what_a_handler_raises_comes_out_of_a_call_that_waits(strike, handle):
    handle(strike_back)
    with pytest.raises(Struck):
        strike(signal.SIGUSR1)


def test_after_ctrl_c_the_connection_goes_on(strike, striking, host):
    with pytest.raises(KeyboardInterrupt):
        strike(signal.SIGINT)
    host.call(let_answer)
    assert [striking.root.echo(number) for number in range(5)] == list(range(5))


def test_a_handler_that_returns_disturbs_nothing(striking, handle):
    calls = []
    handle(lambda *_: calls.append("called"))
    for _ in range(5):
        assert striking.root.strike_and_answer(os.getpid(), int(signal.SIGUSR1)) == "answer"
    assert calls == ["called"] * 5


def receive(channel):
    while True:
        channel.recv()


def poll(channel):
    while channel.poll(None):
        channel.recv()


def poll_in_time(channel):
    while channel.poll(TIME_LIMIT):
        channel.recv()


def read(channel):
    while True:
        channel.stream.read(1)


def poll_stream(channel):
    while channel.stream.poll(None):
        channel.recv()


@pytest.mark.parametrize("wait", [receive, poll, poll_in_time, read, poll_stream])
def test_ctrl_c_ends_what_waits_below_a_connection(strike, striking, wait):
    def strike_and_wait(remote, *arguments):
        rpyc.async_(remote)(*arguments)
        wait(striking._channel)
    with pytest.raises(KeyboardInterrupt):
        strike(signal.SIGINT, strike_and_wait)
    striking._channel.close()
