from contextlib import AbstractContextManager
from struct import Struct
from types import TracebackType
from typing import Any, ClassVar, TypedDict

from typing_extensions import Buffer, Self

from ._limits import Limits
from ._typing import AnyStream, Time

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

class Channel:
    COMPRESSION_THRESHOLD: ClassVar[int]
    COMPRESSION_LEVEL: ClassVar[int]
    LIMITS: ClassVar[Limits | None]
    FRAME_HEADER: ClassVar[Struct]
    FLUSHER: ClassVar[bytes]
    def __init__(
        self,
        stream: AnyStream,
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
    def send(self, data: Buffer, timeout: Time = ...) -> None: ...
    def recv(self, timeout: Time = ...) -> bytes: ...
    def poll(self, timeout: Time = 0) -> bool: ...
    def flush(self, timeout: Time = ...) -> None: ...
    def cork(self) -> None: ...
    def uncork(self, timeout: Time = ...) -> None: ...
    def corking(self, timeout: Time = ...) -> AbstractContextManager[Self]: ...
    @property
    def corked(self) -> bool: ...
    @property
    def encrypted(self) -> bool: ...
    def handshake(self, timeout: Time = ...) -> None: ...
    def pending(self) -> int: ...
    def close(self) -> None: ...
    def finish(self, timeout: Time = ...) -> None: ...
    def fileno(self) -> int: ...
