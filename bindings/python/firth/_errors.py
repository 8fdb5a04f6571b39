"""The exceptions of firth, and how one is made from what the library says."""

import builtins
import socket
import ssl
import zlib

_WANTS = (None, "read", "write", "either")


class StreamError(Exception):
    """Base of all errors of streams and channels.

    code: the library's name of the error, such as "connection_lost".
    errno: the operating system's error number, or None.
    count: bytes that a failed write of a stream had taken; bytes still to go that
    close, or a failed send, left over.
    """

    code = None
    errno = None
    count = 0


class ConnectionLostError(StreamError, EOFError):
    """The peer is gone. `clean`: it closed between frames, cutting nothing off."""

    clean = False


class ClosedError(StreamError, EOFError):
    """This side had closed the stream, the channel or the listener."""


class TimeoutError(builtins.TimeoutError, StreamError):
    """The time ran out. Nothing is lost: the next receive goes on, and a payload
    that send had taken leaves with flush or the next send.

    wants: "read", "write" or "either" of them, what fileno() is to be watched for, or
    None.
    """

    wants = None


class BusyError(TimeoutError):
    """The time ran out while an earlier payload was going out: this one was not
    taken and may be sent again."""


class ProtocolError(StreamError):
    """The peer broke the frame format. Final for the channel."""


class BufferOverflowError(StreamError):
    """A limit on sizes was exceeded."""


class CompressionError(StreamError, zlib.error):
    """A body does not inflate. It costs that frame only."""


class EncryptionError(StreamError):
    """The peer's bytes were altered, or come from another key, or from no encrypted
    channel. Final for the channel."""


class TLSError(ssl.SSLError, StreamError, EOFError):
    """TLS failed: no common version, a malformed file, an alert of the peer. It ends a
    connection as its loss does."""


class CertificateError(TLSError, ssl.SSLCertVerificationError):
    """The peer's certificate was refused; the text says which check it failed."""


class TunnelError(StreamError):
    """The proxy or the tunnel failed; the text holds its own words."""


class UnsentError(StreamError):
    """Closed with `count` bytes unsent."""


class NotSupportedError(StreamError):
    """Not to be had with this stream or on this system."""


class ForkedError(StreamError):
    """The object belongs to the parent process."""


class SystemCallError(OSError, StreamError):
    """The operating system refused; errno says why."""


class PermissionError(SystemCallError, builtins.PermissionError):
    """The operating system does not permit it."""


class ConnectionRefusedError(builtins.ConnectionRefusedError, StreamError):
    """Nobody listens there."""


class HostNotFoundError(socket.gaierror, StreamError):
    """The host's name does not resolve; errno is the resolver's number."""


class FileNotFoundError(builtins.FileNotFoundError, StreamError):
    """There is no such file."""


_CLASSES = {
    "eof": ConnectionLostError,
    "connection_lost": ConnectionLostError,
    "timeout": TimeoutError,
    "busy": BusyError,
    "closed": ClosedError,
    "protocol": ProtocolError,
    "buffer_overflow": BufferOverflowError,
    "compression": CompressionError,
    "encryption": EncryptionError,
    "tls": TLSError,
    "certificate": CertificateError,
    "tunnel": TunnelError,
    "unsent": UnsentError,
    "refused": ConnectionRefusedError,
    "host_not_found": HostNotFoundError,
    "file_not_found": FileNotFoundError,
    "system": SystemCallError,
    "not_supported": NotSupportedError,
    "forked": ForkedError,
    "invalid": ValueError,
}


def _class_of(code, errno):
    kind = _CLASSES.get(code, StreamError)
    if kind is SystemCallError and type(OSError(errno, "")) is builtins.PermissionError:
        return PermissionError
    return kind


def make(code, detail, os_error, resolver_error, wants, count):
    """The exception for an error of the library: its code's name (firth_error_name)
    and the fields of firth_error. Called by the extension module."""
    kind = _class_of(code, os_error)
    number = resolver_error or os_error
    if issubclass(kind, TLSError):
        number = number or ssl.SSL_ERROR_SSL
    if issubclass(kind, OSError) and number:
        return _with_fields(kind(number, detail), code, wants, count)
    error = kind(detail)
    if number and isinstance(error, StreamError):
        error.errno = number
    return _with_fields(error, code, wants, count)


def _with_fields(error, code, wants, count):
    error.code = code
    if code == "eof":
        error.clean = True
    if count:
        error.count = count
    if wants:
        error.wants = _WANTS[wants]
    return error
