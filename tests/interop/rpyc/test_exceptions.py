"""What is raised at one side comes out at the other."""

import errno
import sys

import pytest
import rpyc


class CustomError(Exception):
    """Custom."""


class DetailedError(Exception):
    def __init__(self, message, code, thing):
        super().__init__(message)
        self.code = code
        self.thing = thing


class ReadOnlyError(Exception):
    @property
    def fixed(self):
        return "always"


class UnprintableError(Exception):
    def __str__(self):
        raise RuntimeError("no text")


class Thing:
    def __repr__(self):
        return "<the thing>"


class FailingService(rpyc.Service):
    def exposed_divide(self, dividend, divisor):
        return dividend / divisor

    def exposed_fail(self, kind, *arguments):
        raise globals()[kind](*arguments)

    def exposed_fail_builtin(self, kind, *arguments):
        raise getattr(__import__("builtins"), kind)(*arguments)

    def exposed_fail_with_thing(self):
        raise ValueError("with", Thing(), [1, 2])

    def exposed_fail_in_detail(self):
        raise DetailedError("in detail", 17, Thing())

    def exposed_fail_rarely(self):
        from rare_errors import RareError
        raise RareError("rare")

    def exposed_fail_because(self):
        try:
            raise KeyError("the cause")
        except KeyError as cause:
            raise ValueError("the effect") from cause

    def exposed_call(self, function, *arguments):
        return function(*arguments)

    def exposed_caught(self, function):
        try:
            function()
        except ValueError as error:
            return type(error).__name__, error.args


@pytest.fixture
def root(connect):
    return connect(FailingService).root


def test_an_exception_has_its_type(root):
    with pytest.raises(ZeroDivisionError):
        root.divide(1, 0)


def test_an_exception_has_its_arguments(root):
    with pytest.raises(ValueError) as caught:
        root.fail_builtin("ValueError", "text", 17, b"bytes", (1, None))
    assert caught.value.args == ("text", 17, b"bytes", (1, None))


def test_the_connection_goes_on_after_an_exception(root):
    with pytest.raises(ZeroDivisionError):
        root.divide(1, 0)
    assert root.divide(6, 3) == 2


def test_the_text_shows_the_servers_traceback(root):
    with pytest.raises(ZeroDivisionError) as caught:
        root.divide(1, 0)
    assert "Remote Traceback (1)" in str(caught.value)
    assert "in exposed_divide" in str(caught.value)


def test_the_remote_traceback_is_an_attribute(root):
    with pytest.raises(ZeroDivisionError) as caught:
        root.divide(1, 0)
    assert "test_exceptions.py" in caught.value._remote_tb


def test_the_remote_version_is_an_attribute(root):
    with pytest.raises(ZeroDivisionError) as caught:
        root.divide(1, 0)
    assert caught.value._remote_version == ".".join(map(str, rpyc.version.version))


def test_a_server_may_keep_its_traceback(connect):
    with pytest.raises(ZeroDivisionError) as caught:
        connect(FailingService, config={"include_local_traceback": False}).root.divide(1, 0)
    assert caught.value._remote_tb == "<traceback denied>"


def test_a_server_may_keep_its_version(connect):
    with pytest.raises(ZeroDivisionError) as caught:
        connect(FailingService, config={"include_local_version": False}).root.divide(1, 0)
    assert caught.value._remote_version == "<version denied>"


def test_the_traceback_shows_the_cause(root):
    with pytest.raises(ValueError) as caught:
        root.fail_because()
    assert "KeyError: 'the cause'" in caught.value._remote_tb


def test_arguments_that_cannot_travel_are_their_text(root):
    with pytest.raises(ValueError) as caught:
        root.fail_with_thing()
    assert caught.value.args == ("with", "<the thing>", "[1, 2]")


def test_an_error_of_the_system_keeps_its_number(root):
    with pytest.raises(OSError) as caught:
        root.fail_builtin("OSError", errno.ENOENT, "gone", "file")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOENT, "file")


def test_a_key_error_names_its_key(root):
    with pytest.raises(KeyError) as caught:
        root.fail_builtin("KeyError", "key")
    assert caught.value.args == ("key",)


def test_an_assertion_error_comes_out(root):
    with pytest.raises(AssertionError, match="not so"):
        root.fail_builtin("AssertionError", "not so")


def test_a_system_exit_comes_out_at_the_client(root):
    with pytest.raises(SystemExit) as caught:
        root.fail_builtin("SystemExit", 3)
    assert caught.value.args == (3,)


def test_a_keyboard_interrupt_comes_out_at_the_client_if_the_server_says_so(connect):
    config = {"propagate_KeyboardInterrupt_locally": False}
    with pytest.raises(KeyboardInterrupt):
        connect(FailingService, config=config).root.fail_builtin("KeyboardInterrupt")


def test_a_keyboard_interrupt_at_the_server_ends_the_connection(root):
    with pytest.raises(EOFError):
        root.fail_builtin("KeyboardInterrupt")


def test_stop_iteration_comes_out_as_itself(root):
    with pytest.raises(StopIteration):
        root.fail_builtin("StopIteration")


def test_a_custom_exception_is_generic(root):
    with pytest.raises(rpyc.GenericException, match="custom") as caught:
        root.fail("CustomError", "custom")
    assert type(caught.value).__name__ == "test_exceptions.CustomError"


def test_a_custom_exception_is_not_its_class(root):
    with pytest.raises(Exception) as caught:
        root.fail("CustomError", "custom")
    assert not isinstance(caught.value, CustomError)


def test_a_custom_exception_is_its_class_if_the_client_says_so(connect):
    config = {"instantiate_custom_exceptions": True}
    with pytest.raises(CustomError, match="custom"):
        connect(FailingService, client_config=config).root.fail("CustomError", "custom")


def test_a_class_of_a_module_that_is_not_imported_is_generic(connect, monkeypatch):
    monkeypatch.delitem(sys.modules, "rare_errors", raising=False)
    config = {"instantiate_custom_exceptions": True}
    with pytest.raises(rpyc.GenericException, match="rare"):
        connect(FailingService, client_config=config).root.fail_rarely()
    assert "rare_errors" not in sys.modules


def test_a_module_of_an_exception_is_imported_if_the_client_says_so(connect, monkeypatch):
    monkeypatch.delitem(sys.modules, "rare_errors", raising=False)
    config = {"instantiate_custom_exceptions": True, "import_custom_exceptions": True}
    with pytest.raises(Exception) as caught:
        connect(FailingService, client_config=config).root.fail_rarely()
    assert isinstance(caught.value, sys.modules["rare_errors"].RareError)


def test_attributes_of_an_exception_travel(root):
    with pytest.raises(rpyc.GenericException) as caught:
        root.fail_in_detail()
    assert caught.value.code == 17


def test_attributes_that_cannot_travel_are_their_text(root):
    with pytest.raises(rpyc.GenericException) as caught:
        root.fail_in_detail()
    assert caught.value.thing == "<the thing>"


def test_a_read_only_attribute_is_left_to_the_class(connect):
    config = {"instantiate_custom_exceptions": True}
    with pytest.raises(ReadOnlyError) as caught:
        connect(FailingService, client_config=config).root.fail("ReadOnlyError")
    assert caught.value.fixed == "always"


def test_an_exception_without_a_text_comes_out(root):
    with pytest.raises(rpyc.GenericException) as caught:
        root.fail("UnprintableError", 1)
    assert caught.value.args == (1,)


def test_a_long_text_comes_out_whole(root):
    text = "long " * 200_000
    with pytest.raises(ValueError) as caught:
        root.fail_builtin("ValueError", text)
    assert caught.value.args == (text,)


def test_a_text_in_any_script_comes_out(root):
    with pytest.raises(ValueError) as caught:
        root.fail_builtin("ValueError", "µ – 漢字 – \U0001F600")
    assert caught.value.args == ("µ – 漢字 – \U0001F600",)


def test_an_exception_of_the_client_comes_out_at_the_server(root):
    def fail():
        raise ValueError("of the client", 17)
    assert root.caught(fail) == ("ValueError", ("of the client", 17))


def test_an_exception_of_the_client_comes_back_through_the_server(root):
    with pytest.raises(LookupError) as caught:
        root.call({}.__getitem__, "missing")
    assert "Remote Traceback (1)" in str(caught.value)


def test_an_exception_that_crosses_twice_shows_both_tracebacks(root):
    with pytest.raises(ZeroDivisionError) as caught:
        root.call(root.divide, 1, 0)
    assert "in exposed_call" in caught.value._remote_tb
    assert "in exposed_divide" in caught.value._remote_tb


def test_a_remote_exception_is_raised_again_as_it_is(root):
    try:
        root.divide(1, 0)
    except ZeroDivisionError as error:
        with pytest.raises(ZeroDivisionError) as caught:
            raise error
    assert caught.value._remote_tb


def test_the_text_of_a_call_that_does_not_fit_is_the_servers(root):
    with pytest.raises(TypeError, match="exposed_divide"):
        root.divide(1, 2, 3)
