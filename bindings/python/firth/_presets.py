"""Channels of the same pipeline, each with one stage switched on."""

from . import _firth
from ._channel import Channel


class CompressedChannel(Channel):
    """A channel that compresses, at a level of its own. Any rpyc peer reads it.

    The other options of Channel are keywords: compression_threshold, key, batch_size,
    batch_timeout, limits.
    """

    COMPRESSION_LEVEL = _firth.DEFAULT_COMPRESSION_LEVEL

    def __init__(self, stream, compression_level=None, **options):
        """compression_level: 0 to 9; 0 sends everything uncompressed; left out, as the class
        attribute says, DEFAULT_COMPRESSION_LEVEL. Raises as Channel does."""
        super().__init__(stream, True, compression_level, **options)


class BatchingChannel(Channel):
    """A channel that puts several whole frames into one write. Any rpyc peer reads it.

    A batch leaves when it has batch_size payloads, or as many bytes as MAX_BUFFER_SIZE or
    limits.queue, or batch_timeout seconds after its first payload, whichever comes first,
    and with flush, uncork, finish, and before something is received. An error that then
    nobody was told of is told by the next call, whatever it is. In a child of fork it
    refuses (ForkedError).

    The other options of Channel are keywords: compress, compression_level,
    compression_threshold, key, limits.
    """

    def __init__(self, stream, batch_size=_firth.DEFAULT_BATCH_SIZE,
                 batch_timeout=_firth.DEFAULT_BATCH_TIMEOUT, **options):
        """batch_size: at least 1. batch_timeout: seconds; 0 or None sets no time, which is
        all that an object of Python as stream can have (NotSupportedError). Raises as
        Channel does."""
        super().__init__(stream, batch_size=batch_size, batch_timeout=batch_timeout, **options)


class EncryptedChannel(Channel):
    """A channel between two ends of firth's that share a key.

    The hellos are exchanged by the first call that sends, receives or polls, or by
    handshake(timeout). finish tells a side that has only sent whether the other has the
    key (EncryptionError: another one; TimeoutError: it did not say so). EncryptionError is
    final: the peer's bytes were altered, or come from another key, or from no encrypted
    channel. Bytes that end without the peer's end are a ConnectionLostError, not clean. In a
    child of fork it refuses (ForkedError). What it protects against, and what not, is in
    docs/encryption.md.

    The other options of Channel are keywords: compress (off, for lengths tell of contents),
    compression_level, compression_threshold, batch_size, batch_timeout, limits.
    """

    def __init__(self, stream, key, **options):
        """key: bytes, 16 to 64 of them; see generate_key and key_from_passphrase. It is not
        kept. Raises as Channel does."""
        if key is None:
            raise TypeError("a key is required: bytes, not None")
        super().__init__(stream, key=key, **options)
