"""The options that channels and codecs share, as the extension module takes them."""

from . import _firth

LEFT_OUT = object()


def _compression(compress):
    return _firth.COMPRESSION_DEFAULT if compress is LEFT_OUT else bool(compress)


def stages(kind, compress, compression_level, compression_threshold, key):
    """What is done to each payload. A level or a threshold that is None is that of the
    class's attribute."""
    level = kind.COMPRESSION_LEVEL if compression_level is None else compression_level
    threshold = (kind.COMPRESSION_THRESHOLD if compression_threshold is None
                 else compression_threshold)
    return _compression(compress), level, threshold, key
