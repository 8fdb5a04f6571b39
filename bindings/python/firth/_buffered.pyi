from typing import Any

from ._streams import Stream
from ._typing import AnyStream

class BufferedStream(Stream):
    def __init__(self, stream: AnyStream, buffer_size: int = ...) -> None: ...
    @property
    def lower(self) -> Any: ...
