"""The class attributes that programs for rpyc read and assign."""

import abc
import math
import os
import struct
import sys
from unittest import mock

import pytest

import firth
from support import frame

KINDS = [firth.Channel, firth.CompressedChannel, firth.BatchingChannel, firth.EncryptedChannel]
STREAMS = [firth.Stream, firth.SocketStream, firth.TunneledSocketStream, firth.PipeStream]


def subclass_of(kind, **attributes):
    return type("Mine", (kind,), attributes)


def sent_by(channel, peer, payload):
    """The bytes on the wire."""
    channel.send(payload)
    channel.close()
    return b"".join(iter(lambda: peer.recv(1 << 16), b""))


@pytest.mark.parametrize("kind", KINDS)
def test_a_channels_class_has_rpycs_attributes(kind):
    assert kind.COMPRESSION_THRESHOLD == 3000
    assert kind.COMPRESSION_LEVEL == (6 if kind is firth.CompressedChannel else 1)
    assert kind.FRAME_HEADER.size == 5
    assert kind.FRAME_HEADER.unpack(b"\0\0\1\2\1") == (258, 1)
    assert kind.FLUSHER == b"\n"
    assert kind.LIMITS is None


@pytest.mark.parametrize("kind", STREAMS)
def test_a_streams_class_has_rpycs_attribute(kind):
    assert kind.MAX_IO_CHUNK == 64000


def test_objects_have_what_their_class_says(channel):
    assert channel.COMPRESSION_LEVEL == 1
    assert channel.stream.MAX_IO_CHUNK == 64000


def test_a_level_that_is_assigned_is_that_of_channels_made_afterwards(streams, sockets):
    payload = os.urandom(2000) * 4
    with mock.patch.object(firth.Channel, "COMPRESSION_LEVEL", 9):
        channel = firth.Channel(streams[0])
    assert firth.Channel.COMPRESSION_LEVEL == 1
    assert sent_by(channel, sockets[1], payload)[5:7] == b"\x78\xda"


def test_zlibs_default_level_is_level_six(streams, sockets):
    kind = subclass_of(firth.Channel)
    kind.COMPRESSION_LEVEL = -1
    assert sent_by(kind(streams[0]), sockets[1], bytes(4000))[5:7] == b"\x78\x9c"


def test_a_threshold_that_is_assigned_is_that_of_channels_made_afterwards(streams, sockets):
    kind = subclass_of(firth.Channel)
    kind.COMPRESSION_THRESHOLD = 10
    assert sent_by(kind(streams[0]), sockets[1], bytes(11))[4] == 1


@pytest.mark.parametrize("threshold", [math.inf, 1e30, sys.maxsize, 1 << 100])
def test_a_threshold_that_nothing_reaches_compresses_nothing(streams, sockets, threshold):
    kind = subclass_of(firth.Channel, COMPRESSION_THRESHOLD=threshold)
    assert sent_by(kind(streams[0]), sockets[1], bytes(5000)) == frame(bytes(5000), False)


def test_a_class_says_in_its_body_what_its_channels_do(streams, sockets):
    class Mine(firth.Channel):
        COMPRESSION_LEVEL = 9
        COMPRESSION_THRESHOLD = 100

    assert sent_by(Mine(streams[0]), sockets[1], bytes(101))[4:7] == b"\1\x78\xda"


def test_what_is_assigned_to_a_class_its_subclasses_have_too():
    base = subclass_of(firth.Channel)
    derived, other = subclass_of(base), subclass_of(base, COMPRESSION_LEVEL=3)
    base.COMPRESSION_LEVEL = 5
    assert (derived.COMPRESSION_LEVEL, other.COMPRESSION_LEVEL) == (5, 3)
    assert firth.Channel.COMPRESSION_LEVEL == 1


def test_what_was_assigned_to_a_subclass_can_be_taken_back():
    mine = subclass_of(firth.Channel)
    mine.COMPRESSION_LEVEL = 5
    del mine.COMPRESSION_LEVEL
    assert mine.COMPRESSION_LEVEL == 1


def test_a_codecs_class_takes_them_too():
    kind = subclass_of(firth.FrameCodec, COMPRESSION_THRESHOLD=1)
    kind.COMPRESSION_LEVEL = 9
    assert kind().encode(b"ab")[4:7] == b"\1\x78\xda"


@pytest.mark.parametrize("kind", STREAMS)
def test_the_size_of_pieces_can_be_assigned(kind):
    with mock.patch.object(kind, "MAX_IO_CHUNK", 8000):
        assert kind.MAX_IO_CHUNK == 8000
    assert kind.MAX_IO_CHUNK == 64000


@pytest.mark.parametrize("name,value,error", [
    ("COMPRESSION_LEVEL", 10, ValueError), ("COMPRESSION_LEVEL", -2, ValueError),
    ("COMPRESSION_LEVEL", "9", TypeError), ("COMPRESSION_LEVEL", None, TypeError),
    ("COMPRESSION_THRESHOLD", -1, ValueError), ("COMPRESSION_THRESHOLD", math.nan, ValueError),
    ("COMPRESSION_THRESHOLD", "0", TypeError), ("LIMITS", 5, TypeError),
    ("MAX_IO_CHUNK", 0, ValueError), ("MAX_IO_CHUNK", "1", TypeError),
    ("FRAME_HEADER", struct.Struct("!QB"), AttributeError), ("FRAME_HEADER", 5, AttributeError),
    ("FLUSHER", b"", AttributeError), ("FLUSHER", b"\r\n", AttributeError),
])
def test_what_cannot_be_is_refused_in_assignments_and_in_bodies(name, value, error):
    mine = subclass_of(firth.Channel)
    before = getattr(mine, name, None)
    with pytest.raises(error, match=f"(?i){name}"):
        setattr(mine, name, value)
    with pytest.raises(error, match=f"(?i){name}"):
        subclass_of(firth.Channel, **{name: value})
    assert getattr(mine, name, None) is before


def test_the_format_of_frames_may_be_said_again():
    mine = subclass_of(firth.Channel, FLUSHER=b"\n")
    mine.FRAME_HEADER = struct.Struct(">IB")
    assert mine.FRAME_HEADER.size == 5


@pytest.mark.parametrize("name", ["COMPRESSION_LEVEL", "COMPRESSION_THRESHOLD", "LIMITS",
                                  "FRAME_HEADER", "FLUSHER"])
def test_one_channel_cannot_differ_from_its_class(channel, name):
    with pytest.raises(AttributeError, match=f"{name} is an attribute of the class"):
        setattr(channel, name, getattr(channel, name))


def test_a_subclass_may_have_an_abstract_class_beside_it(streams):
    class Audited(abc.ABC):
        @abc.abstractmethod
        def audit(self):
            """Whatever."""

    class Mine(Audited, firth.Channel):
        def audit(self):
            return "audited"

    with Mine(streams[0]) as channel:
        assert channel.audit() == "audited"
        assert isinstance(channel, Audited)
