"""Channels: payloads over a stream. Codecs: payloads to frames and back."""

from . import _firth
from ._closing import Closing
from ._streams import taken


def _options(kind, compress, compression_level, compression_threshold, frame_limit,
             inflated_limit):
    level = kind.COMPRESSION_LEVEL if compression_level is None else compression_level
    threshold = (kind.COMPRESSION_THRESHOLD if compression_threshold is None
                 else compression_threshold)
    return compress, level, threshold, None, frame_limit, inflated_limit


class Channel(Closing, _firth.Channel):
    """Payloads over a stream, each in one frame of rpyc's format.

    compress: whether payloads longer than compression_threshold bytes are compressed,
    with zlib at compression_level (0 to 9); left out, both are as the class attributes
    say when the channel is made. frame_limit: bytes of a body, sent or received;
    inflated_limit: bytes of a payload that arrived compressed.

    Several threads may send, and several receive. Time-outs are in seconds: left
    out, the stream's own; None for ever; 0 tries. A signal handler runs within the call
    that it interrupts: to send there while a send waits, or to receive while a receive
    waits, takes a time-out.
    """

    COMPRESSION_THRESHOLD = _firth.COMPRESSION_THRESHOLD
    COMPRESSION_LEVEL = _firth.COMPRESSION_LEVEL

    # The stream, if it leads to an object: asked whether that is closed too.
    _beneath = None

    def __init__(self, stream, compress=True, compression_level=None,
                 compression_threshold=None, frame_limit=_firth.FRAME_LIMIT,
                 inflated_limit=_firth.INFLATED_LIMIT):
        """Keeps `stream` alive, a Stream or what Stream(stream) takes; sends nothing yet.
        TypeError: no stream. ValueError: it is closed already, or an option is out of
        range."""
        below = taken(stream)
        *stages, frame, inflated = _options(
            type(self), compress, compression_level, compression_threshold, frame_limit,
            inflated_limit)
        _firth.adopt(self, _firth.channel_create(
            below, *stages, 1, _firth.DEFAULT_BATCH_TIMEOUT, frame, inflated,
            _firth.QUEUE_LIMIT))
        self._stream = stream
        if getattr(below, "_beneath", None) is not None:
            self._beneath = below

    @property
    def stream(self):
        """The very object the channel was given."""
        return self._stream

    @property
    def closed(self):
        """Whether the stream is closed."""
        return _firth.Channel.closed(self) or (
            self._beneath is not None and self._beneath.closed)

    compress = property(_firth.Channel.compress, _firth.Channel.set_compress, doc=(
        "Whether long payloads are compressed when sent."))

    corked = property(_firth.Channel.corked, doc="Whether send only collects.")

    encrypted = property(_firth.Channel.encrypted, doc="Whether the channel encrypts.")


class FrameCodec(_firth.FrameCodec):
    """Payloads to frames and back, without any stream; never blocks.

    Options as for Channel. One thread at a time may encode, and one other feed and
    decode.
    """

    COMPRESSION_THRESHOLD = _firth.COMPRESSION_THRESHOLD
    COMPRESSION_LEVEL = _firth.COMPRESSION_LEVEL

    def __init__(self, compress=True, compression_level=None, compression_threshold=None,
                 frame_limit=_firth.FRAME_LIMIT, inflated_limit=_firth.INFLATED_LIMIT):
        """ValueError: an option out of range."""
        _firth.adopt(self, _firth.frame_codec_create(*_options(
            type(self), compress, compression_level, compression_threshold, frame_limit,
            inflated_limit)))

    def __repr__(self):
        """The class alone: a codec has no state worth showing."""
        return f"<{type(self).__module__}.{type(self).__qualname__}>"
