"""The frame, as an independent reference: struct and zlib, nothing else."""

import hashlib
import struct
import zlib
from typing import NamedTuple

HEADER = struct.Struct(">IB")
TRAILER = b"\n"
THRESHOLD = 3000
LEVEL = 1


class Frame(NamedTuple):
    wire: bytes
    payload: bytes
    compressed: bool


def seal(body, flag=0, length=None, trailer=TRAILER):
    """Header, body, trailer; any of them can be made to lie."""
    return HEADER.pack(len(body) if length is None else length, flag) + body + trailer


def frame_of(payload, level=LEVEL, threshold=THRESHOLD):
    """What rpyc sends for a payload, unless another level or threshold is given."""
    if level and len(payload) > threshold:
        return seal(zlib.compress(payload, level), 1)
    return seal(payload)


def inflate(body):
    inflater = zlib.decompressobj()
    payload = inflater.decompress(body)
    if not inflater.eof or inflater.unused_data:
        raise ValueError("the body is not exactly one zlib stream")
    return payload


def first_frame(data, offset=0):
    """The frame at `offset`, or None while it is incomplete; a malformed one is an error."""
    if len(data) - offset < HEADER.size:
        return None
    length, flag = HEADER.unpack_from(data, offset)
    end = offset + HEADER.size + length + len(TRAILER)
    if len(data) < end:
        return None
    wire = bytes(data[offset:end])
    if flag not in (0, 1) or not wire.endswith(TRAILER):
        raise ValueError(f"no frame at {offset}: {wire[:16]!r}")
    body = wire[HEADER.size:-1]
    return Frame(wire, inflate(body) if flag else body, bool(flag))


def split(data):
    """Frames of any kind, one by one, by what their headers say."""
    frames = []
    while data:
        end = HEADER.size + HEADER.unpack_from(data)[0] + len(TRAILER)
        frames.append(data[:end])
        data = data[end:]
    return frames


def sha256(data):
    return hashlib.sha256(data).hexdigest()
