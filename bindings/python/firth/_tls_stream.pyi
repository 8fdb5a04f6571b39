from typing_extensions import Self, Unpack

from ._streams import Stream
from ._typing import AnyStream, TLSOptions

class TLSStream(Stream):
    @classmethod
    def client(
        cls, lower: AnyStream, **options: Unpack[TLSOptions]
    ) -> Self: ...
    @classmethod
    def server(
        cls, lower: AnyStream, **options: Unpack[TLSOptions]
    ) -> Self: ...
