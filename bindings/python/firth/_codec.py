"""Codecs: payloads to frames and back."""

from . import _firth
from ._channel_options import LEFT_OUT, stages
from ._class_attributes import ClassAttributes
from ._limits import limits_or_safe


class FrameCodec(_firth.FrameCodec, metaclass=ClassAttributes):
    """Payloads to frames and back, without any stream; never blocks.

    compress, compression_level, compression_threshold, key and limits are as for Channel.
    One thread at a time may encode, and one other feed and decode; with a key one thread
    at a time may use it.

    With a key, hello() gives what goes out before all else, encode wants decode to have
    met the peer's hello (StreamError, code "want_read"), and after encode_end() nothing
    can be encoded.
    """

    COMPRESSION_THRESHOLD = _firth.COMPRESSION_THRESHOLD
    COMPRESSION_LEVEL = _firth.COMPRESSION_LEVEL

    def __init__(self, compress=LEFT_OUT, compression_level=None, compression_threshold=None,
                 key=None, limits=None):
        """ValueError: an option out of range. TypeError: of another type."""
        bounds = limits_or_safe(limits)
        _firth.adopt(self, _firth.frame_codec_create(
            *stages(type(self), compress, compression_level, compression_threshold, key),
            bounds.frame, bounds.inflated))

    def __repr__(self):
        """The class alone: a codec has no state worth showing."""
        return f"<{type(self).__module__}.{type(self).__qualname__}>"
