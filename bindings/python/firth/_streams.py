"""Streams: duplex runs of bytes over sockets and pipes."""

import _socket
import os
import select
import sys
from contextlib import ExitStack
from typing import NamedTuple

from . import _custom, _driven, _firth, _process, _sockets, _tls
from ._class_attributes import ClassAttributes
from ._closing import Closing


_LEFT_OUT = object()


class Counters(NamedTuple):
    """What went through a stream since it was made: bytes, and system calls made for
    them, waiting included."""

    bytes_read: int
    bytes_written: int
    read_calls: int
    write_calls: int


class Stream(Closing, _firth.Stream, metaclass=ClassAttributes):
    """A duplex byte stream. One thread may read while another writes.

    Stream(stream) is a second object on the same stream; subclasses begin with it.
    Stream(sock) is one over a socket.socket, as SocketStream(sock).
    Stream(object) is a stream over any object with read, write, close and closed, and
    perhaps read_some, poll, flush and fileno, which it keeps alive and closes once; so is
    Stream(stream) over an object whose class overrides some of them. What they raise
    comes out as it is. docs/adding-a-stream.md says what such an object owes; every place
    that takes a stream takes one. Without a `poll` of its own it keeps no time-out when
    it reads, and none when it writes: NotSupportedError.

    A time-out is in seconds: left out, the stream's own setting; None for ever; 0 tries.
    A signal handler runs within the call that it interrupts: to write there while a
    write waits, or to read while a read waits, takes a time-out.
    """

    # The longest frame that rpyc's own channel gives to a stream in one piece
    # (rpyc.core.stream); firth's gives any in one piece.
    MAX_IO_CHUNK = _firth.STREAM_CHUNK_SIZE

    # The object below, or a stream that leads to one: asked whether it is closed too.
    _beneath = None

    def __init__(self, stream):
        """TypeError: no stream. ValueError: an object that is closed already."""
        if _driven.is_socket(stream):
            stream = SocketStream(stream)
        if not _custom.is_native(stream):
            self._lie_over(stream)
            return
        super().__init__(stream)
        self._lead_to(stream)

    def _lie_over(self, thing, **how):
        made, holder = _custom.wrap(thing, **how)
        _firth.adopt(self, made)
        self._holder, self._beneath = holder, thing

    def _lead_to(self, stream):
        """Keeps alive the object that `stream` leads to, if it does."""
        if getattr(stream, "_beneath", None) is not None:
            self._beneath = stream

    @property
    def closed(self):
        """True after close, once the peer is gone, and once the object below says so."""
        return _firth.Stream.closed(self) or (
            self._beneath is not None and _custom.is_closed(self._beneath))

    timeout = property(_firth.Stream.timeout, _firth.Stream.set_timeout, doc=(
        "Seconds for calls that give no time-out; None, for ever, at first."))

    def handshake(self, timeout=_LEFT_OUT):
        """Make the TLS hand-shake now, within `timeout` seconds; else the first call that
        reads, writes or polls makes it. CertificateError: which check the
        peer's certificate failed; TLSError; TimeoutError: the next call goes on.
        NotSupportedError: no TLS stream, as for what follows."""
        given = () if timeout is _LEFT_OUT else (timeout,)
        _firth.tls_stream_handshake(self, *given)

    def tls_version(self):
        """What was agreed upon, such as "TLSv1.3". ValueError: no hand-shake yet."""
        return _firth.tls_stream_version(self)

    def cipher(self):
        """What was agreed upon, such as "TLS_AES_256_GCM_SHA384"."""
        return _firth.tls_stream_cipher(self)

    def peer_certificate(self):
        """The peer's certificate, in DER; None if it showed none."""
        return _firth.tls_stream_peer_certificate(self) or None

    def counters(self):
        """Bytes and system calls in each direction: Counters."""
        return Counters(*super().counters())


def taken(stream):
    """What the library takes for a stream: itself, or a stream over the object it is."""
    if _custom.is_native(stream):
        return stream
    return SocketStream(stream) if _driven.is_socket(stream) else Stream(stream)


def _keepalive_seconds(keepalive):
    if keepalive is True:
        return _firth.KEEPALIVE_DEFAULT
    if keepalive is False or keepalive is None or keepalive == 0:
        return 0
    if keepalive < 1:
        raise ValueError(f"keepalive must be at least 1 second, not {keepalive!r}")
    return int(keepalive)


def _ipv6_choice(ipv6):
    if ipv6 is None:
        return _firth.IPV6_UNSET
    return _firth.IPV6_ON if ipv6 else _firth.IPV6_OFF


class SocketStream(Stream):
    """A stream over a TCP or unix socket.

    SocketStream(sock) takes a connected socket.socket, keeps it alive and closes it;
    its own time-out is not looked at. Closing the socket itself neither wakes who is
    blocked nor ends the connection before the stream is closed or forgotten; shutting it
    down does.

    Other sockets are taken too, and driven by their own methods: an ssl.SSLSocket,
    gevent's, and any object that has recv, send, shutdown, fileno and close. Their own
    time-outs are set anew. Over TLS they are read ahead, so the descriptor may have nothing
    more to tell; a write that ran out of time must be made again.
    """

    # The socket that was given, or the one that `sock` made.
    _sock = None

    def __init__(self, sock):
        """TypeError: no socket. ValueError: no byte stream, closed, listening."""
        if isinstance(sock, _firth.Stream):
            super().__init__(sock)
            self._sock = getattr(sock, "_sock", None)
            return
        if _driven.is_plain(sock):
            super().__init__(_firth.socket_stream_from_descriptor(
                sock.fileno(), _driven.closer(sock)))
        elif _driven.can_drive(sock):
            thing, how = _driven.driven(sock)
            self._lie_over(thing, **how)
        else:
            raise TypeError(
                f"a socket or a stream is required, not {type(sock).__name__!r}")
        self._sock = sock

    @property
    def sock(self):
        """The socket that was given; else one on the same connection, with a descriptor of
        its own, whose close closes the stream. Of a closed stream, one whose every use is
        an EOFError."""
        if self.closed:
            return _sockets.CLOSED
        if self._sock is None:
            self._sock = _sockets.StreamsSocket(self)
        return self._sock

    @classmethod
    def _connect(cls, host, port, family=0, socktype=0, proto=0, timeout=_firth.CONNECT_TIMEOUT,
                 nodelay=True, keepalive=False, attempts=1):
        """A socket.socket that is connected; parameters and errors as for connect."""
        return _sockets.repeated(attempts, lambda: _sockets.connected(
            host, port, family, socktype, proto, timeout, nodelay,
            _keepalive_seconds(keepalive)))

    @classmethod
    def _connects_sockets(cls):
        """Whether connecting is not the library's matter."""
        return (_sockets.are_replaced()
                or cls._connect.__func__ is not SocketStream._connect.__func__)

    @classmethod
    def connect(cls, host, port, *, timeout=_firth.CONNECT_TIMEOUT, ipv6=None, family=0,
                socktype=0, proto=0, nodelay=True, keepalive=False, attempts=1):
        """Connect to a TCP port, trying every address of the host in turn.

        host: None is this machine. port: a number, its text, or a service's name.
        timeout: seconds over name resolution and connecting together, None for ever.
        ipv6: None both families, False IPv4 only, True IPv6 only.
        family, socktype, proto: as for socket.socket; 0 for what ipv6 and TCP say.
        keepalive: False, True (60) or seconds between probes.
        attempts: how often to connect, each time within `timeout`, while the time runs out.
        Where gevent, or another module, has replaced socket.socket, the socket is of its kind.
        Raises HostNotFoundError, ConnectionRefusedError, TimeoutError, SystemCallError.
        """
        if cls._connects_sockets():
            return cls(cls._connect(
                host, port, family=family or _sockets.family_of(ipv6), socktype=socktype,
                proto=proto, timeout=timeout, nodelay=nodelay, keepalive=keepalive,
                attempts=attempts))
        host, port = _sockets.place_of(host, port)
        return cls(_sockets.repeated(attempts, lambda: _firth.socket_stream_connect(
            host, port, timeout, _ipv6_choice(ipv6), family, socktype, proto, nodelay,
            _keepalive_seconds(keepalive))))

    @classmethod
    def ssl_connect(cls, host, port, ssl_kwargs, *, timeout=_firth.CONNECT_TIMEOUT, ipv6=None,
                    family=0, socktype=0, proto=0, nodelay=True, keepalive=False, attempts=1):
        """Connect to a TCP port and shake hands, both within `timeout` seconds.

        ssl_kwargs: a dict of keyfile, certfile, password, ca_certs, ciphers, server_name
        (or server_hostname), ssl_version, cert_reqs and check_hostname: see TLSStream;
        server_side may be False.
        The host's name is what the certificate must name, unless server_name says another.
        Raises CertificateError, TLSError, FileNotFoundError; else as connect.
        """
        host, port = _sockets.place_of(host, port)
        if not cls._connects_sockets():
            options = _tls.options_of(ssl_kwargs)
            return cls(_sockets.repeated(attempts, lambda: _firth.socket_stream_ssl_connect(
                host, port, timeout, _ipv6_choice(ipv6), family, socktype, proto, nodelay,
                _keepalive_seconds(keepalive), *options)))
        deadline, options = _sockets.Deadline(timeout), _tls.options_of(ssl_kwargs, host)
        lower = cls.connect(host, port, timeout=timeout, ipv6=ipv6, family=family,
                            socktype=socktype, proto=proto, nodelay=nodelay,
                            keepalive=keepalive, attempts=attempts)
        try:
            secure = Stream(_firth.tls_stream_client(lower, *options))
            secure._lead_to(lower)
            secure.handshake(deadline.left())
            return cls(secure)
        except BaseException:
            lower.close()
            raise

    @classmethod
    def unix_connect(cls, path, timeout=_firth.CONNECT_TIMEOUT):
        """Connect to the unix socket at `path`, or of the abstract name that a NUL begins,
        waiting up to `timeout` seconds.

        Raises FileNotFoundError, ConnectionRefusedError, TimeoutError, SystemCallError;
        ValueError for a path longer than the system takes.
        """
        if _sockets.are_replaced() or _sockets.is_abstract(path):
            return cls(_sockets.unix_connected(path, timeout))
        return cls(_firth.socket_stream_unix_connect(path, timeout))

    def close(self):
        """As Stream's, of the socket that `sock` made too."""
        try:
            super().close()
        finally:
            if isinstance(self._sock, _sockets.StreamsSocket):
                self._sock.close()


def _descriptor(end):
    return end if isinstance(end, int) else end.fileno()


def _flush(outgoing):
    if not isinstance(outgoing, int):
        outgoing.flush()


def _held_bytes(incoming):
    """What a file object has read already. It can only be asked while its descriptor
    is readable: else asking might block."""
    reader = getattr(incoming, "buffer", incoming)
    if not hasattr(reader, "peek"):
        return b""
    poll = select.poll()
    poll.register(reader.fileno(), select.POLLIN)
    if not poll.poll(0):
        return b""
    return reader.read1(len(reader.peek()))


def _closer(incoming, outgoing):
    """Closes what the caller gave; None if the stream can do so by itself."""
    if isinstance(incoming, int) and isinstance(outgoing, int):
        return None

    def close():
        with ExitStack() as stack:
            for end in (incoming, outgoing):
                if isinstance(end, int):
                    stack.callback(os.close, end)
                else:
                    stack.callback(end.close)
    return close


class PipeStream(Stream):
    """A stream that reads from one end and writes to another.

    PipeStream(incoming, outgoing) takes file objects or descriptors, which are then the
    stream's: it keeps them alive and closes them. `outgoing` is flushed first. What
    `incoming` holds in its own buffer is delivered first if its descriptor has
    more to read at that time; otherwise, and for what a text file has decoded
    already, it cannot be asked for, so hand over files that nothing was read from.

    spawn starts a child process. Its finish closes the child's input and waits for the
    child to end; after half of the time it sends SIGTERM, at its end SIGKILL
    (TimeoutError). close waits for nothing. No zombie remains either way.
    """

    _ends = None, None

    def __init__(self, incoming, outgoing=None):
        """TypeError: no file. ValueError: closed, or not open in that direction."""
        if isinstance(incoming, _firth.Stream) and outgoing is None:
            super().__init__(incoming)
            return
        for end in (incoming, outgoing):
            if isinstance(end, bool) or not (isinstance(end, int) or hasattr(end, "fileno")):
                raise TypeError(f"a file or a descriptor is required, not {end!r}")
        _flush(outgoing)
        descriptors = _descriptor(incoming), _descriptor(outgoing)
        super().__init__(_firth.pipe_stream_from_descriptors(
            *descriptors, _closer(incoming, outgoing)))
        self._ends = incoming, outgoing
        held = b"" if isinstance(incoming, int) else _held_bytes(incoming)
        if held:
            self.unread(held)

    @property
    def incoming(self):
        """What was given to read from; None if the library opened it."""
        return self._ends[0]

    @property
    def outgoing(self):
        """What was given to write to; None if the library opened it."""
        return self._ends[1]

    @classmethod
    def create_pair(cls):
        """Two streams over two anonymous pipes: what one writes the other reads."""
        first, second = _firth.pipe_stream_create_pair()
        return cls(first), cls(second)

    @classmethod
    def spawn(cls, cmd_args, cwd=None, env=None, stderr=None):
        """Start a program; its standard input and output are the stream.

        cmd_args: a list, the program first, which is looked up in PATH unless it has a
        slash. cwd: its working folder. env: a dict, instead of this process's environment.
        stderr: None for this process's own, "discard" or subprocess.DEVNULL, a file or a
        descriptor, which stays the caller's. The child has no other descriptor.
        Raises FileNotFoundError, PermissionError, SystemCallError, ValueError, at once.
        """
        if cmd_args is None:
            raise TypeError("cmd_args: a list of str is required, not None")
        return cls(_firth.pipe_stream_spawn(cmd_args, cwd, _process.environment(env),
                                            _process.error_output(stderr)))

    @property
    def pid(self):
        """The number of the child process. NotSupportedError: there is none."""
        return _firth.pipe_stream_process_id(self)

    def exit_status(self, timeout=None):
        """Wait up to `timeout` seconds until the child has ended: its exit status, or the
        negative number of the signal that killed it. Also after close and finish.
        TimeoutError, NotSupportedError (no child), SystemCallError (the status went
        elsewhere), ForkedError."""
        return _firth.pipe_stream_exit_status(self, timeout)

    @classmethod
    def from_std(cls):
        """A stream over standard input and output, which afterwards are the null device,
        so that a stray print cannot corrupt a frame. sys.stdout is flushed first;
        of sys.stdin's buffer the same holds as for PipeStream(incoming, outgoing)."""
        if sys.stdout is not None:
            sys.stdout.flush()
        held = b"" if sys.stdin is None else _held_bytes(sys.stdin)
        stream = cls(_firth.pipe_stream_from_std())
        if held:
            stream.unread(held)
        return stream
