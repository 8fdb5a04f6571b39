"""Objects of Python as streams: what they owe, and what firth makes of what they do."""

import socket

import pytest

import firth
from custom_objects import Plain, Polling, Scripted, ScriptedFully, Some, raising
from support import LONG, Rung, frame


@pytest.fixture
def plain(sockets):
    return Plain(sockets[0])


@pytest.fixture
def polling(sockets):
    return Polling(sockets[0])


@pytest.fixture
def some(sockets):
    return Some(sockets[0])


@pytest.fixture
def peer(sockets):
    """The socket at the other end of `plain`, `polling` and `some`."""
    return sockets[1]


# ---- Bytes ---------------------------------------------------------------------------


def test_a_channel_over_an_object_sends_and_receives(plain, peer):
    channel = firth.Channel(plain)
    channel.send(b"question")
    assert peer.recv(100) == frame(b"question")
    peer.sendall(frame(b"answer"))
    assert channel.recv() == b"answer"


def test_a_stream_over_an_object_reads_exactly_and_writes_all(plain, peer):
    stream = firth.Stream(plain)
    peer.sendall(b"abcdef")
    assert (stream.read(4), stream.read_some(10)) == (b"abcd", b"ef")
    stream.write(b"ghi")
    assert peer.recv(10) == b"ghi"


def test_a_frame_reaches_the_object_in_one_write_of_bytes(plain):
    firth.Channel(plain).send(bytearray(b"payload"))
    assert plain.written == [frame(b"payload")]
    assert type(plain.written[0]) is bytes


def test_read_is_asked_for_no_more_than_the_part_that_comes_next(plain, peer):
    peer.sendall(frame(b"payload"))
    firth.Channel(plain).recv()
    assert plain.asked == [5, 7, 1]


def test_read_some_is_asked_for_all_that_there_is_room_for(some, peer):
    peer.sendall(frame(b"payload"))
    firth.Channel(some).recv()
    assert some.asked == [5, 8]


def test_a_buffered_stream_reads_ahead_by_read_some(some, peer):
    peer.sendall(frame(b"one") + frame(b"two"))
    channel = firth.Channel(firth.BufferedStream(some))
    assert [channel.recv(LONG), channel.recv(LONG)] == [b"one", b"two"]
    assert len(some.asked) == 1


def test_a_buffered_stream_reads_no_further_than_asked_by_read(polling, peer):
    peer.sendall(frame(b"one") + frame(b"two"))
    channel = firth.Channel(firth.BufferedStream(polling))
    assert [channel.recv(LONG), channel.recv(LONG)] == [b"one", b"two"]
    assert polling.asked == [5, 3, 1] * 2


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_read_may_return_anything_that_is_bytes(kind):
    assert firth.Stream(Scripted(read=lambda count: kind(b"a"))).read(3) == b"aaa"


@pytest.mark.parametrize("nothing", [b"", None, bytearray()])
def test_nothing_read_is_the_end(nothing):
    stream = firth.Stream(Scripted(read=lambda count: nothing))
    with pytest.raises(firth.ConnectionLostError) as caught:
        stream.read(1)
    assert caught.value.clean
    assert stream.closed


def test_nothing_read_inside_a_frame_is_no_clean_end(plain, peer):
    peer.sendall(b"\0\0\0\5\0ab")
    peer.shutdown(socket.SHUT_WR)
    channel = firth.Channel(plain)
    with pytest.raises(firth.ConnectionLostError) as caught:
        channel.recv()
    assert not caught.value.clean
    assert channel.closed and plain.closes == 1


@pytest.mark.parametrize("result, error, words", [
    ("text", TypeError, r"Scripted.read\(3\) returned 'str', expected bytes"),
    (5, TypeError, r"Scripted.read\(3\) returned 'int', expected bytes"),
    (b"abcd", ValueError, r"Scripted.read\(3\) returned 4 bytes, expected 1 to 3")])
def test_what_read_must_not_return_is_named(result, error, words):
    stream = firth.Stream(Scripted(read=lambda count: result))
    with pytest.raises(error, match=words):
        stream.read(3)
    assert not stream.closed


def test_write_may_take_a_part(plain, peer):
    plain.write = lambda data: peer_side(data[:3])

    def peer_side(data):
        plain.written.append(data)
        return len(data)
    firth.Stream(plain).write(b"abcdefgh")
    assert plain.written == [b"abc", b"def", b"gh"]


def test_a_write_that_takes_nothing_is_tried_again_later():
    answers = iter([2, 0, None])
    channel = firth.Channel(Scripted(write=lambda data: next(answers)))
    with pytest.raises(firth.TimeoutError) as caught:
        channel.send(b"")
    assert (caught.value.count, caught.value.wants, channel.pending()) == (4, "write", 4)
    channel.flush()
    assert channel.pending() == 0


@pytest.mark.parametrize("result, error, words", [
    ("3", TypeError, "Scripted.write returned 'str', expected None or the number of bytes taken"),
    (True, TypeError, "Scripted.write returned 'bool'"),
    (1.0, TypeError, "Scripted.write returned 'float'"),
    (-1, ValueError, "Scripted.write returned -1, expected 0 to 3"),
    (4, ValueError, "Scripted.write returned 4, expected 0 to 3"),
    (1 << 70, ValueError, "Scripted.write returned 1180591620717411303424, expected 0 to 3")])
def test_what_write_must_not_return_is_named(result, error, words):
    with pytest.raises(error, match=words):
        firth.Stream(Scripted(write=lambda data: result)).write(b"abc")


# ---- Time ----------------------------------------------------------------------------


def test_a_time_out_polls_and_then_reads(polling, peer):
    channel = firth.Channel(polling)
    with pytest.raises(firth.TimeoutError):
        channel.recv(0)
    peer.sendall(frame(b"late"))
    assert channel.recv(LONG) == b"late"


def test_a_time_out_inside_a_frame_loses_nothing(polling, peer):
    channel = firth.Channel(polling)
    peer.sendall(b"\0\0\0\3\0a")
    with pytest.raises(firth.TimeoutError):
        channel.recv(0.01)
    peer.sendall(b"bc\n")
    assert channel.recv(LONG) == b"abc"


def test_poll_is_given_seconds_or_none():
    given = []
    stream = firth.Stream(ScriptedFully(poll=lambda timeout: given.append(timeout)))
    assert stream.poll() is False
    assert stream.poll(2.5) is False
    assert stream.poll(None) is False
    assert (given[0], given[2]) == (0, None)
    assert 2 < given[1] <= 2.5


@pytest.mark.parametrize("call", [
    lambda c: c.recv(1), lambda c: c.recv(0), lambda c: c.poll(), lambda c: c.poll(None)])
def test_without_poll_no_time_can_be_kept(plain, call):
    channel = firth.Channel(plain)
    with pytest.raises(firth.NotSupportedError, match="'Plain' cannot poll, so it cannot keep"):
        call(channel)
    assert not channel.closed


@pytest.mark.parametrize("call", [lambda c: c.send(b"", 1), lambda c: c.send(b"", 0)])
def test_no_time_can_be_kept_when_it_writes(polling, call):
    channel = firth.Channel(polling)
    with pytest.raises(firth.NotSupportedError, match="'Polling' cannot keep a time-out when"):
        call(channel)
    assert channel.pending() == 0


def test_flush_is_called_by_flush_and_finish():
    thing = ScriptedFully()
    channel = firth.Channel(thing)
    channel.flush()
    channel.finish()
    assert thing.calls == ["flush", "flush", "close"]


@pytest.mark.parametrize("timeout", [0, 1])
def test_a_flush_keeps_no_time(timeout):
    with pytest.raises(firth.NotSupportedError, match="'ScriptedFully' cannot keep a time-out"):
        firth.Stream(ScriptedFully()).flush(timeout)


@pytest.mark.parametrize("buffered", [False, True])
def test_a_with_block_finishes_what_can_keep_no_time(plain, peer, buffered):
    with firth.Channel(firth.BufferedStream(plain) if buffered else plain) as channel:
        channel.send(b"payload")
    assert peer.recv(100) == frame(b"payload")
    assert plain.closes == 1


# ---- Ends ----------------------------------------------------------------------------


def test_close_closes_the_object_once(plain):
    channel = firth.Channel(plain)
    channel.close()
    channel.close()
    channel.stream.close = None
    assert (plain.closes, channel.closed) == (1, True)


def test_a_finaliser_does_not_close_the_object(plain):
    firth.Channel(plain)
    firth.BufferedStream(plain)
    assert plain.closes == 0


def test_closed_is_true_once_the_object_says_so(plain):
    stream = firth.Stream(plain)
    layers = [stream, firth.Stream(stream), firth.BufferedStream(stream), firth.Channel(plain),
              firth.Channel(stream), firth.Channel(firth.BufferedStream(plain))]
    assert not any(layer.closed for layer in layers)
    plain.sock.close()
    assert all(layer.closed for layer in layers)


def test_closed_may_be_a_method(plain):
    class Asked(Plain):
        def closed(self):
            return self.sock.fileno() < 0

    thing = Asked(plain.sock)
    channel = firth.Channel(thing)
    assert channel.closed is False
    thing.close()
    assert channel.closed is True


def test_what_close_raises_reaches_who_closes():
    error = Rung("close")
    for end in (firth.Channel.close, firth.Channel.finish):
        channel = firth.Channel(Scripted(close=raising(error)))
        with pytest.raises(Rung) as caught:
            end(channel)
        assert caught.value is error
        assert channel.closed


def test_after_a_loss_the_loss_is_the_error_and_close_its_context():
    error = Rung("close")
    stream = firth.Stream(Scripted(close=raising(error)))
    with pytest.raises(firth.ConnectionLostError) as caught:
        stream.read(1)
    assert caught.value.__context__ is error
    stream.close()


def test_of_a_finish_that_fails_twice_the_first_error_comes_out():
    error = Rung("flush")
    thing = ScriptedFully(flush=raising(error), close=raising(ValueError("close")))
    with pytest.raises(Rung) as caught:
        firth.Channel(thing).finish()
    assert caught.value is error


# ---- Errors --------------------------------------------------------------------------


class Strange(BaseException):
    """No Exception."""


ERRORS = [ValueError, OSError, EOFError, KeyboardInterrupt, SystemExit, Strange, StopIteration,
          GeneratorExit, MemoryError]


@pytest.mark.parametrize("name, call", [
    ("read", lambda c: c.recv()), ("read", lambda c: c.stream_over.read(1)),
    ("write", lambda c: c.send(b"")), ("poll", lambda c: c.poll()),
    ("poll", lambda c: c.recv(1)), ("flush", lambda c: c.flush()),
    ("fileno", lambda c: c.fileno()), ("close", lambda c: c.close())])
@pytest.mark.parametrize("kind", ERRORS)
def test_what_the_object_raises_comes_out_as_it_is(name, call, kind):
    class Channel(firth.Channel):
        stream_over = property(lambda self: firth.Stream(self.stream))

    error = kind("text")
    channel = Channel(ScriptedFully(**{name: raising(error)}))
    with pytest.raises(kind) as caught:
        call(channel)
    assert caught.value is error


def test_an_error_in_closed_comes_out():
    thing, error = Scripted(), Rung()
    channel = firth.Channel(thing)
    thing.closed = raising(error)
    with pytest.raises(Rung) as caught:
        channel.closed
    assert caught.value is error


def test_what_a_read_raises_costs_nothing_that_came(sockets):
    class Once(Plain):
        error = None

        def read(self, count):
            if len(self.asked) == 1 and self.error is None:
                self.error = Rung()
                raise self.error
            return super().read(count)

    channel = firth.Channel(Once(sockets[0]))
    sockets[1].sendall(frame(b"payload"))
    with pytest.raises(Rung):
        channel.recv()
    assert channel.recv() == b"payload"


def test_what_a_write_raises_leaves_a_taken_payload_pending(plain, peer):
    written = plain.write
    plain.write = raising(Rung())
    channel = firth.Channel(plain)
    with pytest.raises(Rung):
        channel.send(b"one")
    assert channel.pending() == len(frame(b"one"))
    plain.write = written
    channel.send(b"two")
    assert peer.recv(100) == frame(b"one") + frame(b"two")


def test_what_was_raised_before_is_forgotten_by_the_next_call(plain, peer):
    written = plain.write
    plain.write = raising(Rung())
    channel = firth.Channel(plain)
    with pytest.raises(Rung):
        channel.send(b"one")
    with pytest.raises(firth.NotSupportedError):
        channel.recv(0)
    plain.write = written
    channel.flush()
    with pytest.raises(firth.UnsentError):
        plain.write = raising(Rung())
        with pytest.raises(Rung):
            channel.send(b"two")
        channel.close()


def test_a_buffered_write_reports_what_the_object_raised_after_a_part():
    answers = iter([6])
    error = Rung()

    def write(data):
        for taken in answers:
            return taken
        raise error

    stream = firth.BufferedStream(Scripted(write=write), 4)
    stream.write(b"abcd")
    with pytest.raises(Rung) as caught:
        stream.write(b"efgh")
    assert caught.value is error


# ---- The rest ------------------------------------------------------------------------


def test_the_very_object_is_given_back(plain):
    assert firth.Channel(plain).stream is plain
    assert firth.BufferedStream(plain).lower is plain


def test_its_descriptor_is_that_of_the_object(polling):
    channel = firth.Channel(polling)
    assert channel.fileno() == polling.sock.fileno()
    assert firth.Stream(polling).write_fileno() == polling.sock.fileno()


def test_its_descriptor_may_be_0():
    assert firth.Channel(ScriptedFully(fileno=lambda: 0)).fileno() == 0


def test_without_fileno_there_is_no_descriptor(plain):
    with pytest.raises(firth.NotSupportedError, match="'Plain' has no fileno"):
        firth.Channel(plain).fileno()


@pytest.mark.parametrize("result, error, words", [
    ("3", TypeError, "what fileno returned must be an int, not 'str'"),
    (-1, ValueError, "ScriptedFully.fileno returned -1, expected a descriptor"),
    (1 << 40, OverflowError, "1099511627776")])
def test_what_fileno_must_not_return_is_named(result, error, words):
    with pytest.raises(error, match=words):
        firth.Channel(ScriptedFully(fileno=lambda: result)).fileno()


def test_a_file_is_an_object_like_any_other(tmp_path):
    with open(tmp_path / "file", "w+b", buffering=0) as file:
        channel = firth.Channel(file)
        channel.send(b"payload")
        file.seek(0)
        assert channel.recv() == b"payload"
        channel.close()
        assert file.closed


def test_read_some_of_another_object_does_not_replace_its_own_read(streams):
    class Passing:
        def __init__(self, stream):
            self.stream = stream
            self.asked = []

        def read(self, count):
            self.asked.append(count)
            return self.stream.read(count)

        def __getattr__(self, name):
            return getattr(self.stream, name)

    thing = Passing(streams[0])
    channel = firth.Channel(thing)
    streams[1].write(frame(b"payload"))
    assert channel.poll(LONG)
    assert (channel.recv(), thing.asked) == (b"payload", [5, 7, 1])
    assert channel.fileno() == streams[0].fileno()
