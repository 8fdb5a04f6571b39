"""TunneledSocketStream: a stream, and the tunnel below it that is closed after it."""

import gc
import socket
import weakref

import pytest

import firth
from custom_objects import Plain, Polling
from support import LONG, Rung, frame, in_child


class Tunnel:
    """Counts how often it is closed, and asks what holds at that time."""

    def __init__(self, ask=lambda: None):
        self.ask = ask
        self.seen = []

    def close(self):
        self.seen.append(self.ask())


@pytest.fixture
def tunnel():
    return Tunnel()


@pytest.fixture
def tunneled(sockets, tunnel):
    made = firth.TunneledSocketStream(sockets[0], tun=tunnel)
    yield made
    made.close()


def test_bytes_go_through_the_socket(tunneled, sockets):
    channel = firth.Channel(tunneled)
    channel.send(b"question")
    assert sockets[1].recv(100) == frame(b"question")
    sockets[1].sendall(frame(b"answer"))
    assert channel.recv(LONG) == b"answer"
    assert channel.fileno() == sockets[0].fileno()


@pytest.mark.parametrize("end", ["close", "finish"])
def test_the_tunnel_is_closed_once_and_after_the_socket(tunneled, sockets, tunnel, end):
    tunnel.ask = sockets[0].fileno
    getattr(tunneled, end)()
    tunneled.close()
    assert tunnel.seen == [-1]


def test_a_loss_closes_the_tunnel(tunneled, sockets, tunnel):
    sockets[1].close()
    with pytest.raises(firth.ConnectionLostError):
        tunneled.read(1)
    assert len(tunnel.seen) == 1 and tunneled.closed


def test_a_tunnel_may_be_set_later(sockets, tunnel):
    stream = firth.TunneledSocketStream(sockets[0])
    assert stream.tun is None
    stream.tun = tunnel
    assert stream.tun is tunnel
    stream.close()
    assert len(tunnel.seen) == 1


@pytest.mark.parametrize("end", ["close", "finish"])
def test_a_tunnel_that_comes_too_late_to_be_closed_is_refused(sockets, tunnel, end):
    stream = firth.TunneledSocketStream(sockets[0])
    getattr(stream, end)()
    with pytest.raises(firth.ClosedError):
        stream.tun = tunnel
    assert stream.tun is None
    stream.tun = None


def test_without_a_tunnel_only_the_socket_is_closed(sockets):
    firth.TunneledSocketStream(sockets[0]).close()
    assert sockets[0].fileno() == -1


def test_what_the_tunnel_raises_reaches_who_closes(tunneled, tunnel):
    error = Rung()

    def close():
        raise error
    tunnel.close = close
    with pytest.raises(Rung) as caught:
        tunneled.close()
    assert caught.value is error and tunneled.closed


def test_a_tunnel_may_wrap_a_stream_or_an_object(streams, sockets, tunnel):
    other = socket.socketpair()
    for below in (streams[1], Polling(other[0])):
        firth.TunneledSocketStream(below, tunnel).close()
        assert below.closed
    assert len(tunnel.seen) == 2
    other[1].close()


def test_a_tunneled_stream_over_an_object_asks_whether_it_is_closed(sockets):
    plain = Plain(sockets[0])
    stream = firth.TunneledSocketStream(plain)
    plain.sock.close()
    assert stream.closed


def test_it_connects_as_a_socket_stream_does(listener, tunnel):
    with firth.TunneledSocketStream.connect("127.0.0.1", listener.port) as stream:
        stream.tun = tunnel
        assert type(stream) is firth.TunneledSocketStream
        with listener.accept(LONG) as accepted:
            stream.write(b"abc")
            assert accepted.read(3, LONG) == b"abc"
    assert len(tunnel.seen) == 1


@pytest.mark.parametrize("tun", [5, "tunnel", object()])
def test_what_cannot_be_closed_is_no_tunnel(sockets, tun):
    with pytest.raises(TypeError, match="a tunnel has a method close"):
        firth.TunneledSocketStream(sockets[0], tun)
    stream = firth.TunneledSocketStream(sockets[0])
    with pytest.raises(TypeError, match="a tunnel has a method close"):
        stream.tun = tun
    stream.close()


@pytest.mark.parametrize("sock", [None, 5, "text", object()])
def test_what_is_no_socket_and_no_stream_is_refused(sock):
    with pytest.raises(TypeError):
        firth.TunneledSocketStream(sock)


def test_a_tunnel_that_holds_its_stream_is_collected(sockets):
    tunnel = Tunnel()
    tunnel.stream = firth.TunneledSocketStream(sockets[0], tunnel)
    gone = weakref.ref(tunnel)
    del tunnel
    gc.collect()
    assert gone() is None


def test_a_forked_child_does_not_close_its_parents_tunnel(tunneled, tunnel):
    def child():
        tunneled.close()
        return len(tunnel.seen)
    assert in_child(child) == 0
