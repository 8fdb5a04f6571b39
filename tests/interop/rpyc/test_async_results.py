"""Calls that are not waited for."""

import threading
import time

import pytest
import rpyc

gates = {}


class WaitingService(rpyc.Service):
    """Calls at the server wait for gates that other connections open."""

    def exposed_go_through(self, gate, value=None):
        assert gates.setdefault(gate, threading.Event()).wait(60)
        return value

    def exposed_open(self, gate):
        gates.setdefault(gate, threading.Event()).set()

    def exposed_double(self, value):
        return value * 2

    def exposed_fail(self):
        raise ValueError("as it should")

    def exposed_call(self, function, *arguments):
        return function(*arguments)


@pytest.fixture
def address(serve):
    return serve(WaitingService).address


@pytest.fixture
def connection(connect_to, address):
    return connect_to(address)


@pytest.fixture
def gate(connect_to, address, request):
    """A gate at which calls wait, and which opens at the latest when the test ends."""
    other = connect_to(address)

    class Gate:
        name = request.node.name

        def open(self):
            other.root.open(self.name)
    yield Gate()
    if not other.closed:
        other.root.open(Gate.name)


def test_a_result_is_not_ready_while_the_call_goes_on(connection, gate):
    result = rpyc.async_(connection.root.go_through)(gate.name)
    assert not result.ready


def test_a_result_is_ready_when_the_call_is_over(connection, gate):
    result = rpyc.async_(connection.root.go_through)(gate.name)
    gate.open()
    result.wait()
    assert result.ready


def test_a_result_becomes_ready_by_being_asked(connection):
    result = rpyc.async_(connection.root.double)(4)
    while not result.ready:
        pass
    assert result.value == 8


def test_a_value_is_waited_for(connection, gate):
    result = rpyc.async_(connection.root.go_through)(gate.name, "through")
    gate.open()
    assert result.value == "through"


def test_a_value_may_be_asked_for_again(connection):
    result = rpyc.async_(connection.root.double)(4)
    assert [result.value, result.value] == [8, 8]


def test_keywords_of_a_call_that_is_not_waited_for_arrive(connection):
    assert rpyc.async_(connection.root.double)(value="ab").value == "abab"


def test_a_failed_call_has_an_error(connection):
    result = rpyc.async_(connection.root.fail)()
    result.wait()
    assert result.error


def test_a_call_that_went_well_has_no_error(connection):
    result = rpyc.async_(connection.root.double)(4)
    result.wait()
    assert not result.error


def test_the_error_of_a_call_is_raised_by_its_value(connection):
    result = rpyc.async_(connection.root.fail)()
    with pytest.raises(ValueError, match="as it should"):
        result.value


def test_waiting_for_a_failed_call_raises_nothing(connection):
    result = rpyc.async_(connection.root.fail)()
    result.wait()
    assert result.ready


def test_a_callback_is_called_with_the_result(connection):
    came = []
    result = rpyc.async_(connection.root.double)(4)
    result.add_callback(came.append)
    result.wait()
    assert came == [result]


def test_all_callbacks_are_called(connection, gate):
    came = []
    result = rpyc.async_(connection.root.go_through)(gate.name, "value")
    for name in "abc":
        result.add_callback(lambda result, name=name: came.append((name, result.value)))
    gate.open()
    result.wait()
    assert came == [("a", "value"), ("b", "value"), ("c", "value")]


def test_a_callback_of_a_ready_result_is_called_at_once(connection):
    result = rpyc.async_(connection.root.double)(4)
    result.wait()
    came = []
    result.add_callback(came.append)
    assert came == [result]


def test_a_callback_is_called_for_a_failed_call(connection):
    came = []
    result = rpyc.async_(connection.root.fail)()
    result.add_callback(lambda result: came.append(result.error))
    result.wait()
    assert came == [True]


def test_a_result_expires(connection, gate):
    result = rpyc.async_(connection.root.go_through)(gate.name)
    result.set_expiry(0.05)
    with pytest.raises(rpyc.AsyncResultTimeout):
        result.wait()
    assert result.expired


def test_a_result_does_not_expire_before_its_time(connection, gate):
    result = rpyc.async_(connection.root.go_through)(gate.name)
    start = time.monotonic()
    result.set_expiry(0.2)
    with pytest.raises(rpyc.AsyncResultTimeout):
        result.value
    assert 0.19 <= time.monotonic() - start


def test_a_result_that_expired_at_once_is_not_waited_for(connection, gate):
    result = rpyc.async_(connection.root.go_through)(gate.name)
    result.set_expiry(0)
    with pytest.raises(rpyc.AsyncResultTimeout):
        result.value


def test_an_expired_result_is_a_timeout_error(connection, gate):
    result = rpyc.async_(connection.root.go_through)(gate.name)
    result.set_expiry(0.01)
    with pytest.raises(TimeoutError):
        result.value


def test_an_expired_result_is_not_ready(connection, gate):
    result = rpyc.async_(connection.root.go_through)(gate.name)
    result.set_expiry(0)
    assert not result.ready


def test_the_connection_goes_on_after_an_expired_result(connection, gate):
    result = rpyc.async_(connection.root.go_through)(gate.name)
    result.set_expiry(0.01)
    with pytest.raises(rpyc.AsyncResultTimeout):
        result.value
    gate.open()
    assert connection.root.double(3) == 6


def test_a_result_that_came_in_time_does_not_expire(connection):
    result = rpyc.async_(connection.root.double)(4)
    result.set_expiry(20)
    result.wait()
    assert not result.expired


def test_a_timed_call_gives_its_value(connection):
    assert rpyc.timed(connection.root.double, 20)(4).value == 8


def test_a_timed_call_expires(connection, gate):
    with pytest.raises(rpyc.AsyncResultTimeout):
        rpyc.timed(connection.root.go_through, 0.05)(gate.name).value


def test_a_plain_call_expires_after_the_configured_time(connect_to, address, gate):
    impatient = connect_to(address, config={"sync_request_timeout": 0.5})
    with pytest.raises(rpyc.AsyncResultTimeout):
        impatient.root.go_through(gate.name)


def test_a_plain_call_is_waited_for_for_ever_if_so_configured(connect_to, address, gate):
    patient = connect_to(address, config={"sync_request_timeout": None})
    result = rpyc.async_(patient.root.go_through)(gate.name, "came")
    gate.open()
    assert (patient.root.double(2), result.value) == (4, "came")


def test_many_calls_are_in_flight(connection):
    double = rpyc.async_(connection.root.double)
    results = [double(number) for number in range(1000)]
    assert [result.value for result in results] == [2 * number for number in range(1000)]


def test_the_last_of_many_calls_may_be_waited_for_first(connection):
    double = rpyc.async_(connection.root.double)
    results = [double(number) for number in range(100)]
    assert [result.value for result in reversed(results)] == [
        2 * number for number in reversed(range(100))]


def test_large_calls_are_in_flight_while_large_answers_come(connection):
    double = rpyc.async_(connection.root.double)
    block = bytes(range(256)) * 1024
    results = [double(block) for _ in range(20)]
    assert all(result.value == block * 2 for result in results)


def test_a_call_that_is_not_waited_for_calls_back(connection):
    call = rpyc.async_(connection.root.call)
    assert call(lambda value: value + 1, 16).value == 17


def test_the_results_of_many_connections_come_together(connect_to, address):
    doubles = [rpyc.async_(connect_to(address).root.double) for _ in range(10)]
    results = [double(number) for number, double in enumerate(doubles)]
    assert [result.value for result in results] == [2 * number for number in range(10)]


def test_only_a_reference_is_called_asynchronously():
    with pytest.raises(TypeError, match="must be a Netref"):
        rpyc.async_(len)


def test_a_result_shows_that_it_is_pending(connection, gate):
    result = rpyc.async_(connection.root.go_through)(gate.name)
    assert "(pending)" in repr(result)


def test_a_result_shows_that_it_is_ready(connection):
    result = rpyc.async_(connection.root.double)(4)
    result.wait()
    assert "(ready)" in repr(result)
