"""FrameCodec with a key."""

import os
import zlib

import pytest

import firth

KEY = bytes(range(32))
HELLO_SIZE = 47
OVERHEAD = firth.FRAME_HEADER_SIZE + 17 + firth.FRAME_TRAILER_SIZE


def meet(one, other):
    """Exchanges the hellos."""
    for here, there in ((one, other), (other, one)):
        there.feed(here.hello())
    assert one.decode() is None and other.decode() is None
    return one, other


@pytest.fixture
def pair():
    """Two codecs that have met."""
    return meet(firth.FrameCodec(key=KEY), firth.FrameCodec(key=KEY))


def refusal(codec, kind=firth.EncryptionError):
    """What decode says, now and ever after."""
    texts = set()
    for _ in range(2):
        with pytest.raises(kind) as caught:
            codec.decode()
        texts.add(str(caught.value))
    assert len(texts) == 1
    return texts.pop()


def test_the_hello_has_one_length_and_goes_out_once():
    codec = firth.FrameCodec(key=KEY)
    hello = codec.hello()
    assert len(hello) == HELLO_SIZE
    assert hello[:14] == (41).to_bytes(4, "big") + b"\0" + b"firth\0ec" + b"\1"
    assert codec.hello() == b""


def test_every_hello_is_another_one():
    assert firth.FrameCodec(key=KEY).hello() != firth.FrameCodec(key=KEY).hello()


def test_without_a_key_there_is_neither_hello_nor_end():
    codec = firth.FrameCodec()
    assert (codec.hello(), codec.encode_end()) == (b"", b"")
    assert codec.encode(b"x")


@pytest.mark.parametrize("call", [lambda codec: codec.encode(b"x"),
                                  lambda codec: codec.encode_end()])
def test_nothing_is_sealed_before_the_peers_hello(call):
    codec = firth.FrameCodec(key=KEY)
    codec.hello()
    with pytest.raises(firth.StreamError, match="hello must be decoded first") as caught:
        call(codec)
    assert caught.value.code == "want_read"


def test_a_hello_that_was_not_asked_for_goes_out_with_the_first_frame():
    here, there = firth.FrameCodec(key=KEY), firth.FrameCodec(key=KEY)
    here.feed(there.hello())
    assert here.decode() is None
    there.feed(here.encode(b"x"))
    assert there.decode() == b"x"


@pytest.mark.parametrize("size", [0, 1, 3001, 100000])
def test_payloads_go_both_ways(pair, size):
    for here, there in (pair, reversed(pair)):
        payload = os.urandom(size)
        there.feed(here.encode(payload))
        assert there.decode() == payload
        assert there.decode() is None


def test_a_sealed_frame_shows_its_length_alone(pair):
    payload = b"what nobody else may read"
    pair[0].encode(b"")
    sealed = pair[0].encode(payload)
    assert len(sealed) == len(payload) + OVERHEAD
    assert sealed[:5] == (len(payload) + 17).to_bytes(4, "big") + b"\0"
    assert payload not in sealed and sealed.endswith(b"\n")


def test_the_same_payload_is_sealed_otherwise_each_time(pair):
    assert len({pair[0].encode(b"x" * 16)[5:] for _ in range(10)}) == 10


@pytest.mark.parametrize("options, smaller", [
    ({}, False), ({"compress": False}, False), ({"compress": True}, True)])
def test_compression_is_off_unless_asked_for(options, smaller):
    pair = meet(firth.FrameCodec(key=KEY, **options), firth.FrameCodec(key=KEY))
    payload = b"x" * 5000
    sealed = pair[0].encode(payload)
    assert (len(sealed) < len(zlib.compress(payload)) + 100) == smaller
    pair[1].feed(sealed)
    assert pair[1].decode() == payload


def test_the_peers_end_is_a_clean_one(pair):
    pair[1].feed(pair[0].encode(b"last") + pair[0].encode_end())
    assert pair[1].decode() == b"last"
    for question in (pair[1].decode, pair[1].end):
        with pytest.raises(firth.ConnectionLostError) as caught:
            question()
        assert caught.value.clean is True


def test_nothing_follows_the_end(pair):
    pair[0].encode_end()
    with pytest.raises(firth.ClosedError):
        pair[0].encode(b"x")


def test_what_follows_the_peers_end_is_not_looked_at(pair):
    pair[1].feed(pair[0].encode_end() + b"anything at all\n")
    with pytest.raises(firth.ConnectionLostError) as caught:
        pair[1].decode()
    assert caught.value.clean is True


def test_an_end_of_the_bytes_before_the_peers_end_is_not_clean(pair):
    pair[1].feed(pair[0].encode(b"last"))
    pair[1].decode()
    with pytest.raises(firth.ConnectionLostError) as caught:
        pair[1].end()
    assert caught.value.clean is False


def test_another_key_is_an_encryption_error_for_good():
    pair = meet(firth.FrameCodec(key=KEY), firth.FrameCodec(key=KEY[::-1]))
    pair[1].feed(pair[0].encode(b"secret payload"))
    assert "secret" not in refusal(pair[1])


def test_a_key_and_the_same_with_zeros_behind_it_are_two():
    pair = meet(firth.FrameCodec(key=KEY), firth.FrameCodec(key=KEY + b"\0"))
    pair[1].feed(pair[0].encode(b"x"))
    refusal(pair[1])


def test_a_peer_without_encryption_is_told_as_such_and_not_shown():
    codec = firth.FrameCodec(key=KEY)
    codec.hello()
    codec.feed(firth.FrameCodec().encode(b"secret payload"))
    assert "secret" not in refusal(codec)


@pytest.mark.parametrize("at", [1, 4, 5, 20, -2, -1])
def test_an_altered_byte_is_an_encryption_error_for_good(pair, at):
    sealed = bytearray(pair[0].encode(b"payload"))
    sealed[at] ^= 1
    pair[1].feed(sealed + bytes(1 << 17))
    refusal(pair[1])


@pytest.mark.parametrize("played", ["twice", "out of order", "back"])
def test_what_is_played_wrongly_is_an_encryption_error(pair, played):
    one, other = pair
    first, second = one.encode(b"first"), one.encode(b"second")
    other.feed(first)
    assert other.decode() == b"first"
    if played == "back":
        one.feed(first)
        refusal(one)
    else:
        other.feed({"twice": first, "out of order": one.encode(b"third") + second}[played])
        refusal(other)


def test_ones_own_hello_is_refused():
    codec = firth.FrameCodec(key=KEY)
    codec.feed(codec.hello())
    refusal(codec)


@pytest.mark.parametrize("size", [16, 64])
@pytest.mark.parametrize("make", [bytes, bytearray, memoryview])
def test_a_key_may_be_any_bytes_of_16_to_64(size, make):
    pair = meet(firth.FrameCodec(key=make(b"k" * size)), firth.FrameCodec(key=b"k" * size))
    pair[1].feed(pair[0].encode(b"payload"))
    assert pair[1].decode() == b"payload"


@pytest.mark.parametrize("size", [0, 1, 15, 65, 1000])
def test_a_key_of_another_length_is_refused(size):
    with pytest.raises(ValueError, match=f"the key has {size} bytes, expected 16 to 64"):
        firth.FrameCodec(key=b"k" * size)


@pytest.mark.parametrize("key", ["k" * 32, 32, object(), [1] * 32])
def test_what_is_no_bytes_is_no_key(key):
    with pytest.raises(TypeError):
        firth.FrameCodec(key=key)


def test_a_key_is_free_again_when_the_codec_is_made():
    key = bytearray(KEY)
    codec = firth.FrameCodec(key=key)
    key.extend(b"more")
    assert codec.hello()


def test_the_frame_limit_counts_the_sealed_body():
    limits = firth.Limits(frame=27)
    pair = meet(firth.FrameCodec(key=KEY, limits=limits), firth.FrameCodec(key=KEY))
    assert pair[0].encode(b"x" * 10)
    with pytest.raises(firth.BufferOverflowError):
        pair[0].encode(b"x" * 11)


def test_a_frame_limit_that_holds_nothing_sealed_is_refused():
    with pytest.raises(ValueError, match="limits.frame is 16 bytes, expected at least 17"):
        firth.FrameCodec(key=KEY, limits=firth.Limits(frame=16))


def test_neither_a_key_nor_its_text_is_shown():
    codec = firth.FrameCodec(key=b"a key of letters")
    assert "letters" not in repr(codec) + str(vars(codec))
