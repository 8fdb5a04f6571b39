"""Frames without a stream."""

import os

import pytest

import firth
from support import frame


@pytest.fixture
def codec():
    """A codec with the default options."""
    return firth.FrameCodec()


@pytest.mark.parametrize("size", [0, 1, 3000, 3001, 70000])
def test_encode_gives_rpycs_frame(codec, size):
    payload = b"x" * size
    assert codec.encode(payload) == frame(payload)


def test_encode_without_compression():
    codec = firth.FrameCodec(compress=False)
    assert codec.encode(b"x" * 5000) == frame(b"x" * 5000, compress=False)


def test_encode_refuses_what_is_over_the_frame_limit():
    with pytest.raises(firth.BufferOverflowError):
        firth.FrameCodec(limits=firth.Limits(frame=10)).encode(b"x" * 11)


@pytest.mark.parametrize("payload", [b"", b"a\0b", b"x" * 3001, os.urandom(100000)])
def test_decode_gives_the_payload_back(codec, payload):
    codec.feed(frame(payload))
    assert codec.decode() == payload
    assert codec.decode() is None


def test_decode_wants_more_until_the_frame_is_whole(codec):
    whole = frame(b"ab")
    for at in range(len(whole)):
        assert codec.decode() is None
        codec.feed(whole[at:at + 1])
    assert codec.decode() == b"ab"


def test_several_frames_come_out_in_order(codec):
    codec.feed(frame(b"a") + frame(b"") + frame(b"b"))
    assert [codec.decode(), codec.decode(), codec.decode(), codec.decode()] == [b"a", b"", b"b",
                                                                               None]


def test_an_end_between_frames_is_clean(codec):
    codec.feed(frame(b"a"))
    codec.decode()
    with pytest.raises(firth.ConnectionLostError) as caught:
        codec.end()
    assert caught.value.clean is True


def test_an_end_inside_a_frame_is_not_clean(codec):
    codec.feed(frame(b"a")[:3])
    codec.decode()
    with pytest.raises(firth.ConnectionLostError) as caught:
        codec.end()
    assert caught.value.clean is False


@pytest.mark.parametrize("bad", [b"\0\0\0\1\2a\n", b"\0\0\0\1\0a\0"])
def test_a_fault_of_the_frame_is_said_again(codec, bad):
    codec.feed(bad + frame(b"a"))
    for _ in range(2):
        with pytest.raises(firth.ProtocolError):
            codec.decode()


def test_a_body_that_does_not_inflate_costs_its_frame_only(codec):
    codec.feed(b"\0\0\0\1\1a\n" + frame(b"b"))
    with pytest.raises(firth.CompressionError):
        codec.decode()
    assert codec.decode() == b"b"


@pytest.mark.parametrize("options", [
    {"compression_level": 10}, {"compression_level": -1}, {"compression_threshold": -1}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(ValueError):
        firth.FrameCodec(**options)


def test_level_0_compresses_nothing():
    codec = firth.FrameCodec(compression_level=0)
    assert codec.encode(b"x" * 5000) == frame(b"x" * 5000, compress=False)


def test_the_class_attributes_are_the_defaults():
    class Eager(firth.FrameCodec):
        """Compresses everything."""

        COMPRESSION_THRESHOLD = 0

    assert Eager().encode(b"a")[4] == 1
    assert Eager(compression_threshold=1).encode(b"a")[4] == 0
