"""CompressedChannel: a channel that picks its level."""

import os
import zlib

import pytest

import firth
from support import LONG, frame

TEXT = b"brine and firth meet at the mouth of a river " * 100


def body_of(payload, level):
    body = zlib.compress(payload, level)
    return len(body).to_bytes(4, "big") + b"\1" + body + b"\n"


def sent_by(channel, peer, payload=TEXT):
    channel.send(payload)
    return peer.recv(2 * len(payload) + 100)


@pytest.fixture
def made(streams, sockets):
    """Makes a channel; gives it and its peer's socket."""
    def make(*arguments, kind=firth.CompressedChannel, **options):
        return kind(streams[0], *arguments, **options), sockets[1]
    return make


def test_it_is_a_channel(made):
    channel, _ = made()
    assert isinstance(channel, firth.Channel)
    assert channel.compress is True


def test_its_level_is_6_unless_given(made):
    assert firth.DEFAULT_COMPRESSION_LEVEL == firth.CompressedChannel.COMPRESSION_LEVEL == 6
    assert sent_by(*made()) == body_of(TEXT, 6)


@pytest.mark.parametrize("level", range(1, 10))
def test_every_level_gives_the_bytes_of_zlib(made, level):
    assert sent_by(*made(level)) == body_of(TEXT, level)


def test_the_level_may_be_a_keyword(made):
    assert sent_by(*made(compression_level=9)) == body_of(TEXT, 9)


def test_level_0_sends_everything_uncompressed(made):
    assert sent_by(*made(0)) == frame(TEXT, compress=False)


def test_short_payloads_stay_as_they_are(made):
    assert sent_by(*made(), b"x" * 3000) == frame(b"x" * 3000)


def test_the_threshold_is_an_option(made):
    assert sent_by(*made(9, compression_threshold=10), b"x" * 11) == body_of(b"x" * 11, 9)


def test_level_and_threshold_of_a_subclass_are_honoured(made):
    class Strong(firth.CompressedChannel):
        """Compresses all it can."""

        COMPRESSION_LEVEL = 9
        COMPRESSION_THRESHOLD = 10

    assert sent_by(*made(kind=Strong), b"x" * 11) == body_of(b"x" * 11, 9)


def test_a_plain_channel_reads_it_and_is_read(channels, streams):
    compressed = firth.CompressedChannel(streams[0])
    for payload in (b"", TEXT, os.urandom(5000)):
        compressed.send(payload)
        assert channels[1].recv(LONG) == payload
        channels[1].send(payload)
        assert compressed.recv(LONG) == payload


@pytest.mark.parametrize("level, error", [(10, ValueError), (-1, ValueError), ("6", TypeError),
                                          (1.5, TypeError), (1 << 40, OverflowError)])
def test_a_level_that_there_is_not_is_refused(made, level, error):
    with pytest.raises(error):
        made(level)


@pytest.mark.parametrize("options", [{"compress": False}, {"no_such_option": 1}])
def test_other_options_are_refused(made, options):
    with pytest.raises(TypeError):
        made(**options)


def test_the_other_options_are_taken(made):
    channel, peer = made(limits=firth.Limits(frame=10), compression_threshold=3000)
    with pytest.raises(firth.BufferOverflowError):
        channel.send(b"x" * 11)
    peer.sendall(frame(b"x" * 11))
    with pytest.raises(firth.BufferOverflowError):
        channel.recv(LONG)
