"""What is no stream, and what lacks something to be one."""

import pytest

import firth
from custom_objects import Plain, Scripted


class Without:
    """Has everything but what is named."""

    def __new__(cls, *names):
        functions = {"read": lambda self, count: b"", "write": lambda self, data: None,
                     "close": lambda self: None, "closed": False}
        return type("Lacking", (), {n: f for n, f in functions.items() if n not in names})()


TAKERS = [firth.Channel, firth.BufferedStream, firth.Stream]


@pytest.mark.parametrize("take", TAKERS)
@pytest.mark.parametrize("thing", [None, 5, 2.5, "text", b"bytes", object(), [], len])
def test_what_is_no_stream_is_refused_by_its_type(take, thing):
    with pytest.raises(TypeError, match=f"stream is required, not '{type(thing).__name__}'"):
        take(thing)


@pytest.mark.parametrize("take", TAKERS)
@pytest.mark.parametrize("missing", ["read", "write", "close", "closed"])
def test_what_lacks_something_is_refused_with_its_name(take, missing):
    with pytest.raises(TypeError, match=f"'Lacking' has no {missing}$"):
        take(Without(missing))


def test_all_that_is_missing_is_named():
    with pytest.raises(TypeError, match="'Lacking' has no write and no closed"):
        firth.Channel(Without("write", "closed"))


def test_a_codec_is_no_stream():
    with pytest.raises(TypeError, match="stream is required, not 'FrameCodec'"):
        firth.Channel(firth.FrameCodec())


def test_a_listener_and_a_channel_are_no_streams(listener, channel):
    for thing in (listener, channel):
        with pytest.raises(TypeError, match="has no read and no write"):
            firth.Channel(thing)


def test_a_class_is_no_stream():
    with pytest.raises(TypeError, match="not the class 'Plain'"):
        firth.Channel(Plain)


def test_what_cannot_be_called_is_no_method():
    thing = Scripted()
    thing.write = b"not a method"
    with pytest.raises(TypeError, match="write of 'Scripted' is no method"):
        firth.Channel(thing)


class PollingNothing(Scripted):
    poll = flush = fileno = None


def test_a_method_that_is_none_is_not_there():
    stream = firth.Stream(PollingNothing())
    for call in (stream.poll, stream.fileno):
        with pytest.raises(firth.NotSupportedError):
            call()
    stream.finish()


@pytest.mark.parametrize("take", TAKERS)
def test_an_object_that_is_closed_already_is_refused(take, sockets):
    plain = Plain(sockets[0])
    plain.sock.close()
    with pytest.raises(ValueError, match="the stream, a 'Plain', is closed already"):
        take(plain)
    assert plain.closes == 0


def test_a_stream_over_an_object_is_initialised_once(sockets):
    stream = firth.Stream(Plain(sockets[0]))
    with pytest.raises(ValueError, match="initialised already"):
        stream.__init__(Scripted())
    stream.write(b"still this one")
    assert sockets[1].recv(100) == b"still this one"
