"""Sockets that only their own recv and send can drive: ssl.SSLSocket, gevent's, what has
been put over a socket in another way."""

import _socket
import _thread
import math
import select
import ssl
import sys
import time

from . import _errors

_OWED = ("recv", "send", "shutdown", "fileno", "close")
_CHUNK = 65536
_LONGEST = 2**31 - 1
_READABLE = select.POLLIN | select.POLLPRI
# Seconds between tries to send where nothing tells when there is room.
_BETWEEN_TRIES = 0.02


def _is_gevents(sock):
    return any(base.__module__.partition(".")[0] == "gevent" for base in type(sock).__mro__)


def is_plain(sock):
    """Whether the bytes of a socket are those of its descriptor."""
    kind = type(sock)
    return (isinstance(sock, _socket.socket) and kind.recv is _socket.socket.recv
            and kind.send is _socket.socket.send)


def closer(sock):
    """What closes the socket. Until it is called or forgotten, the descriptor stays the
    socket's, even if somebody closes the socket itself, as rpyc's servers do: its number
    is not another connection's while calls use it."""
    if not hasattr(sock, "makefile") or not is_socket(sock) or sock.fileno() < 0:
        return sock.close
    held = sock.makefile("rb", buffering=0)

    def close():
        held.close()
        sock.close()
    return close


def can_drive(thing):
    """Whether it has what a socket is driven by."""
    return all(callable(getattr(thing, name, None)) for name in _OWED)


def is_socket(thing):
    """Whether it is one of Python's sockets, or of gevent's, or can be driven and is no
    stream."""
    return isinstance(thing, _socket.socket) or (
        can_drive(thing) and (_is_gevents(thing) or not hasattr(thing, "read")))


def _lost(error):
    text = f"the socket failed: {error}"
    return _errors.make("connection_lost", text, getattr(error, "errno", 0) or 0, 0, 0, 0)


def _milliseconds(until):
    if until is None:
        return None
    return min(max(0, math.ceil((until - time.monotonic()) * 1000)), _LONGEST)


class _ThreadsWait:
    """Waiting that blocks the thread; that of a module in select's place, if there is one.
    One reader and one writer at a time."""

    def __init__(self):
        self._polls = {}

    def __call__(self, descriptor, events, until):
        # The thread's own while it waits: a signal's handler may wait for the same.
        poll = self._polls.pop(events, None)
        if poll is None:
            poll = select.poll()
            poll.register(descriptor, events)
        try:
            return bool(poll.poll(_milliseconds(until)))
        finally:
            self._polls[events] = poll


class _GreenletsWait:
    """Waiting that lets gevent's other greenlets run, and who only looks too."""

    def __init__(self):
        from gevent import monkey
        from gevent.select import poll
        self._look, self._poll = monkey.get_original("select", "poll"), poll
        self._sleep = sys.modules["gevent"].sleep

    def __call__(self, descriptor, events, until):
        time_left = _milliseconds(until)
        poll = self._look() if time_left == 0 else self._poll()
        poll.register(descriptor, events)
        ready = bool(poll.poll(time_left))
        if time_left == 0:
            self._sleep(0)
        return ready


class DrivenSocket:
    """The object behind a stream over such a socket, which it sets non-blocking.

    Any thread may close, one may read while another writes: whoever waits holds no lock.
    The methods are those of docs/adding-a-stream.md, and write_some in time.
    """

    def __init__(self, sock):
        self.sock = sock
        self._is_tls = isinstance(sock, ssl.SSLSocket) or hasattr(sock, "pending")
        self._wait_for = _GreenletsWait() if _is_gevents(sock) else _ThreadsWait()
        # The descriptor of another object may be a pipe, which tells only when to read.
        self._tells_of_room = isinstance(sock, _socket.socket) or _is_gevents(sock)
        # TLS has one state for both directions; nobody waits who has it.
        self._turn = _thread.RLock()
        self._close_socket = closer(sock)
        self._inside = []
        self._closing = False
        self._came = False  # that TLS has begun is known
        self._ahead = None  # bytes that poll has read; b"" once it has seen the end
        self._begun = None  # what TLS has sealed, to be written again

    @property
    def closed(self):
        """By its stream, or by others who have the socket."""
        return self._closing or self.sock.fileno() < 0

    def fileno(self):
        """The socket's descriptor."""
        return self._descriptor()

    def read(self, count):
        """As read_some."""
        return self.read_some(count)

    def read_some(self, count):
        """What is there; b"" at the end."""
        if self._ahead is not None:
            return self._take_ahead(count)
        self._enter()
        try:
            while True:
                data, wanted = self._try(self.sock.recv, min(count, _CHUNK), _READABLE)
                if data is not None:
                    return data
                self._wait(wanted, None)
        finally:
            self._leave()

    def poll(self, timeout):
        """Whether there is something to read: with TLS, something that is no data is looked
        through."""
        until = None if timeout is None else time.monotonic() + timeout
        self._enter()
        try:
            if not self._is_tls:
                return self._wait(_READABLE, until)
            wanted = self._wanted_first()
            while self._ahead is None:
                if wanted is not None and not self._wait(wanted, until):
                    return False
                self._ahead, wanted = self._try(self.sock.recv, _CHUNK, _READABLE)
            self._came = True
            return True
        finally:
            self._leave()

    def write(self, data):
        """As write_some, for as long as it takes."""
        return self.write_some(data, None)

    def write_some(self, data, timeout):
        """How many bytes were taken; 0 when the time ran out. Of TLS the same bytes must
        come first then in the next write: ValueError."""
        until = None if timeout is None else time.monotonic() + timeout
        self._enter()
        try:
            part = self._part_of(data)
            while True:
                count, wanted = self._try(self.sock.send, part, select.POLLOUT)
                if count:
                    self._begun = None
                    return count
                if self._is_tls and self._begun is None:
                    self._begun = bytes(part)
                if not self._wait(wanted, until):
                    return 0
        finally:
            self._leave()

    def close(self):
        """Wakes who waits; the last one out closes the socket."""
        self._closing = True
        try:
            if isinstance(self.sock, _socket.socket):
                _socket.socket.shutdown(self.sock, _socket.SHUT_RDWR)
            else:
                self.sock.shutdown(_socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass
        self._close_if_left()

    def _enter(self):
        self._inside.append(None)
        if self._closing:
            self._leave()
            raise _errors.make("closed", "the stream is closed", 0, 0, 0, 0)

    def _leave(self):
        self._inside.pop()
        self._close_if_left()

    def _close_if_left(self):
        if self._closing and not self._inside:
            self._close_socket()

    def _descriptor(self):
        descriptor = self.sock.fileno()
        if descriptor < 0:
            raise _errors.make("connection_lost", "the socket was closed", 0, 0, 0, 0)
        return descriptor

    def _take_ahead(self, count):
        data, rest = self._ahead[:count], self._ahead[count:]
        if data:
            self._ahead = rest or None
        return data

    def _part_of(self, data):
        if self._begun is None:
            return memoryview(data)[:_CHUNK]
        if memoryview(data)[:len(self._begun)] != self._begun:
            raise ValueError("a write over TLS ran out of time: the next one must begin with "
                             f"the same {len(self._begun)} bytes")
        return self._begun

    def _wait(self, events, until):
        if events == select.POLLOUT and not self._tells_of_room:
            return self._wait_for_room(until)
        return self._wait_for(self._descriptor(), events, until)

    def _wait_for_room(self, until):
        soon = time.monotonic() + _BETWEEN_TRIES
        if until is not None and until < soon:
            self._wait_for(self._descriptor(), 0, until)
            return False
        self._wait_for(self._descriptor(), 0, soon)
        return True

    def _try(self, operation, argument, events):
        """What the operation returns, and None; or None, and what is to be waited for."""
        with self._turn:
            try:
                self._set_nonblocking()
                return operation(argument), None
            except ssl.SSLWantReadError:
                return None, _READABLE
            except ssl.SSLWantWriteError:
                return None, select.POLLOUT
            except (BlockingIOError, TimeoutError):
                return None, events
            except (OSError, ValueError, AttributeError) as error:
                raise _lost(error) from error

    def _wanted_first(self):
        """What to wait for before TLS is asked for bytes, or None: before its hand-shake it
        may have something to send."""
        with self._turn:
            return _READABLE if self._came and not self.sock.pending() else None

    def _set_nonblocking(self):
        """Others who have the socket may have given it a time-out."""
        if self.sock.gettimeout() != 0:
            self.sock.settimeout(0)
