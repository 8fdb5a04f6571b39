"""Words that the stubs share; there is no such module."""

import os
import socket
from typing import IO, Any, Literal, Protocol, TypeAlias, TypedDict

from typing_extensions import Buffer

from ._streams import Stream

class TimeLeft(Protocol):
    def timeleft(self) -> float | None: ...

class Object(Protocol):
    """What an object owes to be taken for a stream."""

    def read(self, count: int, /) -> Buffer | None: ...
    def write(self, data: bytes, /) -> int | None: ...
    def close(self) -> object: ...
    @property
    def closed(self) -> object: ...

class SocketObject(Protocol):
    """What an object owes to be driven as a socket."""

    def recv(self, count: int, /) -> bytes: ...
    def send(self, data: Buffer, /) -> int: ...
    def shutdown(self, how: int, /) -> object: ...
    def fileno(self) -> int: ...
    def close(self) -> object: ...
    def gettimeout(self) -> float | None: ...
    def settimeout(self, timeout: float | None, /) -> object: ...

Time = float | None | TimeLeft
File = int | IO[Any]
TLSVersion = str | int | None
ErrorOutput = int | IO[Any] | Literal["discard"] | None
Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]
AnyStream: TypeAlias = Stream | socket.socket | SocketObject | Object

class TLSOptions(TypedDict, total=False):
    keyfile: Path | None
    certfile: Path | None
    password: str | bytes | None
    ca_certs: Path | None
    ciphers: str | None
    server_name: str | None
    server_hostname: str | None
    ssl_version: TLSVersion
    cert_reqs: int | None
    check_hostname: bool | None

class SSLKwargs(TLSOptions, total=False):
    server_side: Literal[False]

class Closable(Protocol):
    def close(self) -> object: ...

class HasFileno(Protocol):
    def fileno(self) -> int: ...
