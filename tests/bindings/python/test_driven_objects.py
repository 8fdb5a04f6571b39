"""SocketStream over objects that have the methods of a socket."""

import contextlib
import errno
import fcntl
import os
import socket
import threading

import pytest

import firth
from acknowledging import acknowledges_before_a_wait
from support import LONG, Caller, wait_until_asleep, while_blocked


def test_a_socket_with_a_descriptor_above_1024_is_driven(sockets, many_descriptors):
    high = fcntl.fcntl(sockets[0].fileno(), fcntl.F_DUPFD_CLOEXEC, 1100)
    with firth.SocketStream(Shouting(fileno=high)) as stream:
        assert stream.poll(0) is False
        with while_blocked(stream.read, 3) as reading:
            sockets[1].sendall(b"abc")
        assert (stream.fileno(), reading.result()) == (high, b"abc")


class Recording:
    """Over a plain socket: nothing but the four methods, shutdown and a time-out."""

    def __init__(self, sock):
        self._sock = sock
        self.calls = []

    def __getattr__(self, name):
        self.calls.append(name)
        return getattr(self._sock, name)


def test_any_object_with_the_methods_of_a_socket_is_driven_by_them(sockets):
    recording = Recording(sockets[0])
    with firth.SocketStream(recording) as stream:
        stream.write(b"abc")
        assert sockets[1].recv(3) == b"abc"
        sockets[1].sendall(b"def")
        assert stream.read(3) == b"def"
    assert {"send", "recv", "close"} <= set(recording.calls)
    assert sockets[0].fileno() == -1


class Hasty(Recording):
    """Its first read runs out of a time of its own, whatever it was set to."""

    def recv(self, *arguments):
        if "recv" in self.calls:
            return self._sock.recv(*arguments)
        self.calls.append("recv")
        raise TimeoutError("timed out")


def test_a_time_out_of_the_socket_itself_is_none_of_the_streams(sockets):
    with firth.SocketStream(Hasty(sockets[0])) as stream:
        sockets[1].sendall(b"abc")
        assert stream.read(3) == b"abc"


class Unset:
    """Over a plain socket: the methods that are owed, and no time-out to set."""

    def __init__(self, sock):
        self.recv, self.send, self.shutdown = sock.recv, sock.send, sock.shutdown
        self.fileno, self.close = sock.fileno, sock.close


def test_an_object_without_a_time_out_blocks_in_its_own_methods(sockets):
    with firth.SocketStream(Unset(sockets[0])) as stream:
        reading = Caller(stream.read, 3)
        wait_until_asleep(reading)
        stream.write(b"abc")
        assert sockets[1].recv(3) == b"abc"
        sockets[1].sendall(b"def")
        assert reading.result() == b"def"


class Failing(Recording):
    def recv(self, _):
        raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))


def test_a_connection_that_timed_out_is_lost(sockets):
    with firth.SocketStream(Failing(sockets[0])) as stream:
        sockets[1].sendall(b"x")
        with pytest.raises(firth.ConnectionLostError) as caught:
            stream.read(1, LONG)
    assert caught.value.errno == errno.ETIMEDOUT


class Wrong(Recording):
    """As TLS, and says what it was told to say."""

    def __init__(self, sock, says):
        super().__init__(sock)
        self.recv, self.pending = lambda _: says, lambda: 0


@pytest.mark.parametrize("says, kind, text", [
    (5, TypeError, "returned 'int', expected bytes"),
    ([1, 2], TypeError, "returned 'list', expected bytes"),
    (bytes(10_000), ValueError, "returned 10000 bytes, expected 1 to"),
    (None, EOFError, "closed the connection")])
def test_what_is_read_ahead_must_be_bytes(sockets, says, kind, text):
    with firth.SocketStream(Wrong(sockets[0], says)) as stream:
        with pytest.raises(kind, match=text):
            stream.read(1, LONG)


class Piped(Recording):
    """Its descriptor is the end of a pipe, and tells when to read alone, as paramiko's do."""

    def __init__(self, sock):
        super().__init__(sock)
        self._pipe, self._bell = os.pipe()
        self.full = threading.Event()

    def send(self, data):
        try:
            return self._sock.send(data)
        except BlockingIOError:
            self.full.set()
            raise

    def fileno(self):
        return self._pipe

    def close(self):
        self._sock.close()
        for end in (self._pipe, self._bell):
            os.close(end)
        self._pipe = -1


def test_a_send_goes_on_where_no_descriptor_tells_that_there_is_room(sockets):
    data = os.urandom(3 << 20)
    piped = Piped(sockets[0])
    with firth.SocketStream(piped) as stream:
        sending = Caller(stream.write, data)
        assert piped.full.wait(LONG)
        received = b""
        while len(received) < len(data):
            received += sockets[1].recv(1 << 20)
        sending.result()
    assert received == data


class OneAtATime(Recording):
    """As TLS, which has one state for both directions; a send goes on when it is let."""

    def __init__(self, sock):
        super().__init__(sock)
        self.pending = lambda: 0
        self.sending, self.let_go = threading.Event(), threading.Event()
        self._inside = self.together = False

    @contextlib.contextmanager
    def _alone(self):
        self.together |= self._inside
        self._inside = True
        try:
            yield
        finally:
            self._inside = False

    def send(self, data):
        with self._alone():
            self.sending.set()
            assert self.let_go.wait(LONG)
            return self._sock.send(data)

    def recv(self, count):
        with self._alone():
            return self._sock.recv(count)


def test_who_reads_keeps_out_of_tls_while_another_writes(sockets):
    tls = OneAtATime(sockets[0])
    with firth.SocketStream(tls) as stream:
        writing = Caller(stream.write, b"abc")
        assert tls.sending.wait(LONG)
        reading = Caller(stream.read, 3)
        wait_until_asleep(reading)
        tls.let_go.set()
        writing.result()
        sockets[1].sendall(b"def")
        assert reading.result() == b"def"
    assert not tls.together


class Shouting(socket.socket):
    def send(self, data, *flags):
        return super().send(bytes(data).upper(), *flags)


def test_a_subclass_of_socket_is_driven_by_what_it_overrides(sockets):
    shouting = Shouting(fileno=sockets[0].detach())
    with firth.SocketStream(shouting) as stream:
        stream.write(b"abc")
        assert sockets[1].recv(3) == b"ABC"


@pytest.fixture
def tcp_sockets(no_descriptor_left):
    """One with methods of its own, and Python's own."""
    with socket.create_server(("127.0.0.1", 0)) as listening, Shouting() as here:
        here.connect(listening.getsockname())
        with listening.accept()[0] as there:
            yield here, there


def test_a_driven_socket_sends_small_writes_at_once(tcp_sockets):
    with firth.SocketStream(tcp_sockets[0]):
        assert tcp_sockets[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_peer_that_waits_to_be_acknowledged_is_before_a_driven_socket_waits(tcp_sockets):
    with firth.SocketStream(tcp_sockets[0]) as stream:
        assert acknowledges_before_a_wait(stream, tcp_sockets[1])


@pytest.mark.parametrize("thing", [None, 1, "socket", object(), threading.Lock()])
def test_what_is_no_socket_is_refused(thing):
    with pytest.raises(TypeError, match="a socket or a stream is required"):
        firth.SocketStream(thing)
