"""Payloads over a channel."""

import array
import os
import sys
import zlib

import pytest

import firth
from support import LONG, Caller, RpycTimeout, frame, while_blocked

SIZES = (0, 1, 16, 2999, 3000, 3001, 16384, 16385, 64000, 65536, 1 << 20, 5 << 20)


@pytest.mark.parametrize("size", SIZES)
def test_a_payload_arrives_as_it_was_sent(channels, size):
    payload = os.urandom(size)
    sender = Caller(channels[0].send, payload)
    received = channels[1].recv(LONG)
    sender.result()
    assert type(received) is bytes
    assert received == payload


@pytest.mark.parametrize("size", SIZES)
def test_a_compressible_payload_arrives_as_it_was_sent(channels, size):
    payload = (b"firth meets brine\n" * (size // 18 + 1))[:size]
    sender = Caller(channels[0].send, payload)
    assert channels[1].recv(LONG) == payload
    sender.result()


def test_bytes_of_value_zero_go_through(channels):
    channels[0].send(b"\0a\0\0b\0")
    assert channels[1].recv() == b"\0a\0\0b\0"


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview,
                                  lambda data: memoryview(b"__" + data)[2:],
                                  lambda data: array.array("B", data)])
def test_any_contiguous_buffer_can_be_sent(channels, make):
    channels[0].send(make(b"payload"))
    assert channels[1].recv() == b"payload"


def test_an_empty_array_is_an_empty_payload(channels):
    channels[0].send(array.array("B"))
    assert channels[1].recv() == b""


@pytest.mark.parametrize("size", [0, 3000, 3001, 100000])
def test_the_bytes_sent_are_those_of_rpyc(channel, peer, size):
    payload = b"x" * size
    channel.send(payload)
    expected = frame(payload)
    assert peer.recv(len(expected) + 1) == expected


def test_compression_can_be_left_out(sockets):
    with firth.Channel(firth.SocketStream(sockets[0]), compress=False) as channel:
        assert channel.compress is False
        channel.send(b"x" * 5000)
        assert sockets[1].recv(6000) == frame(b"x" * 5000, compress=False)


@pytest.mark.parametrize("given, compress", [((), True), ((True,), True), ((False,), False),
                                             ((1,), True), ((0,), False), ((None,), False)])
def test_compress_is_second_and_what_rpyc_takes_for_true(streams, given, compress):
    assert firth.Channel(streams[0], *given).compress is compress


def test_compression_can_be_turned_off_and_on_later(channel, peer):
    channel.compress = False
    channel.send(b"x" * 5000)
    assert peer.recv(6000) == frame(b"x" * 5000, compress=False)
    channel.compress = True
    channel.send(b"x" * 5000)
    assert peer.recv(6000) == frame(b"x" * 5000)


def test_level_and_threshold_are_options(sockets):
    with firth.Channel(firth.SocketStream(sockets[0]), compression_level=9,
                       compression_threshold=10) as channel:
        channel.send(b"x" * 11)
        body = zlib.compress(b"x" * 11, 9)
        assert sockets[1].recv(100) == len(body).to_bytes(4, "big") + b"\1" + body + b"\n"


def test_level_and_threshold_can_be_set_on_a_class(sockets):
    class Strong(firth.Channel):
        """Compresses all it can."""

    Strong.COMPRESSION_LEVEL = 9
    Strong.COMPRESSION_THRESHOLD = 10
    with Strong(firth.SocketStream(sockets[0])) as channel:
        channel.send(b"x" * 11)
        assert sockets[1].recv(100)[5:-1] == zlib.compress(b"x" * 11, 9)


def test_class_attributes_can_be_assigned(monkeypatch):
    monkeypatch.setattr(firth.Channel, "COMPRESSION_LEVEL", 5)
    assert firth.Channel.COMPRESSION_LEVEL == 5


def test_a_payload_over_the_frame_limit_is_not_sent(sockets):
    with firth.Channel(firth.SocketStream(sockets[0]), limits=firth.Limits(frame=10)) as channel:
        with pytest.raises(firth.BufferOverflowError):
            channel.send(b"x" * 11)
        channel.send(b"x" * 10)
        assert sockets[1].recv(100) == frame(b"x" * 10)


def test_a_frame_over_the_frame_limit_is_refused_for_good(sockets):
    with firth.Channel(firth.SocketStream(sockets[0]), limits=firth.Limits(frame=10)) as channel:
        sockets[1].sendall(frame(b"x" * 11) + frame(b"y"))
        for _ in range(2):
            with pytest.raises(firth.BufferOverflowError):
                channel.recv(LONG)


def test_a_payload_over_the_inflated_limit_costs_its_frame_only(sockets):
    with firth.Channel(firth.SocketStream(sockets[0]), limits=firth.Limits(inflated=4000)) as channel:
        sockets[1].sendall(frame(b"x" * 4001) + frame(b"y"))
        with pytest.raises(firth.BufferOverflowError):
            channel.recv(LONG)
        assert channel.recv(LONG) == b"y"


def test_a_body_that_does_not_inflate_costs_its_frame_only(channel, peer):
    peer.sendall(b"\0\0\0\4\1junk\n" + frame(b"y"))
    with pytest.raises(firth.CompressionError):
        channel.recv(LONG)
    assert channel.recv(LONG) == b"y"


def test_a_wrong_trailer_is_a_protocol_error_for_good(channel, peer):
    peer.sendall(b"\0\0\0\1\0aX" + frame(b"y"))
    for _ in range(2):
        with pytest.raises(firth.ProtocolError):
            channel.recv(LONG)


@pytest.mark.parametrize("timeout", [0, 0.01, 0.0, False, RpycTimeout(0.01)])
def test_receiving_times_out(channel, timeout):
    with pytest.raises(firth.TimeoutError) as caught:
        channel.recv(timeout)
    assert caught.value.wants == "read"


@pytest.mark.parametrize("timeout", [None, -1, float("inf"), RpycTimeout(None), RpycTimeout(LONG)])
def test_receiving_takes_any_form_of_time(channel, peer, timeout):
    peer.sendall(frame(b"payload"))
    assert channel.recv(timeout=timeout) == b"payload"


def test_the_largest_number_is_a_time_of_its_own(channel, peer):
    channel.stream.timeout = 0
    with while_blocked(channel.recv, sys.float_info.max) as blocked:
        peer.sendall(frame(b"payload"))
    assert blocked.result() == b"payload"


def test_a_time_out_of_the_stream_holds_when_none_is_given(channel):
    channel.stream.timeout = 0.01
    assert channel.stream.timeout == 0.01
    with pytest.raises(firth.TimeoutError):
        channel.recv()


@pytest.mark.parametrize("cut", [1, 4, 5, 9, 5010])
def test_what_came_before_a_time_out_is_kept(channel, peer, cut):
    payload = os.urandom(100000)
    whole = frame(payload, compress=False)
    peer.sendall(whole[:cut])
    with pytest.raises(firth.TimeoutError):
        channel.recv(0.01)
    peer.sendall(whole[cut:])
    assert channel.recv(LONG) == payload


def fill(channel):
    """Sends payloads, without waiting, until one does not go out whole."""
    sent = 0
    while True:
        try:
            sent += 1
            channel.send(b"%06d" % sent * 10000, timeout=0)
        except firth.TimeoutError:
            return sent


def test_a_send_that_timed_out_is_finished_by_flush(channels):
    here, there = channels
    here.compress = False
    sent = fill(here)
    assert here.pending() > 0
    flusher = Caller(here.flush, LONG)
    received = [there.recv(LONG) for _ in range(sent)]
    flusher.result()
    assert here.pending() == 0
    assert received == [b"%06d" % n * 10000 for n in range(1, sent + 1)]


def test_a_send_that_timed_out_is_finished_by_the_next_send(channels):
    here, there = channels
    here.compress = False
    sent = fill(here)
    sender = Caller(here.send, b"last", LONG)
    received = [there.recv(LONG) for _ in range(sent + 1)]
    sender.result()
    assert received[-2:] == [b"%06d" % sent * 10000, b"last"]


def test_a_payload_whose_turn_did_not_come_is_not_taken(channels):
    here, there = channels
    here.compress = False
    sent = fill(here)
    pending = here.pending()
    with pytest.raises(firth.BusyError):
        here.send(b"not taken", timeout=0)
    assert here.pending() == pending
    flusher = Caller(here.flush, LONG)
    for _ in range(sent):
        there.recv(LONG)
    flusher.result()
    assert not there.poll()


def test_poll_tells_whether_something_came(channel, peer):
    assert channel.poll() is False
    assert channel.poll(0.01) is False
    peer.sendall(frame(b""))
    assert channel.poll(timeout=LONG) is True


def test_poll_is_true_at_the_end(channel, peer):
    peer.close()
    assert channel.poll() is True


def test_poll_takes_a_timeout_object(channel, peer):
    assert channel.poll(RpycTimeout(0.01)) is False
    peer.sendall(b"x")
    assert channel.poll(RpycTimeout(None)) is True


def test_poll_does_not_heed_the_time_out_of_the_stream(channel):
    channel.stream.timeout = None
    assert channel.poll() is False


def test_the_stream_is_the_very_object_given(streams):
    assert firth.Channel(streams[0]).stream is streams[0]


def test_the_stream_cannot_be_exchanged(channel, streams):
    with pytest.raises(AttributeError):
        channel.stream = streams[1]


def test_a_channel_keeps_its_stream_alive(sockets):
    channel = firth.Channel(firth.SocketStream(sockets[0]))
    channel.send(b"")
    assert sockets[1].recv(10) == frame(b"")
    channel.close()


def test_a_channel_can_be_left_for_another_one(streams):
    first = firth.Channel(streams[0])
    there = firth.Channel(streams[1])
    first.send(b"one")
    del first
    assert there.recv() == b"one"
    there.send(b"two")
    assert firth.Channel(streams[0]).recv() == b"two"


def test_fileno_is_that_of_the_socket(channel, sockets):
    assert channel.fileno() == sockets[0].fileno()


def test_close_closes_the_stream(channel, sockets):
    channel.close()
    channel.close()
    assert channel.closed is True
    assert channel.stream.closed is True
    assert sockets[0].fileno() == -1


def test_close_tells_how_much_is_unsent(channels):
    fill(channels[0])
    pending = channels[0].pending()
    with pytest.raises(firth.UnsentError) as caught:
        channels[0].close()
    assert 0 < caught.value.count <= pending
    assert channels[0].closed


def test_finish_sends_what_is_pending(channels):
    sent = fill(channels[0])
    finisher = Caller(channels[0].finish, timeout=LONG)
    for _ in range(sent):
        channels[1].recv(LONG)
    finisher.result()
    assert channels[0].closed


def test_finish_gives_up_when_the_time_runs_out(channels):
    fill(channels[0])
    with pytest.raises(firth.TimeoutError):
        channels[0].finish(0.01)
    assert channels[0].closed


def test_with_finishes_when_all_went_well(channels):
    with channels[0] as here:
        sent = fill(here)
        receiver = Caller(lambda: [channels[1].recv(LONG) for _ in range(sent)])
    assert len(receiver.result()) == sent
    assert here.closed


def test_with_closes_when_not(channels):
    with pytest.raises(ZeroDivisionError):
        with channels[0] as here:
            fill(here)
            raise ZeroDivisionError
    assert here.closed


def test_with_is_content_with_a_closed_channel(channels):
    with channels[0] as here:
        here.close()
    assert here.closed


def test_a_clean_end_is_told(channel, peer):
    peer.sendall(frame(b"last"))
    peer.close()
    assert channel.recv() == b"last"
    for _ in range(2):
        with pytest.raises(firth.ConnectionLostError) as caught:
            channel.recv()
        assert caught.value.clean is True
    assert channel.closed is True


@pytest.mark.parametrize("cut", range(1, 8))
def test_an_end_inside_a_frame_is_told(channel, peer, cut):
    peer.sendall(frame(b"ab")[:cut])
    peer.close()
    with pytest.raises(firth.ConnectionLostError) as caught:
        channel.recv()
    assert caught.value.clean is False
    assert channel.closed is True


@pytest.mark.parametrize("question", ["send", "recv", "poll", "flush", "fileno"])
def test_a_closed_channel_says_so(channel, question):
    channel.close()
    with pytest.raises(firth.ClosedError):
        getattr(channel, question)(*[b""] * (question == "send"))


def test_a_subclass_may_add_to_the_constructor(streams):
    class Named(firth.Channel):
        def __init__(self, stream, name):
            super().__init__(stream, compress=False)
            self.name = name

    named = Named(streams[0], "n")
    assert (named.name, named.compress, named.stream) == ("n", False, streams[0])


def test_repr_tells_whether_it_is_open(channel):
    assert repr(channel) == "<firth.Channel, open>"
    channel.close()
    assert str(channel) == "<firth.Channel, closed>"
