"""The options that channels and codecs share, as the extension module takes them."""

import zlib

from . import _firth

LEFT_OUT = object()


def _compression(compress):
    return _firth.COMPRESSION_DEFAULT if compress is LEFT_OUT else bool(compress)


def _level_of(kind):
    """What zlib means by its default is said in full."""
    level = kind.COMPRESSION_LEVEL
    return _firth.DEFAULT_COMPRESSION_LEVEL if level == zlib.Z_DEFAULT_COMPRESSION else level


def stages(kind, compress, compression_level, compression_threshold, key):
    """What is done to each payload. A level or a threshold that is None is that of the
    class's attribute."""
    level = _level_of(kind) if compression_level is None else compression_level
    threshold = (kind.COMPRESSION_THRESHOLD if compression_threshold is None
                 else compression_threshold)
    return _compression(compress), level, threshold, key
