from typing_extensions import Buffer, Unpack

from ._channel import Channel, _BatchOptions, _ChannelOptions, _CompressionOptions, _KeyOption
from ._typing import AnyStream

class _CompressedOptions(_ChannelOptions, _BatchOptions, _KeyOption, total=False): ...

class _BatchingOptions(_CompressionOptions, _KeyOption, total=False): ...

class _EncryptedOptions(_CompressionOptions, _BatchOptions, total=False): ...

class CompressedChannel(Channel):
    def __init__(
        self,
        stream: AnyStream,
        compression_level: int | None = None,
        **options: Unpack[_CompressedOptions],
    ) -> None: ...

class BatchingChannel(Channel):
    def __init__(
        self,
        stream: AnyStream,
        batch_size: int = ...,
        batch_timeout: float | None = ...,
        **options: Unpack[_BatchingOptions],
    ) -> None: ...

class EncryptedChannel(Channel):
    def __init__(
        self, stream: AnyStream, key: Buffer, **options: Unpack[_EncryptedOptions]
    ) -> None: ...
