"""EncryptedChannel: a channel between two ends that share a key."""

import os
import socket

import pytest

import firth
from custom_objects import Plain, Polling
from support import LONG, Caller, Rung, frame, in_child, stall, while_blocked

KEY = bytes(range(32))
SECRET = b"what nobody else may read"
HELLO_SIZE = 47


@pytest.fixture
def pair(streams):
    """Two ends with the same key."""
    return tuple(firth.EncryptedChannel(stream, KEY) for stream in streams)


@pytest.fixture
def strangers(streams):
    """Two ends with keys of their own."""
    return tuple(map(firth.EncryptedChannel, streams, (KEY, KEY[::-1])))


@pytest.fixture
def alone(sockets):
    """An end, and the bare socket of its peer, which has got its hello."""
    sockets[1].settimeout(LONG)
    channel = firth.EncryptedChannel(firth.SocketStream(sockets[0]), KEY)
    hello = sockets[1].recv(100)
    assert len(hello) == HELLO_SIZE
    yield channel, sockets[1]
    try:
        channel.close()
    except firth.StreamError:
        pass


def tells_of_encryption(call):
    """That a call fails so, now and ever after; the text that it says."""
    texts = set()
    for _ in range(2):
        with pytest.raises(firth.EncryptionError) as caught:
            call()
        texts.add(str(caught.value))
        assert caught.value.code == "encryption"
    assert len(texts) == 1
    return texts.pop()


# ---- Two ends that share a key -------------------------------------------------------------


def test_two_ends_in_one_thread_talk(pair):
    here, there = pair
    for payload in (b"", b"payload", os.urandom(5000)):
        here.send(payload, LONG)
        assert there.recv(LONG) == payload
        there.send(payload, LONG)
        assert here.recv(LONG) == payload


def test_two_ends_in_two_threads_talk(pair):
    payloads = [os.urandom(size) for size in (0, 1, 3001, 70000, 1 << 20) * 4]

    def talk(channel):
        for payload in payloads:
            channel.send(payload, LONG)

    talking = [Caller(talk, channel) for channel in pair]
    hearing = [Caller(lambda c=channel: [c.recv(LONG) for _ in payloads]) for channel in pair]
    assert [caller.result() for caller in hearing] == [payloads, payloads]
    for caller in talking:
        caller.result()


def test_an_end_that_receives_first_does_not_keep_another_thread_from_sending(pair):
    here, there = pair
    with while_blocked(here.recv, LONG) as receiving:
        assert Caller(here.send, b"question", LONG).result() is None
        assert there.recv(LONG) == b"question"
        there.send(b"answer", LONG)
    assert receiving.result() == b"answer"


def test_it_is_a_channel_that_says_so(pair, channels):
    assert isinstance(pair[0], firth.Channel)
    assert pair[0].encrypted is True
    assert channels[0].encrypted is False


def test_a_key_is_an_option_of_any_channel(streams):
    here = firth.Channel(streams[0], key=KEY)
    there = firth.EncryptedChannel(streams[1], key=KEY)
    assert here.encrypted
    here.send(SECRET, LONG)
    assert there.recv(LONG) == SECRET


def test_nothing_of_a_payload_is_seen_on_its_way(alone):
    channel, peer = alone
    codec = firth.FrameCodec(key=KEY)
    peer.sendall(codec.hello())
    channel.send(SECRET * 10, LONG)
    assert SECRET[:4] not in peer.recv(1000)


def test_a_codec_with_the_key_reads_it_and_is_read(sockets):
    sockets[1].settimeout(LONG)
    channel, codec = firth.EncryptedChannel(firth.SocketStream(sockets[0]), KEY), firth.FrameCodec(
        key=KEY)
    codec.feed(sockets[1].recv(100))
    assert codec.decode() is None
    sockets[1].sendall(codec.hello() + codec.encode(b"question") + codec.encode_end())
    assert channel.recv(LONG) == b"question"
    channel.send(b"answer", LONG)
    codec.feed(sockets[1].recv(1000))
    assert codec.decode() == b"answer"
    with pytest.raises(firth.ConnectionLostError) as caught:
        channel.recv(LONG)
    assert caught.value.clean is True


def test_the_hello_goes_out_when_the_channel_is_made(sockets):
    sockets[1].settimeout(0)
    firth.EncryptedChannel(firth.SocketStream(sockets[0]), KEY)
    hello = sockets[1].recv(100)
    assert len(hello) == HELLO_SIZE and hello[5:13] == b"firth\0ec"


def test_a_hello_that_had_to_wait_goes_out_later(streams):
    in_the_way = stall(streams[0])
    here = firth.EncryptedChannel(streams[0], KEY)
    streams[1].read(in_the_way, LONG)
    there = firth.EncryptedChannel(streams[1], KEY)
    talking = Caller(here.send, b"payload", LONG)
    assert there.recv(LONG) == b"payload"
    talking.result()


@pytest.mark.parametrize("size", [16, 17, 64])
@pytest.mark.parametrize("make", [bytes, bytearray, memoryview])
def test_a_key_may_be_any_bytes_of_16_to_64(streams, size, make):
    here = firth.EncryptedChannel(streams[0], make(b"k" * size))
    there = firth.EncryptedChannel(streams[1], b"k" * size)
    here.send(b"payload", LONG)
    assert there.recv(LONG) == b"payload"


@pytest.mark.parametrize("make", [
    firth.generate_key, lambda: firth.key_from_passphrase("horse", b"s" * 16)])
def test_what_the_helpers_make_are_keys(streams, make):
    key = make()
    here, there = (firth.EncryptedChannel(stream, key) for stream in streams)
    here.send(b"payload", LONG)
    assert there.recv(LONG) == b"payload"


@pytest.mark.parametrize("options, compressed", [
    ({}, False), ({"compress": False}, False), ({"compress": True}, True)])
def test_compression_is_off_unless_asked_for(streams, options, compressed):
    here = firth.EncryptedChannel(streams[0], KEY, **options)
    there = firth.EncryptedChannel(streams[1], KEY)
    assert here.compress is compressed
    here.send(b"x" * 100000, LONG)
    assert (here.stream.counters().bytes_written < 1000) is compressed
    assert there.recv(LONG) == b"x" * 100000


def test_compressing_batching_and_encrypting_combine(streams):
    here = firth.CompressedChannel(streams[0], 9, key=KEY, batch_size=3, batch_timeout=None)
    there = firth.BatchingChannel(streams[1], 2, 0.01, key=KEY, compress=True)
    payloads = [b"x" * 5000, b"", os.urandom(5000)]
    for payload in payloads:
        here.send(payload, LONG)
    assert [there.recv(LONG) for _ in payloads] == payloads
    assert here.stream.counters().bytes_written < 7000
    there.send(b"by its time", LONG)
    assert here.recv(LONG) == b"by its time"


def test_corked_payloads_leave_in_one_write(pair):
    here, there = pair
    here.handshake(LONG)
    before = here.stream.counters().write_calls
    with here.corking():
        for n in range(100):
            here.send(b"%d" % n, LONG)
    assert here.stream.counters().write_calls == before + 1
    assert [there.recv(LONG) for _ in range(100)] == [b"%d" % n for n in range(100)]


@pytest.mark.parametrize("kind", ["pipes", "buffered"])
def test_other_streams_carry_it(request, kind, streams):
    ends = request.getfixturevalue("pipes") if kind == "pipes" else (
        firth.BufferedStream(stream) for stream in streams)
    here, there = (firth.EncryptedChannel(end, KEY) for end in ends)
    here.send(b"payload", LONG)
    here.flush(LONG)
    assert there.recv(LONG) == b"payload"


@pytest.mark.parametrize("kind", [Plain, Polling])
def test_objects_of_python_carry_it(sockets, kind):
    here, there = (firth.EncryptedChannel(kind(sock), KEY) for sock in sockets)

    def answer():
        there.send(there.recv()[::-1])
        there.recv()

    answering = Caller(answer)
    here.send(b"question")
    assert here.recv() == b"noitseuq"
    here.finish()
    with pytest.raises(firth.ConnectionLostError) as caught:
        answering.result()
    assert caught.value.clean is True


def test_what_an_object_raises_comes_out(sockets):
    class Broken(Plain):
        """Cannot write."""

        def write(self, data):
            raise LookupError("cannot write")

    with pytest.raises(LookupError, match="cannot write"):
        firth.EncryptedChannel(Broken(sockets[0]), KEY).handshake()


# ---- Ends -----------------------------------------------------------------------------------


def test_the_end_is_told_and_is_clean(pair):
    here, there = pair
    here.send(b"last", LONG)
    finishing = Caller(here.finish, LONG)
    assert there.recv(LONG) == b"last"
    for _ in range(2):
        with pytest.raises(firth.ConnectionLostError) as caught:
            there.recv(LONG)
        assert caught.value.clean is True
    finishing.result()


def test_bytes_that_end_unsealed_are_no_clean_end(pair):
    here, there = pair
    here.send(b"last", LONG)
    here.stream.close()
    assert there.recv(LONG) == b"last"
    with pytest.raises(firth.ConnectionLostError) as caught:
        there.recv(LONG)
    assert caught.value.clean is False


def test_finish_tells_a_sender_that_the_peer_had_the_key(pair):
    here, there = pair
    here.send(b"payload", LONG)
    receiving = Caller(there.recv, LONG)
    here.finish(LONG)
    assert receiving.result() == b"payload"


def test_finish_tells_a_sender_that_the_peer_had_another_key(strangers):
    here, there = strangers
    here.send(SECRET, LONG)
    receiving = Caller(there.recv, LONG)
    with pytest.raises(firth.EncryptionError):
        here.finish(LONG)
    with pytest.raises(firth.EncryptionError):
        receiving.result()
    assert here.closed


def test_finish_tells_a_sender_that_the_peer_did_not_show_the_key(alone):
    channel, peer = alone
    peer.sendall(firth.FrameCodec(key=KEY).hello())
    channel.send(SECRET, LONG)
    with pytest.raises(firth.TimeoutError, match="has not shown that it has the key"):
        channel.finish(0.01)
    assert channel.closed


def test_a_side_that_sent_nothing_finishes_at_once(alone):
    alone[0].finish(None)
    assert alone[0].closed


def test_the_end_of_with_is_sealed(pair):
    here, there = pair
    with here:
        here.send(b"last", LONG)
        assert there.recv(LONG) == b"last"
    with pytest.raises(firth.ConnectionLostError) as caught:
        there.recv(LONG)
    assert caught.value.clean is True


# ---- Peers that have no key, or none at all -----------------------------------------------


def test_another_key_is_an_encryption_error_for_good(strangers):
    here, there = strangers
    here.send(SECRET, LONG)
    assert SECRET.decode() not in tells_of_encryption(lambda: there.recv(LONG))


def test_a_key_and_the_same_with_zeros_behind_it_are_two(streams):
    here = firth.EncryptedChannel(streams[0], KEY)
    there = firth.EncryptedChannel(streams[1], KEY + b"\0")
    here.send(SECRET, LONG)
    tells_of_encryption(lambda: there.recv(LONG))


@pytest.mark.parametrize("call", ["send", "recv", "handshake"])
def test_a_peer_without_encryption_is_told_as_such_and_not_shown(alone, call):
    channel, peer = alone
    peer.sendall(frame(SECRET))
    calls = {"send": lambda: channel.send(b"x", LONG), "recv": lambda: channel.recv(LONG),
             "handshake": lambda: channel.handshake(LONG)}
    text = tells_of_encryption(calls[call])
    assert "encrypt" in text and SECRET[:4].decode() not in text


def test_a_plain_channel_refuses_the_hello_as_no_payload_it_knows(streams):
    encrypted, plain = firth.EncryptedChannel(streams[0], KEY), firth.Channel(streams[1])
    assert plain.recv(LONG)[:8] == b"firth\0ec"
    plain.send(SECRET)
    tells_of_encryption(lambda: encrypted.recv(LONG))


def test_ones_own_bytes_sent_back_are_refused(sockets):
    sockets[1].settimeout(LONG)
    channel = firth.EncryptedChannel(firth.SocketStream(sockets[0]), KEY)
    sockets[1].sendall(sockets[1].recv(100))
    tells_of_encryption(lambda: channel.handshake(LONG))


@pytest.mark.parametrize("at", [7, 30, -2])
def test_what_was_altered_on_its_way_is_refused(sockets, at):
    (here, left), (right, there) = sockets, socket.socketpair()
    sender = firth.EncryptedChannel(firth.SocketStream(here), KEY)
    receiver = firth.EncryptedChannel(firth.SocketStream(there), KEY)
    right.sendall(left.recv(100))
    left.sendall(right.recv(100))
    sender.send(SECRET, LONG)
    sealed = bytearray(left.recv(1000))
    sealed[at] ^= 1
    right.sendall(sealed)
    tells_of_encryption(lambda: receiver.recv(LONG))
    right.close()


# ---- Time, threads, signals, forks ---------------------------------------------------------


def test_a_handshake_keeps_its_time_and_goes_on(alone):
    channel, peer = alone
    for timeout in (0, 0.01):
        with pytest.raises(firth.TimeoutError) as caught:
            channel.handshake(timeout)
        assert caught.value.wants == "read"
    peer.sendall(firth.FrameCodec(key=KEY).hello())
    channel.handshake(timeout=LONG)
    channel.handshake(0)


def test_a_handshake_of_a_plain_channel_has_nothing_to_do(channel):
    channel.handshake()


@pytest.mark.parametrize("call", ["send", "recv", "poll", "flush", "finish"])
def test_a_peer_that_says_nothing_costs_the_time_given(alone, call):
    channel, _ = alone
    calls = {"send": lambda: channel.send(SECRET, 0.01), "recv": lambda: channel.recv(0.01),
             "poll": lambda: channel.poll(0.01), "flush": lambda: channel.flush(0.01),
             "finish": lambda: channel.finish(0.01)}
    if call in ("send", "recv"):
        with pytest.raises(firth.TimeoutError):
            calls[call]()
    else:
        assert not calls[call]()


BLOCKING = {"send": lambda channel: channel.send(SECRET), "recv": lambda channel: channel.recv(),
            "handshake": lambda channel: channel.handshake(),
            "poll": lambda channel: channel.poll(None)}


@pytest.mark.parametrize("call", BLOCKING)
def test_what_a_signal_handler_raises_ends_a_hand_shake(alone, ring, call):
    channel, peer = alone
    with pytest.raises(Rung):
        ring(BLOCKING[call], channel)
    peer.sendall(firth.FrameCodec(key=KEY).hello())
    channel.handshake(LONG)


def test_what_a_signal_handler_raises_ends_a_finish_that_waits_for_the_key(alone, ring):
    channel, peer = alone
    peer.sendall(firth.FrameCodec(key=KEY).hello())
    channel.send(SECRET, LONG)
    with pytest.raises(Rung):
        ring(channel.finish, None)
    assert channel.closed


@pytest.mark.parametrize("call", BLOCKING)
def test_close_from_another_thread_wakes_a_hand_shake(alone, call):
    channel, _ = alone
    with while_blocked(BLOCKING[call], channel) as blocked:
        try:
            channel.close()
        except firth.UnsentError:
            assert call == "send"
    with pytest.raises(firth.ClosedError):
        blocked.result()


def test_a_hand_shake_lets_other_threads_run(alone):
    channel, peer = alone
    with while_blocked(channel.handshake) as blocked:
        peer.sendall(firth.FrameCodec(key=KEY).hello())
    blocked.result()


@pytest.mark.parametrize("call", ["send", "recv", "poll", "handshake", "flush"])
def test_a_forked_child_is_refused(pair, call):
    here, there = pair
    here.handshake(LONG)
    calls = {**BLOCKING, "flush": lambda channel: channel.flush()}

    def child():
        try:
            calls[call](here)
        except firth.ForkedError:
            return 0
        return 1
    assert in_child(child) == 0
    here.send(b"from the parent", LONG)
    assert there.recv(LONG) == b"from the parent"


# ---- What is refused, and what is not told --------------------------------------------------


@pytest.mark.parametrize("size", [0, 15, 65])
def test_a_key_of_another_length_is_refused(streams, size):
    with pytest.raises(ValueError, match=f"the key has {size} bytes, expected 16 to 64"):
        firth.EncryptedChannel(streams[0], b"k" * size)


@pytest.mark.parametrize("key", ["k" * 32, None, 32, object()])
def test_what_is_no_bytes_is_no_key(streams, key):
    with pytest.raises(TypeError):
        firth.EncryptedChannel(streams[0], key)


def test_a_key_cannot_be_left_out(streams):
    with pytest.raises(TypeError, match="key"):
        firth.EncryptedChannel(streams[0])


def test_a_refused_key_is_not_shown(streams):
    with pytest.raises(ValueError) as caught:
        firth.EncryptedChannel(streams[0], b"short letters")
    assert "letters" not in str(caught.value)


def test_a_key_is_free_again_when_the_channel_is_made(streams):
    key = bytearray(KEY)
    firth.EncryptedChannel(streams[0], key)
    key.extend(b"more")


def test_a_key_is_neither_kept_nor_shown(streams):
    channel = firth.EncryptedChannel(streams[0], b"a key of letters")
    assert repr(channel) == "<firth.EncryptedChannel, open>"
    assert "letters" not in str(vars(channel)) and not hasattr(channel, "key")


def test_a_subclass_may_bring_its_own_key(streams):
    class Ours(firth.EncryptedChannel):
        """Knows the key."""

        COMPRESSION_THRESHOLD = 10

        def __init__(self, stream):
            super().__init__(stream, KEY, compress=True)

    here, there = map(Ours, streams)
    here.handshake(LONG)
    here.send(b"x" * 2000, LONG)
    assert here.stream.counters().bytes_written < 1000
    assert there.recv(LONG) == b"x" * 2000
