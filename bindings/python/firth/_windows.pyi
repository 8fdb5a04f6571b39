from typing import ClassVar

from typing_extensions import Self

from ._streams import Stream
from ._typing import HasFileno, Time

class Win32PipeStream(Stream):
    PIPE_BUFFER_SIZE: ClassVar[int]
    def __init__(
        self, incoming: int | HasFileno | Stream, outgoing: int | HasFileno | None = None
    ) -> None: ...
    def poll(self, timeout: Time = 0, interval: float = 0.001) -> bool: ...
    @classmethod
    def from_std(cls) -> Self: ...
    @classmethod
    def create_pair(cls) -> tuple[Self, Self]: ...

class NamedPipeStream(Win32PipeStream):
    NAMED_PIPE_PREFIX: ClassVar[str]
    def __init__(self, handle: int | HasFileno | Stream, is_server_side: bool) -> None: ...
    @property
    def is_server_side(self) -> bool: ...
    @classmethod
    def create_server(
        cls, pipename: str, connect: bool = True, timeout: Time = None
    ) -> Self: ...
    def connect_server(self, timeout: Time = None) -> None: ...
    @classmethod
    def create_client(cls, pipename: str) -> Self: ...
