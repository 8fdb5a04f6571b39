"""BatchingChannel: several frames in one write."""

import os
import socket
import sys
import threading

import pytest

import firth
from custom_objects import Plain, Polling
from kinds import Noticed
from support import LONG, Caller, Rung, frame, in_child, stall, wait_until, while_blocked

PAYLOADS = [b"%d" % n for n in range(10)]
# Seconds in which a batch leaves by itself.
SOON = 0.01


def receive(peer, count):
    """So many bytes of a Python socket."""
    data = b""
    while len(data) < count:
        part = peer.recv(count - len(data))
        assert part, "the end came first"
        data += part
    return data


def frames(payloads):
    return b"".join(map(frame, payloads))


def writes_of(channel):
    return channel.stream.counters().write_calls


@pytest.fixture
def batching(sockets):
    """Makes batching channels whose peer is the second of `sockets`."""
    made = []

    def make(*arguments, kind=firth.BatchingChannel, **options):
        made.append(kind(firth.SocketStream(sockets[0]), *arguments, **options))
        return made[-1]
    yield make
    for channel in made:
        try:
            channel.close()
        except firth.StreamError:
            pass


@pytest.fixture
def other(no_descriptor_left):
    """One more, and its peer's socket."""
    here, there = socket.socketpair()
    there.settimeout(LONG)
    channel = firth.BatchingChannel(firth.SocketStream(here), 10, SOON)
    yield channel, there
    channel.close()
    there.close()


@pytest.fixture
def peer(sockets):
    """The socket at the other end of what `batching` makes."""
    sockets[1].settimeout(LONG)
    return sockets[1]


# ---- When a batch leaves ----------------------------------------------------------------


def test_it_is_a_channel_with_the_documents_defaults(batching):
    assert isinstance(batching(), firth.Channel)
    assert (firth.DEFAULT_BATCH_SIZE, firth.DEFAULT_BATCH_TIMEOUT) == (10, 0.1)


@pytest.mark.parametrize("arguments", [(10, None), (10, 0), (10, -1), (10, float("inf"))])
def test_a_full_batch_leaves_in_one_write(batching, peer, arguments):
    channel = batching(*arguments)
    for payload in PAYLOADS[:-1]:
        channel.send(payload)
    assert writes_of(channel) == 0
    assert channel.pending() == len(frames(PAYLOADS[:-1]))
    channel.send(PAYLOADS[-1])
    assert (writes_of(channel), channel.pending()) == (1, 0)
    assert receive(peer, len(frames(PAYLOADS))) == frames(PAYLOADS)


def test_size_and_time_may_be_keywords_of_any_channel(batching, peer):
    channel = batching(kind=firth.Channel, batch_size=2, batch_timeout=None)
    channel.send(b"a")
    assert channel.pending() == len(frame(b"a"))
    channel.send(b"b")
    assert receive(peer, 14) == frame(b"a") + frame(b"b")


def test_a_batch_of_one_is_no_batch(batching, peer):
    channel = batching(1, None)
    channel.send(b"a")
    assert (writes_of(channel), channel.pending()) == (1, 0)


def test_a_batch_leaves_when_its_time_is_over_without_any_call(batching, peer):
    channel = batching(10, SOON)
    channel.send(b"payload")
    assert receive(peer, 13) == frame(b"payload")
    wait_until(lambda: channel.pending() == 0, channel.pending)
    assert writes_of(channel) == 1


def test_every_batch_has_its_own_time(batching, peer):
    channel = batching(10, SOON)
    for payload in PAYLOADS:
        channel.send(payload)
        assert receive(peer, len(frame(payload))) == frame(payload)


def test_a_batch_leaves_when_the_queue_is_full(batching, peer):
    channel = batching(1000, None, limits=firth.Limits(queue=100))
    channel.send(b"a" * 60)
    assert writes_of(channel) == 0
    channel.send(b"b" * 60)
    expected = frame(b"a" * 60) + frame(b"b" * 60)
    assert receive(peer, len(expected)) == expected
    assert writes_of(channel) == 1


@pytest.mark.parametrize("call", ["flush", "uncork", "finish", "close"])
def test_a_batch_leaves_with(batching, peer, call):
    channel = batching(10, None)
    channel.cork()
    channel.send(b"a")
    getattr(channel, call)()
    assert peer.recv(100) == frame(b"a")


@pytest.mark.parametrize("question", ["recv", "poll"])
def test_receiving_first_sends_the_batch(batching, peer, question):
    channel = batching(10, None)
    channel.send(b"question")
    with while_blocked(getattr(channel, question), LONG) as blocked:
        assert receive(peer, 14) == frame(b"question")
        peer.sendall(frame(b"answer"))
    assert blocked.result() == {"recv": b"answer", "poll": True}[question]


def test_a_cork_holds_a_batch(batching, peer, other):
    channel = batching(2, SOON)
    with channel.corking():
        for payload in PAYLOADS:
            channel.send(payload)
        other[0].send(b"has gone meanwhile")
        assert other[1].recv(100) == frame(b"has gone meanwhile")
        assert channel.pending() == len(frames(PAYLOADS))
    assert writes_of(channel) == 1
    assert receive(peer, len(frames(PAYLOADS))) == frames(PAYLOADS)


def test_a_plain_channel_reads_and_is_read(streams):
    here, there = firth.BatchingChannel(streams[0], 3, SOON), firth.Channel(streams[1])
    payloads = [os.urandom(size) for size in (0, 1, 3001, 70000) * 25]
    sender = Caller(lambda: [here.send(payload) for payload in payloads])
    assert [there.recv(LONG) for _ in payloads] == payloads
    sender.result()
    there.send(b"answer")
    assert here.recv(LONG) == b"answer"
    here.finish()


def test_it_combines_with_compression(batching, peer):
    channel = batching(2, None, kind=lambda *arguments, **options: firth.CompressedChannel(
        arguments[0], 9, batch_size=arguments[1], batch_timeout=arguments[2], **options))
    codec = firth.FrameCodec()
    for _ in range(2):
        channel.send(b"x" * 5000)
    assert channel.stream.counters().bytes_written < 200
    codec.feed(peer.recv(1000))
    assert [codec.decode(), codec.decode()] == [b"x" * 5000] * 2


# ---- Peers that take nothing, and peers that are gone ----------------------------------------


def test_a_stalled_batch_is_tried_again_without_any_call(batching, peer):
    channel = batching(10, SOON)
    in_the_way = stall(channel.stream)
    channel.send(b"late")
    receive(peer, in_the_way)
    assert receive(peer, 10) == frame(b"late")


def test_a_stalled_batch_delays_no_other_channel(batching, peer, other):
    stalled = batching(10, SOON)
    stall(stalled.stream)
    stalled.send(b"stalled")
    for payload in PAYLOADS:
        other[0].send(payload)
        assert other[1].recv(100) == frame(payload)
    assert stalled.pending() > 0


def test_a_batch_that_does_not_leave_in_time_is_taken_and_kept(batching, peer):
    channel = batching(2, None)
    in_the_way = stall(channel.stream)
    channel.send(b"first")
    with pytest.raises(firth.TimeoutError) as caught:
        channel.send(b"second", 0)
    assert not isinstance(caught.value, firth.BusyError) and caught.value.count > 0
    receive(peer, in_the_way)
    channel.flush(LONG)
    assert receive(peer, 23) == frame(b"first") + frame(b"second")


def test_a_full_queue_takes_no_more_from_who_does_not_wait(batching, peer):
    channel = batching(1000, None, limits=firth.Limits(queue=100))
    in_the_way = stall(channel.stream)
    taken = []
    with pytest.raises(firth.BusyError):
        for payload in PAYLOADS * 10:
            try:
                channel.send(payload, 0)
            except firth.BusyError:
                raise
            except firth.TimeoutError:
                pass
            taken.append(payload)
    assert channel.pending() == len(frames(taken)) <= 100
    receive(peer, in_the_way)
    channel.flush(LONG)
    assert receive(peer, len(frames(taken))) == frames(taken)


def lose_in_the_background(channel, peer):
    """A batch leaves by itself, to a peer that is gone."""
    peer.close()
    channel.send(b"lost")
    wait_until(lambda: channel.closed, lambda: "nothing was tried")


CALLS = {"send": lambda channel: channel.send(b"x"), "recv": lambda channel: channel.recv(),
         "poll": lambda channel: channel.poll(), "flush": lambda channel: channel.flush(),
         "uncork": lambda channel: (channel.cork(), channel.uncork()),
         "finish": lambda channel: channel.finish(), "close": lambda channel: channel.close()}


@pytest.mark.parametrize("call", CALLS)
def test_what_failed_in_the_background_is_told_by(batching, peer, call):
    channel = batching(10, SOON)
    lose_in_the_background(channel, peer)
    with pytest.raises(firth.ConnectionLostError) as caught:
        CALLS[call](channel)
    assert caught.value.clean is False


@pytest.mark.parametrize("call", ["close", "finish"])
def test_what_failed_in_the_background_is_told_once(batching, peer, call):
    channel = batching(10, SOON)
    lose_in_the_background(channel, peer)
    with pytest.raises(firth.ConnectionLostError):
        CALLS[call](channel)
    CALLS[call](channel)


def test_what_failed_in_the_background_is_told_by_the_end_of_with(batching, peer):
    with pytest.raises(firth.ConnectionLostError):
        with batching(10, SOON) as channel:
            lose_in_the_background(channel, peer)


@pytest.mark.parametrize("how", ["call", "drop"])
def test_what_is_lost_in_the_background_closes_its_object_at_the_next(peer, sockets, how):
    channel = firth.BatchingChannel(firth.SocketStream(sockets[0]), 10, SOON)
    lose_in_the_background(channel, peer)
    if how == "call":
        with pytest.raises(firth.ConnectionLostError):
            channel.flush()
    else:
        del channel
    assert sockets[0].fileno() == -1


class Tunnel:
    """Counts how often it is closed, and by whom."""

    def __init__(self, error=None):
        self.closed_by = []
        self.error = error

    def close(self):
        self.closed_by.append(threading.current_thread())
        if self.error is not None:
            raise self.error


def test_what_is_lost_in_the_background_closes_its_tunnel_at_the_next_call(peer, sockets):
    tunnel = Tunnel()
    stream = firth.TunneledSocketStream(firth.SocketStream(sockets[0]), tunnel)
    channel = firth.BatchingChannel(stream, 10, SOON)
    lose_in_the_background(channel, peer)
    with pytest.raises(firth.ConnectionLostError):
        channel.send(b"x")
    assert tunnel.closed_by == [threading.current_thread()]
    channel.close()
    assert len(tunnel.closed_by) == 1


def test_what_closing_raises_then_is_reported_and_the_loss_is_the_error(peer, sockets,
                                                                        monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: reported.append(what.exc_value))
    tunnel = Tunnel(LookupError("no such tunnel"))
    stream = firth.TunneledSocketStream(firth.SocketStream(sockets[0]), tunnel)
    channel = firth.BatchingChannel(stream, 10, SOON)
    lose_in_the_background(channel, peer)
    with pytest.raises(firth.ConnectionLostError):
        channel.close()
    assert reported == [tunnel.error]


# ---- Threads, signals, forks --------------------------------------------------------------


def test_what_a_signal_handler_raises_ends_a_batch_that_waits(batching, peer, ring):
    channel = batching(2, None)
    in_the_way = stall(channel.stream)
    channel.send(b"first")
    with pytest.raises(Rung):
        ring(channel.send, b"second")
    receive(peer, in_the_way)
    channel.flush(LONG)
    assert receive(peer, 23) == frame(b"first") + frame(b"second")


def test_close_from_another_thread_wakes_a_batch_that_waits(batching, peer):
    channel = batching(2, None)
    stall(channel.stream)
    channel.send(b"first")
    with while_blocked(channel.send, b"second") as blocked:
        with pytest.raises(firth.UnsentError):
            channel.close()
    with pytest.raises(firth.ClosedError):
        blocked.result()


def test_senders_of_several_threads_lose_nothing_and_keep_their_order(streams):
    here, there = firth.BatchingChannel(streams[0], 7, 0.001), firth.Channel(streams[1])
    senders = [Caller(lambda n=n: [here.send(b"%d %d" % (n, i)) for i in range(500)])
               for n in range(4)]
    received = [tuple(map(int, there.recv(LONG).split())) for _ in range(2000)]
    for sender in senders:
        sender.result()
    for n in range(4):
        assert [i for sender, i in received if sender == n] == list(range(500))
    here.finish()


def test_channels_are_closed_and_dropped_while_their_batches_leave():
    def use(how):
        for n in range(200):
            here, there = socket.socketpair()
            channel = firth.BatchingChannel(firth.SocketStream(here), 10, 0.0001)
            channel.send(b"x")
            if n % 2:
                there.recv(100)
            if how == "close":
                channel.close()
            del channel, here
            there.close()
    users = [Caller(use, how) for how in ("close", "drop", "close", "drop")]
    for user in users:
        user.result()


@pytest.mark.parametrize("call", ["send", "recv", "poll", "flush"])
def test_a_forked_child_is_refused(batching, peer, call):
    channel = batching(10, None)
    channel.send(b"once")

    def child():
        try:
            CALLS[call](channel)
        except firth.ForkedError:
            return 0
        return 1
    assert in_child(child) == 0
    channel.flush()
    peer.settimeout(0)
    assert peer.recv(100) == frame(b"once")


def test_a_forked_child_sends_no_batch_of_its_parents_but_its_own(batching, peer, sockets):
    channel = batching(10, SOON)
    channel.cork()
    channel.send(b"once")

    def child():
        here, there = socket.socketpair()
        there.settimeout(LONG)
        own = firth.BatchingChannel(firth.SocketStream(here), 10, 2 * SOON)
        own.send(b"own")
        return 0 if there.recv(100) == frame(b"own") else 1
    assert in_child(child) == 0
    channel.uncork()
    assert receive(peer, 10) == frame(b"once")
    channel.send(b"and more")
    assert receive(peer, 14) == frame(b"and more")


# ---- What is refused ------------------------------------------------------------------------


def below_python(kind, sock):
    return {"an object": lambda: Plain(sock),
            "one that polls": lambda: Polling(sock),
            "a buffer over one": lambda: firth.BufferedStream(Polling(sock)),
            "a tunnel over one": lambda: firth.TunneledSocketStream(Polling(sock)),
            "TLS over one": lambda: firth.TLSStream.client(Polling(sock), cert_reqs=0),
            "a subclass": lambda: Noticed(sock)}[kind]()


BELOW = ["an object", "one that polls", "a buffer over one", "a tunnel over one", "TLS over one",
         "a subclass"]


@pytest.mark.parametrize("kind", BELOW)
def test_a_time_over_objects_of_python_is_refused_and_the_text_says_what_to_do(sockets, kind):
    below = below_python(kind, sockets[0])
    with pytest.raises(firth.NotSupportedError, match="batch_timeout.*0") as caught:
        firth.BatchingChannel(below)
    assert caught.value.code == "not_supported"


@pytest.mark.parametrize("timeout", [0, None])
def test_without_a_time_objects_of_python_are_taken(sockets, peer, timeout):
    plain = Plain(sockets[0])
    channel = firth.BatchingChannel(plain, 2, timeout)
    channel.send(b"a")
    assert plain.written == []
    channel.send(b"b")
    assert plain.written == [frame(b"a") + frame(b"b")]


@pytest.mark.parametrize("arguments, error", [
    ((0,), ValueError), ((-1,), ValueError), (("10",), TypeError), ((None,), TypeError),
    ((1.5,), TypeError), ((1 << 70,), OverflowError), ((10, "soon"), TypeError),
    ((10, float("nan")), ValueError)])
def test_a_size_or_a_time_that_is_none_is_refused(streams, arguments, error):
    with pytest.raises(error):
        firth.BatchingChannel(streams[0], *arguments)


def test_a_subclass_may_set_what_it_likes(streams):
    class Small(firth.BatchingChannel):
        """Batches two."""

        def __init__(self, stream):
            super().__init__(stream, 2, None, compress=False)

    small = Small(streams[0])
    small.send(b"a")
    small.send(b"b")
    assert writes_of(small) == 1 and small.compress is False
