"""Sockets that only their own methods can drive: ssl.SSLSocket, gevent's, what has
been put over a socket in another way."""

import _socket
import _thread
import contextlib
import errno
import math
import os
import select
import socket
import ssl
import sys
import time

from . import _errors

_OWED = ("recv", "send", "shutdown", "fileno", "close")
# The most that is read and written at once.
_CHUNK = 1 << 17
_AT_ONCE = 1 << 18
# What TLS is asked for, if less is wanted: more costs memory anew each time.
_AHEAD = 960
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
    return math.ceil(min(max(0, (until - time.monotonic()) * 1000), _LONGEST))


def _set_of_tcp(sock, option):
    """Whether the socket has it: TCP_NODELAY, by which two small answers in a row do not wait
    for the peer between them; TCP_QUICKACK, by which those of the peer do not wait for us."""
    try:
        sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), 1)
    except (OSError, AttributeError):
        return False
    return True


def _has_timeout(sock):
    return callable(getattr(sock, "gettimeout", None)) and hasattr(sock, "settimeout")


def _has_own(sock, *names):
    """Whether these methods are an ssl.SSLSocket's own, and not gevent's."""
    return (isinstance(sock, ssl.SSLSocket) and not _is_gevents(sock)
            and not vars(sock).keys() & set(names)
            and all(getattr(type(sock), name) is getattr(ssl.SSLSocket, name) for name in names))


class DrivenSocket:
    """The object behind a stream over such a socket, whose time-out it sets.

    Any thread may close, one may read while another writes: whoever waits holds no lock.
    The methods are those of docs/adding-a-stream.md, and read_some and write_some in time;
    `left` comes after `close`, when nobody is inside any more.
    """

    def __init__(self, sock):
        self.sock = sock
        self.is_tls = isinstance(sock, ssl.SSLSocket) or hasattr(sock, "pending")
        # Its own methods read a record: who is given less than it asked for has had all of one,
        # and the next one is not read yet.
        self.waits_natively = _has_own(sock, "recv", "read")
        # One that cannot be set non-blocking keeps no time-out.
        self._has_timeout = _has_timeout(sock)
        # The descriptor of another object may be a pipe, which tells only when to read.
        self._tells_of_room = isinstance(sock, _socket.socket) or _is_gevents(sock)
        # TLS has one state for both directions; nobody waits who has it.
        self._reading = _thread.RLock()
        self._writing = self._reading if self.is_tls else _thread.RLock()
        self._close_socket = closer(sock)
        # Where its TLS was shut down, recv and send are those of a plain socket; these fail.
        self._recv = sock.read if self.waits_natively else sock.recv
        self._send = sock.write if _has_own(sock, "send", "write") else sock.send
        self._may_become_plain = hasattr(type(sock), "session_reused") and (
            self._recv == sock.recv or self._send == sock.send)
        self._process = os.getpid()
        self._begun = None  # what TLS has sealed, to be written again
        # Who waits natively acknowledges there.
        self._acknowledges = _set_of_tcp(sock, "TCP_NODELAY") and not self.waits_natively
        self._unanswered = False  # that something was read since the last write

    @property
    def closed(self):
        """Whether others who have the socket have closed it."""
        return self.sock.fileno() < 0

    def fileno(self):
        """The socket's descriptor."""
        descriptor = self.sock.fileno()
        if descriptor < 0:
            raise _errors.make("connection_lost", "the socket was closed", 0, 0, 0, 0)
        return descriptor

    def read(self, count):
        """As read_some."""
        return self.read_some(count)

    def read_some(self, count, timeout=None):
        """What is there; b"" at the end; None when the time ran out."""
        until = None if timeout is None else time.monotonic() + timeout
        data = self._drive(self._recv, count if count < _CHUNK else _CHUNK, _READABLE, until)
        if data and self.is_tls:
            self._expect_tls()
        if self._acknowledges:
            self._unanswered = True
            if data and len(data) < count and not self.is_tls:
                self._acknowledge()
        return data

    def poll(self, timeout):
        """Whether there is something to read; over TLS perhaps something that is no data."""
        return self._wait(_READABLE, None if timeout is None else time.monotonic() + timeout)

    def write(self, data):
        """As write_some, for as long as it takes."""
        return self.write_some(data, None)

    def write_some(self, data, timeout):
        """How many bytes were taken; 0 when the time ran out. Of TLS the same bytes must
        come first then in the next write: ValueError."""
        until = None if timeout is None else time.monotonic() + timeout
        self._unanswered = False
        if self.is_tls:
            self._expect_tls()
            if self._begun is not None:
                self._expect_begun(data)
                data = self._begun
            self._begun = data
        count = self._drive(self._send, data, select.POLLOUT, until)
        if count is None:
            return 0
        self._begun = None
        return count

    def close(self):
        """Wakes who waits. Not in a child of fork, which must not end its parent's connection."""
        if os.getpid() != self._process:
            return
        try:
            if isinstance(self.sock, _socket.socket):
                _socket.socket.shutdown(self.sock, _socket.SHUT_RDWR)
            else:
                self.sock.shutdown(_socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass

    def left(self):
        """Closes the socket."""
        with contextlib.suppress(OSError):
            self._close_socket()

    def _acknowledge(self):
        """Before a wait."""
        self._unanswered = False
        self._acknowledges = _set_of_tcp(self.sock, "TCP_QUICKACK")

    def _expect_tls(self):
        """Once others have shut an ssl.SSLSocket down, in one direction even, it sends and
        receives as a plain one: it has no session then to tell of."""
        if self._may_become_plain and self.sock.session_reused is None:
            raise _lost("its TLS was shut down")

    def _expect_begun(self, data):
        if data[:len(self._begun)] != self._begun:
            raise ValueError("a write over TLS ran out of time: the next one must begin with "
                             f"the same {len(self._begun)} bytes")

    def _drive(self, operation, argument, events, until):
        """What the operation returns, which waits for these events; or None when the time
        ran out."""
        turn = self._reading if events == _READABLE else self._writing
        while True:
            try:
                with turn:
                    # Others who have the socket may have given it a time-out.
                    if self._has_timeout and self.sock.gettimeout() != 0:
                        self.sock.settimeout(0)
                    result = operation(argument)
                if result:
                    return result
                if events == _READABLE:
                    return b"" if result is None else result
                wanted = events
            except ssl.SSLWantReadError:
                wanted = _READABLE
            except ssl.SSLWantWriteError:
                wanted = select.POLLOUT
            except (BlockingIOError, TimeoutError) as error:
                if error.errno == errno.ETIMEDOUT:
                    raise _lost(error) from error
                wanted = events
            except (OSError, ValueError, AttributeError) as error:
                raise _lost(error) from error
            if not self._wait(wanted, until):
                return None

    def _wait(self, events, until):
        """Whether it came before the time ran out."""
        descriptor = self.fileno()
        if self._unanswered:
            self._acknowledge()
        if events == select.POLLOUT and not self._tells_of_room:
            return self._wait_for_room(descriptor, until)
        return self._wait_for(descriptor, events, until)

    def _wait_for_room(self, descriptor, until):
        soon = time.monotonic() + _BETWEEN_TRIES
        if until is not None and until < soon:
            self._wait_for(descriptor, 0, until)
            return False
        self._wait_for(descriptor, 0, soon)
        return True

    def _wait_for(self, descriptor, events, until):
        poll = select.poll()
        poll.register(descriptor, events)
        return bool(poll.poll(_milliseconds(until)))


class _GreenSocket(DrivenSocket):
    """gevent's: who waits, and who only looks, lets other greenlets run."""

    def __init__(self, sock):
        super().__init__(sock)
        import gevent.exceptions
        import gevent.monkey
        import gevent.socket
        self._in_use = gevent.exceptions.ConcurrentObjectUseError
        self._look = gevent.monkey.get_original("select", "poll")
        self._sleep, self._socket, self._timeout = gevent.sleep, gevent.socket, gevent.Timeout

    def _drive(self, operation, argument, events, until):
        if until is None:
            return self._drive_for_ever(operation, argument, events)
        with self._timeout(max(0, until - time.monotonic()), False):
            return self._drive_for_ever(operation, argument, events)
        return None

    def _drive_for_ever(self, operation, argument, events):
        """gevent's own methods wait, which is the quickest."""
        while True:
            try:
                if self.sock.gettimeout() is not None:
                    self.sock.settimeout(None)
                result = operation(argument)
                if result or events == _READABLE:
                    return result
            except self._in_use:
                # TLS that writes waits for the same as who reads.
                self._wait(_READABLE, None)
            except (BlockingIOError, TimeoutError) as error:
                if error.errno == errno.ETIMEDOUT:
                    raise _lost(error) from error
                # Not the socket's own time-out, but that of somebody else's gevent.Timeout.
                if self.sock.gettimeout() is None:
                    raise
            except (OSError, ValueError, AttributeError) as error:
                raise _lost(error) from error

    def _wait_for(self, descriptor, events, until):
        left = None if until is None else max(0, until - time.monotonic())
        if left == 0:
            poll = self._look()
            poll.register(descriptor, events)
            ready = bool(poll.poll(0))
            self._sleep(0)
            return ready
        wait = self._socket.wait_write if events == select.POLLOUT else self._socket.wait_read
        ran_out = TimeoutError()
        try:
            wait(descriptor, left, ran_out)
            return True
        except TimeoutError as error:
            if error is not ran_out:
                raise
            return False


def driven(sock):
    """What drives the socket, and how: for _custom.wrap."""
    thing = (_GreenSocket if _is_gevents(sock) else DrivenSocket)(sock)
    how = {"timed": True, "at_once": _AT_ONCE}
    if thing.is_tls:
        how["ahead"] = _AHEAD
    if thing.waits_natively:
        how["wait_on"] = sock.fileno()
    return thing, how
