from types import TracebackType

from typing_extensions import Self, Unpack

from ._streams import SocketStream
from ._typing import Path, TLSOptions, Time

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
        **tls_options: Unpack[TLSOptions],
    ) -> Self: ...
    @classmethod
    def unix_listen(cls, path: Path, backlog: int = 128) -> Self: ...
    @property
    def closed(self) -> bool: ...
    @property
    def port(self) -> int: ...
    @property
    def path(self) -> str: ...
    def accept(self, timeout: Time = None) -> SocketStream: ...
    def close(self) -> None: ...
    def finish(self) -> None: ...
    def fileno(self) -> int: ...
    def wake(self) -> None: ...
