import builtins
import os
import socket
import ssl
import zlib
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import IO, Any, ClassVar, Literal, NamedTuple, Protocol, TypeAlias, TypedDict

from typing_extensions import Buffer, Self, Unpack

class _TimeLeft(Protocol):
    def timeleft(self) -> float | None: ...

class _Object(Protocol):
    """What an object owes to be taken for a stream."""

    def read(self, count: int, /) -> Buffer | None: ...
    def write(self, data: bytes, /) -> int | None: ...
    def close(self) -> object: ...
    @property
    def closed(self) -> object: ...

_Time = float | None | _TimeLeft
_File = int | IO[Any]
_TLSVersion = str | int | None
_ErrorOutput = int | IO[Any] | Literal["discard"] | None
_Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]
_AnyStream: TypeAlias = Stream | socket.socket | _Object

CERT_NONE: int
CERT_OPTIONAL: int
CERT_REQUIRED: int
COMPRESSION_LEVEL: int
COMPRESSION_THRESHOLD: int
CONNECT_TIMEOUT: float
DEFAULT_BATCH_SIZE: int
DEFAULT_BATCH_TIMEOUT: float
DEFAULT_BUFFER_SIZE: int
DEFAULT_COMPRESSION_LEVEL: int
FINISH_TIMEOUT: float
FRAME_HEADER_SIZE: int
FRAME_LIMIT: int
FRAME_TRAILER_SIZE: int
INFLATED_LIMIT: int
KEEPALIVE_DEFAULT: int
KEY_MAX: int
KEY_MIN: int
KEY_SIZE: int
MAX_BUFFER_SIZE: int
QUEUE_LIMIT: int
SALT_MIN: int
STREAM_CHUNK_SIZE: int

__version__: str

def version() -> str: ...
def zlib_version() -> str: ...
def live() -> Live: ...
def generate_key() -> bytes: ...
def key_from_passphrase(passphrase: str | Buffer, salt: Buffer) -> bytes: ...
def create_socket_stream(
    host: str | bytes,
    port: int,
    ipv6: bool | None = None,
    keepalive: bool | float | None = False,
    timeout: _Time = ...,
    family: int = 0,
    socktype: int = 0,
    proto: int = 0,
    nodelay: bool = True,
) -> SocketStream: ...
def create_ssl_stream(
    host: str | bytes,
    port: int,
    keyfile: _Path | None = None,
    certfile: _Path | None = None,
    ca_certs: _Path | None = None,
    *,
    password: str | bytes | None = None,
    ciphers: str | None = None,
    server_name: str | None = None,
    server_hostname: str | None = None,
    ssl_version: _TLSVersion = None,
    cert_reqs: int | None = None,
    check_hostname: bool | None = None,
    timeout: _Time = ...,
    ipv6: bool | None = None,
    family: int = 0,
    socktype: int = 0,
    proto: int = 0,
    nodelay: bool = True,
    keepalive: bool | float | None = False,
) -> SocketStream: ...
def create_unix_stream(path: _Path, timeout: _Time = ...) -> SocketStream: ...
def create_pipe_stream(
    cmd_args: Iterable[_Path],
    cwd: _Path | None = None,
    env: Mapping[_Path, _Path] | None = None,
    stderr: _ErrorOutput = None,
) -> PipeStream: ...
def open(uri: str, timeout: _Time = ...) -> SocketStream | PipeStream | TLSStream: ...

class _TLSOptions(TypedDict, total=False):
    keyfile: _Path | None
    certfile: _Path | None
    password: str | bytes | None
    ca_certs: _Path | None
    ciphers: str | None
    server_name: str | None
    server_hostname: str | None
    ssl_version: _TLSVersion
    cert_reqs: int | None
    check_hostname: bool | None

class _SSLKwargs(_TLSOptions, total=False):
    server_side: Literal[False]

class StreamError(Exception):
    code: str | None
    errno: int | None
    count: int

class ConnectionLostError(StreamError, EOFError):
    clean: bool

class ClosedError(StreamError, EOFError): ...

class TimeoutError(builtins.TimeoutError, StreamError):
    wants: str | None

class BusyError(TimeoutError): ...
class ProtocolError(StreamError): ...
class BufferOverflowError(StreamError): ...
class CompressionError(StreamError, zlib.error): ...
class EncryptionError(StreamError): ...
class TLSError(ssl.SSLError, StreamError): ...
class CertificateError(TLSError, ssl.SSLCertVerificationError): ...
class TunnelError(StreamError): ...
class UnsentError(StreamError): ...
class NotSupportedError(StreamError): ...
class ForkedError(StreamError): ...
class SystemCallError(OSError, StreamError): ...
class PermissionError(SystemCallError, builtins.PermissionError): ...
class ConnectionRefusedError(builtins.ConnectionRefusedError, StreamError): ...
class HostNotFoundError(socket.gaierror, StreamError): ...
class FileNotFoundError(builtins.FileNotFoundError, StreamError): ...

class Live(NamedTuple):
    objects: int
    allocations: int

class Counters(NamedTuple):
    bytes_read: int
    bytes_written: int
    read_calls: int
    write_calls: int

class Stream:
    MAX_IO_CHUNK: ClassVar[int]
    def __init__(self, stream: _AnyStream) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
    @property
    def closed(self) -> bool: ...
    @property
    def timeout(self) -> float | None: ...
    @timeout.setter
    def timeout(self, timeout: _Time) -> None: ...
    def set_timeout(self, timeout: _Time = ..., /) -> None: ...
    def read(self, count: int, timeout: _Time = ...) -> bytes: ...
    def read_some(self, capacity: int, timeout: _Time = ...) -> bytes: ...
    def write(self, data: Buffer, timeout: _Time = ...) -> None: ...
    def write_some(self, data: Buffer, timeout: _Time = ...) -> int: ...
    def unread(self, data: Buffer, /) -> None: ...
    def poll(self, timeout: _Time = 0) -> bool: ...
    def flush(self, timeout: _Time = ...) -> None: ...
    def close(self) -> None: ...
    def finish(self, timeout: _Time = ...) -> None: ...
    def fileno(self) -> int: ...
    def write_fileno(self) -> int: ...
    def held(self) -> tuple[int, int]: ...
    def handshake(self, timeout: _Time = ...) -> None: ...
    def tls_version(self) -> str: ...
    def cipher(self) -> str: ...
    def peer_certificate(self) -> bytes | None: ...
    def counters(self) -> Counters: ...
    def wake(self) -> None: ...

class SocketStream(Stream):
    def __init__(self, sock: socket.socket | Stream) -> None: ...
    @classmethod
    def connect(
        cls,
        host: str | bytes,
        port: int,
        *,
        timeout: _Time = ...,
        ipv6: bool | None = None,
        family: int = 0,
        socktype: int = 0,
        proto: int = 0,
        nodelay: bool = True,
        keepalive: bool | float | None = False,
    ) -> Self: ...
    @classmethod
    def ssl_connect(
        cls,
        host: str | bytes,
        port: int,
        ssl_kwargs: _SSLKwargs | None,
        *,
        timeout: _Time = ...,
        ipv6: bool | None = None,
        family: int = 0,
        socktype: int = 0,
        proto: int = 0,
        nodelay: bool = True,
        keepalive: bool | float | None = False,
    ) -> Self: ...
    @classmethod
    def unix_connect(cls, path: _Path, timeout: _Time = ...) -> Self: ...

class TLSStream(Stream):
    @classmethod
    def client(
        cls, lower: _AnyStream, **options: Unpack[_TLSOptions]
    ) -> Self: ...
    @classmethod
    def server(
        cls, lower: _AnyStream, **options: Unpack[_TLSOptions]
    ) -> Self: ...

class PipeStream(Stream):
    def __init__(self, incoming: _File | Stream, outgoing: _File | None = None) -> None: ...
    @classmethod
    def create_pair(cls) -> tuple[Self, Self]: ...
    @classmethod
    def from_std(cls) -> Self: ...
    @classmethod
    def spawn(
        cls,
        cmd_args: Iterable[_Path],
        cwd: _Path | None = None,
        env: Mapping[_Path, _Path] | None = None,
        stderr: _ErrorOutput = None,
    ) -> Self: ...
    @property
    def pid(self) -> int: ...
    def exit_status(self, timeout: _Time = None) -> int: ...

class _Closable(Protocol):
    def close(self) -> object: ...

class TunneledSocketStream(SocketStream):
    tun: _Closable | None
    def __init__(
        self, sock: _AnyStream, tun: _Closable | None = None
    ) -> None: ...
    @classmethod
    def socks5_connect(
        cls,
        proxy_host: str | bytes,
        proxy_port: int,
        host: str | bytes,
        port: int,
        user: str | bytes | None = None,
        password: str | bytes | None = None,
        timeout: _Time = ...,
        ipv6: bool | None = None,
        nodelay: bool = True,
        keepalive: bool | float | None = False,
    ) -> Self: ...
    @classmethod
    def http_connect(
        cls,
        proxy_host: str | bytes,
        proxy_port: int,
        host: str | bytes,
        port: int,
        user: str | bytes | None = None,
        password: str | bytes | None = None,
        timeout: _Time = ...,
        ipv6: bool | None = None,
        nodelay: bool = True,
        keepalive: bool | float | None = False,
    ) -> Self: ...
    @classmethod
    def ssh_connect(
        cls,
        ssh_host: str | bytes,
        host: str | bytes,
        port: int,
        ssh_port: int = 0,
        user: str | bytes | None = None,
        identity_file: _Path | None = None,
        known_hosts: _Path | None = None,
        config_file: _Path | None = None,
        program: _Path | None = None,
        timeout: _Time = ...,
    ) -> Self: ...

class _HasFileno(Protocol):
    def fileno(self) -> int: ...

class Win32PipeStream(Stream):
    PIPE_BUFFER_SIZE: ClassVar[int]
    def __init__(
        self, incoming: int | _HasFileno | Stream, outgoing: int | _HasFileno | None = None
    ) -> None: ...
    def poll(self, timeout: _Time = 0, interval: float = 0.001) -> bool: ...
    @classmethod
    def from_std(cls) -> Self: ...
    @classmethod
    def create_pair(cls) -> tuple[Self, Self]: ...

class NamedPipeStream(Win32PipeStream):
    NAMED_PIPE_PREFIX: ClassVar[str]
    def __init__(self, handle: int | _HasFileno | Stream, is_server_side: bool) -> None: ...
    @property
    def is_server_side(self) -> bool: ...
    @classmethod
    def create_server(
        cls, pipename: str, connect: bool = True, timeout: _Time = None
    ) -> Self: ...
    def connect_server(self, timeout: _Time = None) -> None: ...
    @classmethod
    def create_client(cls, pipename: str) -> Self: ...

class BufferedStream(Stream):
    def __init__(self, stream: _AnyStream, buffer_size: int = ...) -> None: ...
    @property
    def lower(self) -> Any: ...

class Listener:
    def __init__(self, listener: Listener) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
    @classmethod
    def listen(
        cls,
        host: str | bytes | None,
        port: int,
        ipv6: bool | None = None,
        backlog: int = 128,
        nodelay: bool = True,
        keepalive: bool | float | None = False,
    ) -> Self: ...
    @classmethod
    def tls_listen(
        cls,
        host: str | bytes | None,
        port: int,
        ipv6: bool | None = None,
        backlog: int = 128,
        nodelay: bool = True,
        keepalive: bool | float | None = False,
        **tls_options: Unpack[_TLSOptions],
    ) -> Self: ...
    @classmethod
    def unix_listen(cls, path: _Path, backlog: int = 128) -> Self: ...
    @property
    def closed(self) -> bool: ...
    @property
    def port(self) -> int: ...
    @property
    def path(self) -> str: ...
    def accept(self, timeout: _Time = None) -> SocketStream: ...
    def close(self) -> None: ...
    def finish(self) -> None: ...
    def fileno(self) -> int: ...
    def wake(self) -> None: ...

class Limits:
    def __init__(self, *, frame: int = ..., inflated: int = ..., queue: int = ...) -> None: ...
    @property
    def frame(self) -> int: ...
    @property
    def inflated(self) -> int: ...
    @property
    def queue(self) -> int: ...

class _ChannelOptions(TypedDict, total=False):
    """What every channel takes as a keyword."""

    compression_threshold: int | None
    limits: Limits | None

class _CompressionOptions(_ChannelOptions, total=False):
    compress: bool
    compression_level: int | None

class _BatchOptions(TypedDict, total=False):
    batch_size: int
    batch_timeout: float | None

class _KeyOption(TypedDict, total=False):
    key: Buffer | None

class _CompressedOptions(_ChannelOptions, _BatchOptions, _KeyOption, total=False): ...
class _BatchingOptions(_CompressionOptions, _KeyOption, total=False): ...
class _EncryptedOptions(_CompressionOptions, _BatchOptions, total=False): ...

class Channel:
    COMPRESSION_THRESHOLD: ClassVar[int]
    COMPRESSION_LEVEL: ClassVar[int]
    def __init__(
        self,
        stream: _AnyStream,
        compress: bool = ...,
        compression_level: int | None = None,
        compression_threshold: int | None = None,
        key: Buffer | None = None,
        batch_size: int = 1,
        batch_timeout: float | None = ...,
        limits: Limits | None = None,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
    @property
    def stream(self) -> Any: ...
    @property
    def closed(self) -> bool: ...
    @property
    def compress(self) -> bool: ...
    @compress.setter
    def compress(self, compress: bool) -> None: ...
    def set_compress(self, compress: bool, /) -> None: ...
    def send(self, data: Buffer, timeout: _Time = ...) -> None: ...
    def recv(self, timeout: _Time = ...) -> bytes: ...
    def poll(self, timeout: _Time = 0) -> bool: ...
    def flush(self, timeout: _Time = ...) -> None: ...
    def cork(self) -> None: ...
    def uncork(self, timeout: _Time = ...) -> None: ...
    def corking(self, timeout: _Time = ...) -> AbstractContextManager[Self]: ...
    @property
    def corked(self) -> bool: ...
    @property
    def encrypted(self) -> bool: ...
    def handshake(self, timeout: _Time = ...) -> None: ...
    def pending(self) -> int: ...
    def close(self) -> None: ...
    def finish(self, timeout: _Time = ...) -> None: ...
    def fileno(self) -> int: ...

class CompressedChannel(Channel):
    def __init__(
        self,
        stream: _AnyStream,
        compression_level: int | None = None,
        **options: Unpack[_CompressedOptions],
    ) -> None: ...

class BatchingChannel(Channel):
    def __init__(
        self,
        stream: _AnyStream,
        batch_size: int = ...,
        batch_timeout: float | None = ...,
        **options: Unpack[_BatchingOptions],
    ) -> None: ...

class EncryptedChannel(Channel):
    def __init__(
        self, stream: _AnyStream, key: Buffer, **options: Unpack[_EncryptedOptions]
    ) -> None: ...

class FrameCodec:
    COMPRESSION_THRESHOLD: ClassVar[int]
    COMPRESSION_LEVEL: ClassVar[int]
    def __init__(
        self,
        compress: bool = ...,
        compression_level: int | None = None,
        compression_threshold: int | None = None,
        key: Buffer | None = None,
        limits: Limits | None = None,
    ) -> None: ...
    def hello(self) -> bytes: ...
    def encode(self, payload: Buffer, /) -> bytes: ...
    def encode_end(self) -> bytes: ...
    def feed(self, data: Buffer, /) -> None: ...
    def decode(self) -> bytes | None: ...
    def end(self) -> None: ...
