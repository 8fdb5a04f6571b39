"""Subclasses of firth's own streams whose methods are called instead of the library's."""

import pytest

import firth
from support import LONG, frame


def counting(base):
    class Counting(base):
        """Counts what is read and written through it."""

        bytes_read = bytes_written = closes = 0

        def read(self, length, *timeout):
            data = super().read(length, *timeout)
            self.bytes_read += len(data)
            return data

        def write(self, data, *timeout):
            super().write(data, *timeout)
            self.bytes_written += len(data)

        def close(self):
            self.closes += 1
            super().close()

    return Counting


@pytest.fixture
def counted(sockets):
    made = counting(firth.SocketStream)(sockets[0])
    yield made
    made.close()


@pytest.fixture
def peer(sockets):
    """The socket at the other end of `counted`."""
    return sockets[1]


def test_overridden_methods_are_called(counted, peer):
    channel = firth.Channel(counted)
    channel.send(b"question")
    peer.sendall(frame(b"answer"))
    assert channel.recv() == b"answer"
    assert (counted.bytes_read, counted.bytes_written) == (12, 14)
    channel.close()
    assert counted.closes == 1 and counted.closed


def test_the_stream_of_its_channel_is_the_very_object(counted):
    assert firth.Channel(counted).stream is counted


def test_a_time_out_polls_by_what_it_inherits(counted, peer):
    channel = firth.Channel(counted)
    with pytest.raises(firth.TimeoutError):
        channel.recv(0.01)
    peer.sendall(frame(b"later"))
    assert channel.recv(LONG) == b"later"
    assert channel.fileno() == counted.fileno()


def test_a_method_of_one_object_alone_is_called(sockets):
    stream = firth.SocketStream(sockets[0])
    written = []
    stream.write = written.append
    firth.Channel(stream).send(b"payload")
    assert written == [frame(b"payload")]
    stream.close()


@pytest.mark.parametrize("ends", ["streams", "pipes"])
def test_what_overrides_nothing_is_called_by_the_library_itself(ends, request):
    here, there = request.getfixturevalue(ends)

    class Renamed(type(here)):
        name = "mine"

        def describe(self):
            return self.name

    stream = Renamed(here)
    firth.Channel(stream).send(b"payload")
    assert there.read(13, LONG) == frame(b"payload")
    assert stream.counters().write_calls == 1


def test_what_it_inherits_keeps_time_when_it_writes(sockets):
    class Closing(firth.SocketStream):
        def close(self):
            super().close()

    channel = firth.Channel(Closing(sockets[0]))
    with pytest.raises(firth.TimeoutError) as caught:
        while True:
            channel.send(bytes(100000), 0)
    assert caught.value.wants == "write"
    assert channel.pending() > 0
    with pytest.raises(firth.UnsentError):
        channel.close()


def test_inherited_methods_read_what_is_there(sockets):
    class Closing(firth.SocketStream):
        def close(self):
            super().close()

    channel = firth.Channel(firth.BufferedStream(Closing(sockets[0])))
    sockets[1].sendall(frame(b"one") + frame(b"two"))
    assert channel.recv(LONG) == b"one"
    assert channel.stream.held() == (len(frame(b"two")), 0)
    channel.close()


def test_a_subclass_may_override_read_some(sockets):
    class Some(firth.SocketStream):
        sizes = ()

        def read_some(self, capacity):
            data = super().read_some(capacity)
            self.sizes += (len(data),)
            return data

    stream = Some(sockets[0])
    sockets[1].sendall(frame(b"payload"))
    channel = firth.Channel(stream)
    assert (channel.recv(), stream.sizes) == (b"payload", (5, 8))
    channel.close()


class Loop(firth.Stream):
    """What is written can be read; nothing of the library's lies below."""

    def __init__(self):
        self.held_back = bytearray()
        self.over = False

    def read(self, length):
        data = bytes(self.held_back[:length])
        del self.held_back[:length]
        return data

    def write(self, data):
        self.held_back += data

    def close(self):
        self.over = True

    @property
    def closed(self):
        return self.over


def test_a_subclass_may_do_all_by_itself():
    loop = Loop()
    with firth.Channel(loop) as channel:
        channel.send(b"payload")
        assert channel.recv() == b"payload"
        with pytest.raises(firth.NotSupportedError, match="'Loop' cannot poll"):
            channel.recv(0)
    assert loop.over


def test_a_subclass_that_does_half_by_itself_is_no_stream():
    class Half(firth.Stream):
        __init__, read, close, closed = Loop.__init__, Loop.read, Loop.close, Loop.closed

    with pytest.raises(TypeError, match="'Half' has no write"):
        firth.Channel(Half())


def test_a_loss_below_is_a_loss_above(counted, peer):
    channel = firth.Channel(counted)
    peer.close()
    with pytest.raises(firth.ConnectionLostError) as caught:
        channel.recv()
    assert caught.value.clean
    assert channel.closed and counted.closes == 1


def test_a_loss_below_inside_a_frame_is_no_clean_end(counted, peer):
    channel = firth.Channel(counted)
    peer.sendall(b"\0\0\0\3\0")
    peer.close()
    with pytest.raises(firth.ConnectionLostError) as caught:
        channel.recv()
    assert not caught.value.clean
    assert caught.value.__context__.clean


def test_a_second_object_on_it_calls_its_methods(counted, peer):
    again = firth.Stream(counted)
    again.write(b"abc")
    assert (peer.recv(3), counted.bytes_written) == (b"abc", 3)
