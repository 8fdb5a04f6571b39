"""Functions and generators that are called from the other side."""

import functools
import threading

import pytest
import rpyc


class CallingService(rpyc.Service):
    def exposed_call(self, function, *arguments, **keywords):
        return function(*arguments, **keywords)

    def exposed_map(self, function, count):
        return tuple(function(number) for number in range(count))

    def exposed_sorted(self, things, key):
        return tuple(sorted(things, key=key))

    def exposed_descend(self, callback, depth):
        return depth if depth == 0 else callback(depth - 1)

    def exposed_keep(self, function):
        self._kept = function

    def exposed_call_kept(self, *arguments):
        return self._kept(*arguments)

    def exposed_release(self):
        self._kept = None

    def exposed_later(self, function, value):
        """Calls from another thread, when this call is over."""
        later = rpyc.async_(function)
        self._thread = threading.Thread(target=later, args=(value,))
        self._thread.start()

    def exposed_adder(self, first):
        return lambda second: first + second

    def exposed_count_to(self, end):
        for number in range(end):
            yield number

    def exposed_fail_after(self, end):
        yield from range(end)
        raise ValueError("no further")

    def exposed_echo_generator(self):
        received = yield "ready"
        while received != "enough":
            received = yield f"got {received}"

    def exposed_sum(self, numbers):
        return sum(numbers)

    def exposed_first(self, things, count):
        return tuple(thing for thing, _ in zip(things, range(count)))


@pytest.fixture
def root(connect):
    return connect(CallingService).root


def test_a_function_of_the_client_is_called(root):
    assert root.call(lambda: "called") == "called"


def test_a_function_of_the_client_gets_its_arguments(root):
    assert root.call(divmod, 17, 5) == (3, 2)


def test_a_function_of_the_client_gets_keywords(root):
    def function(*positions, **keywords):
        return positions, tuple(sorted(keywords.items()))
    assert root.call(function, 1, 2, b=3, a=None) == ((1, 2), (("a", None), ("b", 3)))


def test_a_function_of_the_client_is_called_many_times(root):
    calls = []
    root.map(calls.append, 200)
    assert calls == list(range(200))


def test_what_a_function_of_the_client_returns_is_used_by_the_server(root):
    assert root.map(lambda number: number * number, 5) == (0, 1, 4, 9, 16)


def test_the_server_sorts_by_a_key_of_the_client(root):
    assert root.sorted(("bb", "a", "ccc"), len) == ("a", "bb", "ccc")


def test_a_bound_method_is_called(root):
    names = ["b", "a"]
    root.call(names.sort)
    assert names == ["a", "b"]


def test_a_callable_object_is_called(root):
    class Doubler:
        def __call__(self, number):
            return number * 2
    assert root.map(Doubler(), 3) == (0, 2, 4)


def test_a_partial_is_called(root):
    assert root.call(functools.partial(pow, 2), 10) == 1024


def test_a_class_is_called(root):
    made = root.call(list)
    assert made == [] and type(made) is list


def test_what_is_passed_through_comes_back_as_the_very_object(root):
    thing = object()
    assert root.call(lambda: thing) is thing


def test_a_function_that_the_server_returns_is_called(root):
    assert root.adder(20)(3) == 23


def test_a_function_of_the_server_is_called_back_by_the_server(root):
    assert root.call(root.adder(20), 3) == 23


@pytest.mark.parametrize("depth", [1, 2, 10, 40])
def test_calls_nest_both_ways(root, depth):
    def callback(depth):
        return root.descend(callback, depth)
    assert root.descend(callback, depth) == 0


def test_an_exception_comes_through_all_the_nested_calls(root):
    def callback(depth):
        return root.descend(callback, depth) if depth else 1 // 0
    with pytest.raises(ZeroDivisionError):
        root.descend(callback, 10)


def test_a_function_that_the_server_keeps_is_called_later(root):
    root.keep("{} {}".format)
    assert root.call_kept("kept", "for later") == "kept for later"


def test_a_function_that_the_server_keeps_may_call_the_server(root):
    root.keep(lambda number: root.adder(1)(number))
    assert root.call_kept(41) == 42


def test_a_call_without_an_answer_is_served_when_the_client_serves(connect):
    connection = connect(CallingService)
    came = []
    connection.root.later(came.append, "late")
    while not came:
        connection.serve(5)
    assert came == ["late"]


def test_a_background_thread_serves_calls_of_the_server(connect):
    connection = connect(CallingService)
    came = threading.Event()
    later = rpyc.async_(connection.root.later)
    server = rpyc.BgServingThread(connection)
    later(lambda value: came.set(), "late")
    assert came.wait(60)
    server.stop()


def test_a_generator_of_the_server_is_iterated(root):
    assert list(root.count_to(50)) == list(range(50))


def test_a_generator_of_the_server_is_asked_one_value_at_a_time(root):
    generator = root.count_to(10)
    assert [next(generator), next(generator)] == [0, 1]


def test_a_generator_of_the_server_that_is_over_stays_over(root):
    generator = root.count_to(1)
    next(generator)
    for _ in range(2):
        with pytest.raises(StopIteration):
            next(generator)


def test_what_a_generator_of_the_server_raises_comes_out_in_its_place(root):
    got = []
    with pytest.raises(ValueError, match="no further"):
        for number in root.fail_after(3):
            got.append(number)
    assert got == [0, 1, 2]


def test_a_generator_takes_what_is_sent_to_it(connect):
    root = connect(CallingService, config={"allow_public_attrs": True}).root
    generator = root.echo_generator()
    assert [next(generator), generator.send("a"), generator.send("b")] == [
        "ready", "got a", "got b"]


def test_two_generators_run_side_by_side(root):
    assert list(zip(root.count_to(3), root.count_to(4))) == [(0, 0), (1, 1), (2, 2)]


def test_the_server_iterates_over_a_generator_of_the_client(root):
    assert root.sum(number for number in range(100)) == 4950


def test_the_server_iterates_over_a_list_of_the_client(root):
    assert root.sum([1, 2, 3]) == 6


def test_the_server_takes_only_what_it_needs_of_an_endless_generator(root):
    def endless():
        number = 0
        while True:
            yield number
            number += 1
    assert root.first(endless(), 4) == (0, 1, 2, 3)


def test_a_generator_of_the_client_may_ask_the_server(root):
    assert root.sum(root.adder(1)(number) for number in range(10)) == 55


def test_a_generator_of_the_server_is_the_argument_of_another_call(root):
    assert root.sum(root.count_to(10)) == 45
