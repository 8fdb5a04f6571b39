"""What is done again and again leaves no memory behind."""

import gc
import os
import sys

import pytest

import firth
from support import Caller, frame


def small(channels):
    channels[0].send(b"x" * 100)
    channels[1].recv()


def large(channels):
    payload = b"x" * 3000000
    sender = Caller(channels[0].send, payload)
    channels[1].recv()
    sender.result()


def read(channels):
    channels[0].stream.write(b"x" * 100000)
    channels[1].stream.read(1)
    channels[1].stream.read_some(10)
    channels[1].stream.read(99989)


def failing(channels):
    for call in (lambda: channels[0].recv(0), lambda: channels[0].stream.read(10, 0),
                 lambda: channels[0].stream.read_some(10, 0), lambda: channels[0].send("text"),
                 lambda: channels[0].send(b"", bad=1), lambda: channels[0].recv("soon"),
                 lambda: firth.SocketStream.unix_connect("/nothing/there"),
                 lambda: firth.SocketStream.connect("127.0.0.1", "1"),
                 lambda: firth.Channel(None), lambda: firth.Channel(channels[0].stream, True, 99)):
        with pytest.raises((firth.StreamError, TypeError, ValueError)):
            call()


def half_a_payload(channels):
    whole = frame(os.urandom(100000), compress=False)
    channels[0].stream.write(whole[:50000])
    with pytest.raises(firth.TimeoutError):
        channels[1].recv(0)
    channels[0].stream.write(whole[50000:])
    channels[1].recv()


def codec(channels):
    made = firth.FrameCodec()
    made.feed(made.encode(b"x" * 5000) + b"\0")
    made.decode()
    made.decode()
    with pytest.raises(firth.ConnectionLostError):
        made.end()


def encrypted_codec(channels):
    one, other = firth.FrameCodec(key=b"k" * 32), firth.FrameCodec(key=b"k" * 32)
    one.feed(other.hello())
    other.feed(one.hello())
    assert one.decode() is None and other.decode() is None
    other.feed(one.encode(b"payload"))
    assert other.decode() == b"payload"
    other.feed(bytes(50))
    with pytest.raises(firth.EncryptionError):
        other.decode()


def encrypted(channels):
    here, there = (firth.EncryptedChannel(stream, b"k" * 32, batch_size=2, batch_timeout=1000)
                   for stream in firth.PipeStream.create_pair())
    here.send(b"one")
    here.send(b"two")
    there.recv()
    there.recv()
    with pytest.raises(firth.TimeoutError):
        there.recv(0)


def corked(channels):
    with channels[0].corking():
        channels[0].send(b"x" * 5000)
        channels[0].send(b"x")
    channels[1].recv()
    channels[1].recv()


def refused(channels):
    for options in ({"key": b"short"}, {"key": "text"}, {"limits": 5}, {"batch_size": 0},
                    {"batch_timeout": "soon"}, {"key": b"k" * 32, "compression_level": 99}):
        with pytest.raises((TypeError, ValueError)):
            firth.Channel(channels[0].stream, **options)
    with pytest.raises(ValueError):
        channels[0].uncork()
    with pytest.raises(ValueError):
        firth.key_from_passphrase("x", b"short")


def objects(channels):
    first, second = firth.PipeStream.create_pair()
    with firth.Channel(first), second:
        first.counters()


@pytest.mark.parametrize("what", [small, large, read, failing, half_a_payload, codec, objects,
                                  encrypted_codec, encrypted, corked, refused])
def test_memory_stays_as_it_is(channels, what):
    rounds = 50 if what is large else 500

    def blocks_after(count):
        for _ in range(count):
            what(channels)
        gc.collect()
        return sys.getallocatedblocks()

    # A leak grows in every repetition; the interpreter's own stores only in some.
    counts = [blocks_after(rounds) for _ in range(4)]
    assert min(later - earlier for earlier, later in zip(counts, counts[1:])) < rounds // 2


def test_what_is_alive_is_counted():
    before = firth.live()
    first, second = firth.PipeStream.create_pair()
    channel = firth.Channel(first)
    assert firth.live().objects == before.objects + 3
    assert firth.live().allocations > before.allocations
    del first, second, channel
    gc.collect()
    assert firth.live() <= before


def test_who_is_collected_with_a_channel_sends_nothing_over_it(sockets):
    class Sender:
        """In a cycle with nobody outside, and newer than its channel."""

        def __init__(self, channel):
            self.channel = channel
            self.itself = self

        def __del__(self):
            try:
                self.channel.send(b"late")
            except firth.ClosedError as error:
                said.append(str(error))

    said = []
    Sender(firth.Channel(firth.SocketStream(sockets[0])))
    gc.collect()
    assert said == ["the channel is being collected"]
    sockets[1].setblocking(False)
    with pytest.raises(BlockingIOError):
        sockets[1].recv(1)
