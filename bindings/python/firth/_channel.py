"""Channels: payloads over a stream."""

from . import _errors, _firth
from ._channel_options import LEFT_OUT, stages
from ._class_attributes import FLUSHER, FRAME_HEADER, ClassAttributes
from ._closing import Closing
from ._corking import Corking
from ._limits import limits_or_safe
from ._streams import taken


def _collected(*_arguments, **_keywords):
    raise _errors.make("closed", "the channel is being collected", 0, 0, 0, 0)


_WHEN_COLLECTED = dict.fromkeys(("send", "recv", "poll", "flush"), _collected)


class Channel(Closing, _firth.Channel, metaclass=ClassAttributes):
    """Payloads over a stream, each in one frame of rpyc's format.

    compress: whether payloads longer than compression_threshold bytes are compressed,
    with zlib at compression_level (0 to 9; 0 sends everything uncompressed). Left out,
    level and threshold are as the class attributes say when the channel is made, and
    compress is on, but off with a key.
    key: 16 to 64 bytes which both ends share; they encrypt: EncryptedChannel. None does not.
    batch_size, batch_timeout: several payloads in one write: BatchingChannel; 1 does not.
    limits: a firth.Limits; left out, as the class attribute LIMITS says when the channel is
    made, else the safe ones.

    Several threads may send, and several receive. Time-outs are in seconds: left
    out, the stream's own; None for ever; 0 tries. A signal handler runs within the call
    that it interrupts: to send there while a send waits, or to receive while a receive
    waits, takes a time-out.
    """

    COMPRESSION_THRESHOLD = _firth.COMPRESSION_THRESHOLD
    COMPRESSION_LEVEL = _firth.COMPRESSION_LEVEL
    LIMITS = None
    FRAME_HEADER = FRAME_HEADER
    FLUSHER = FLUSHER

    # The stream, if it leads to an object: asked whether that is closed too.
    _beneath = None

    def __init__(self, stream, compress=LEFT_OUT, compression_level=None,
                 compression_threshold=None, key=None, batch_size=1,
                 batch_timeout=_firth.DEFAULT_BATCH_TIMEOUT, limits=None):
        """Keeps `stream` alive, a Stream or what Stream(stream) takes; sends nothing yet,
        but for the hello of an encrypted channel, if that need not wait.
        TypeError: no stream, or an option of another type. ValueError: it is closed
        already, or an option is out of range. NotSupportedError: batching with a
        batch_timeout over an object of Python."""
        bounds = limits_or_safe(type(self).LIMITS if limits is None else limits)
        options = stages(type(self), compress, compression_level, compression_threshold, key)
        below = taken(stream)
        _firth.adopt(self, _firth.channel_create(
            below, *options, batch_size, batch_timeout, bounds.frame, bounds.inflated,
            bounds.queue))
        self._stream = stream
        if getattr(below, "_beneath", None) is not None:
            self._beneath = below

    def __del__(self):
        """Who is collected together with the channel, as an rpyc.Connection that nobody has
        closed, sends nothing more over it from its own finaliser, nor waits for answers: the
        peer sees the stream's end, as with Python's sockets, whose finalisers close them."""
        self.__dict__.update(_WHEN_COLLECTED)

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

    def corking(self, timeout=LEFT_OUT):
        """For `with`: a cork for the time of the block, whose end takes it away and, if it
        is the last one, flushes within `timeout` seconds. Gives the channel. If the block
        fails, its end only tries."""
        return Corking(self, () if timeout is LEFT_OUT else (timeout,))
