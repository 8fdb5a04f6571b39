"""Functions that are moved to the server, and what pickle moves."""

import pickle

import pytest
import rpyc
from rpyc.utils.classic import teleport_function

from versions import TELEPORTS


def factor_maker(factor):
    def multiply(number):
        return int(number) * factor
    return multiply


def process():
    import os
    return os.getpid()


def with_defaults(first=5, second="hi", third=(5.5, b"x")):
    return first, second, third


def with_keyword_defaults(first=5, *, second=42, third=(12.4,)):
    return first, second, third


def outer():
    return inner() + 1


def inner():
    return 42


def with_loops(count):
    return sum(number for number in range(count) if number % 2), [n * n for n in range(count)]


def fails():
    raise ValueError("far away")


def with_list_default(things=[1]):
    return things


class PicklingService(rpyc.Service):
    def exposed_numbers(self):
        return [1, [2, 3], {"four": 5}]

    def exposed_obtain(self, thing):
        return rpyc.classic.obtain(thing) == {"from": ["the client"]}


if TELEPORTS:
    @pytest.fixture
    def teleport(classic):
        """teleport(function): that function at the server."""
        return lambda function, **options: teleport_function(classic, function, **options)

    def test_a_function_runs_at_the_server(teleport, host):
        assert teleport(process)() == host.pid

    def test_a_function_that_makes_functions_runs_at_the_server(teleport):
        assert teleport(factor_maker)(6)(7) == 42

    def test_defaults_go_along(teleport):
        assert teleport(with_defaults)() == with_defaults()

    def test_defaults_of_keywords_go_along(teleport):
        assert teleport(with_keyword_defaults)() == with_keyword_defaults()

    def test_arguments_arrive(teleport):
        assert teleport(with_keyword_defaults)(1, third=None) == (1, 42, None)

    def test_a_function_with_loops_runs_at_the_server(teleport):
        total, squares = teleport(with_loops)(10)
        assert (total, list(squares)) == (25, [n * n for n in range(10)])

    def test_functions_that_were_teleported_find_each_other(teleport):
        teleported = teleport(outer)
        teleport(inner)
        assert teleported() == 43

    def test_a_function_sees_the_names_of_the_server(classic, teleport):
        teleported = teleport(lambda: THE_ANSWER)  # noqa: F821
        classic.namespace["THE_ANSWER"] = 42
        assert teleported() == 42

    def test_a_function_sees_the_names_that_it_is_given(classic, teleport):
        names = classic.builtins.dict({"THE_ANSWER": 43})
        assert teleport(lambda: THE_ANSWER, globals=names)() == 43  # noqa: F821

    def test_a_function_that_is_not_to_be_defined_is_not(classic, teleport):
        teleport(inner, def_=False)
        assert "inner" not in classic.namespace

    def test_what_a_teleported_function_raises_comes_out(teleport):
        with pytest.raises(ValueError, match="far away"):
            teleport(fails)()

    def test_a_closure_is_refused(teleport):
        with pytest.raises(TypeError, match="closure"):
            teleport(factor_maker(3))

    def test_a_default_that_cannot_travel_is_refused(teleport):
        with pytest.raises(TypeError, match="non-brinable defaults"):
            teleport(with_list_default)
else:
    def test_a_function_whose_code_is_of_a_newer_python_is_refused(classic):
        with pytest.raises(TypeError):
            teleport_function(classic, process)


def test_an_object_is_obtained_where_pickling_is_allowed(connect):
    root = connect(PicklingService, config={"allow_pickle": True}).root
    assert rpyc.classic.obtain(root.numbers()) == [1, [2, 3], {"four": 5}]


def test_an_object_is_not_obtained_where_pickling_is_not_allowed(connect):
    with pytest.raises(ValueError, match="pickling is disabled"):
        rpyc.classic.obtain(connect(PicklingService).root.numbers())


def test_a_reference_is_not_pickled_where_that_is_not_allowed(connect):
    with pytest.raises(ValueError, match="pickling is disabled"):
        pickle.dumps(connect(PicklingService).root.numbers())


def test_the_server_obtains_an_object_of_a_client_that_allows_it(connect):
    connection = connect(PicklingService, client_config={"allow_pickle": True})
    assert connection.root.obtain({"from": ["the client"]})


def test_the_server_does_not_obtain_an_object_of_a_client_that_does_not_allow_it(connect):
    with pytest.raises(ValueError, match="pickling is disabled"):
        connect(PicklingService).root.obtain({"from": ["the client"]})
