"""Corks: many payloads, one write."""

import pytest

import firth
from custom_objects import Plain
from support import LONG, Caller, Rung, frame, in_child, stall, while_blocked

PAYLOADS = [b"%d" % n for n in range(100)]


def writes_of(channel):
    return channel.stream.counters().write_calls


def receive(peer, count):
    """So many bytes of a Python socket."""
    data = b""
    while len(data) < count:
        data += peer.recv(count - len(data))
    return data


def frames(payloads):
    return b"".join(map(frame, payloads))


@pytest.fixture
def small(sockets):
    """A channel with a queue of 100 bytes."""
    made = firth.Channel(firth.SocketStream(sockets[0]), limits=firth.Limits(queue=100))
    yield made
    try:
        made.close()
    except firth.UnsentError:
        pass


@pytest.fixture
def stalled(small):
    """The same, corked, whose peer takes nothing; and how many bytes are in the way."""
    in_the_way = stall(small.stream)
    small.cork()
    return small, in_the_way


def test_many_payloads_leave_in_one_write(channels):
    here, there = channels
    here.cork()
    for payload in PAYLOADS:
        here.send(payload)
    assert writes_of(here) == 0
    here.uncork()
    assert writes_of(here) == 1
    assert [there.recv(LONG) for _ in PAYLOADS] == PAYLOADS


def test_corked_says_whether_there_is_a_cork(channel):
    assert channel.corked is False
    channel.cork()
    assert channel.corked is True
    channel.uncork()
    assert channel.corked is False


def test_corks_are_counted(channel, peer):
    channel.cork()
    channel.cork()
    channel.send(b"x")
    channel.uncork()
    assert channel.corked is True
    assert channel.pending() == len(frame(b"x"))
    channel.uncork()
    assert channel.pending() == 0
    assert peer.recv(100) == frame(b"x")


def test_an_uncork_without_a_cork_is_misuse(channel):
    with pytest.raises(ValueError, match="not corked"):
        channel.uncork()
    channel.cork()
    channel.uncork()
    with pytest.raises(ValueError):
        channel.uncork()


@pytest.mark.parametrize("timeout, error", [("1", TypeError), (float("nan"), ValueError)])
def test_an_uncork_with_a_time_that_is_none_leaves_the_cork(channel, timeout, error):
    channel.cork()
    with pytest.raises(error):
        channel.uncork(timeout)
    assert channel.corked


@pytest.mark.parametrize("attribute", ["corked", "encrypted"])
def test_questions_cannot_be_assigned(channel, attribute):
    with pytest.raises(AttributeError):
        setattr(channel, attribute, True)


def test_pending_tells_how_much_is_collected(channel):
    channel.cork()
    channel.send(b"abc")
    channel.send(b"")
    assert channel.pending() == len(frame(b"abc") + frame(b""))


def test_a_flush_sends_what_is_collected_and_the_cork_stays(channel, peer):
    channel.cork()
    channel.send(b"first")
    channel.flush()
    assert peer.recv(100) == frame(b"first")
    channel.send(b"second")
    assert channel.pending() == len(frame(b"second"))


def test_the_block_of_corking_is_one_write(channels):
    here, there = channels
    with here.corking() as corked:
        assert corked is here and here.corked
        for payload in PAYLOADS:
            here.send(payload)
    assert writes_of(here) == 1
    assert not here.corked
    assert [there.recv(LONG) for _ in PAYLOADS] == PAYLOADS


def test_blocks_of_corking_may_be_nested(channel, peer):
    with channel.corking():
        with channel.corking():
            channel.send(b"inner")
        assert channel.pending() == len(frame(b"inner"))
        channel.send(b"outer")
    assert writes_of(channel) == 1
    assert peer.recv(100) == frame(b"inner") + frame(b"outer")


def test_a_block_of_corking_that_fails_takes_its_cork_away_and_its_error_goes_on(channel, peer):
    with pytest.raises(ZeroDivisionError):
        with channel.corking():
            channel.send(b"before")
            raise ZeroDivisionError
    assert not channel.corked
    assert peer.recv(100) == frame(b"before")


def test_a_block_of_corking_that_fails_does_not_wait(channels):
    here, there = channels
    in_the_way = stall(here.stream)
    with pytest.raises(ZeroDivisionError):
        with here.corking():
            here.send(b"kept")
            raise ZeroDivisionError
    assert not here.corked and here.pending() == len(frame(b"kept"))
    there.stream.read(in_the_way, LONG)
    here.flush(LONG)
    assert there.recv(LONG) == b"kept"


def test_the_end_of_corking_keeps_its_time(channels):
    here, there = channels
    in_the_way = stall(here.stream)
    with pytest.raises(firth.TimeoutError):
        with here.corking(timeout=0.01):
            here.send(b"kept")
    assert not here.corked and here.pending() == len(frame(b"kept"))
    there.stream.read(in_the_way, LONG)
    here.flush(LONG)
    assert there.recv(LONG) == b"kept"


def test_the_end_of_corking_tells_that_the_channel_was_closed(channel):
    with pytest.raises(firth.ClosedError):
        with channel.corking():
            channel.close()


def test_what_would_go_over_the_limit_lets_the_others_leave_first(small, peer):
    small.cork()
    small.send(b"a" * 60)
    assert writes_of(small) == 0
    small.send(b"b" * 60)
    assert peer.recv(1000) == frame(b"a" * 60)
    assert small.pending() == len(frame(b"b" * 60))


def test_a_frame_larger_than_the_queue_leaves_behind_what_is_in_it(small, peer):
    small.cork()
    small.send(b"small")
    small.send(b"large" * 100)
    assert small.pending() == 0
    assert writes_of(small) == 1
    expected = frame(b"small") + frame(b"large" * 100)
    assert receive(peer, len(expected)) == expected


def test_a_full_queue_takes_no_more_from_who_does_not_wait(stalled, peer):
    channel, in_the_way = stalled
    channel.send(b"a" * 60, 0)
    with pytest.raises(firth.BusyError):
        channel.send(b"b" * 60, 0)
    assert channel.pending() == len(frame(b"a" * 60))
    receive(peer, in_the_way)
    channel.flush(LONG)
    assert receive(peer, 66) == frame(b"a" * 60)


def test_a_full_queue_makes_the_sender_wait(stalled, peer):
    channel, in_the_way = stalled
    channel.send(b"a" * 60)
    with while_blocked(channel.send, b"b" * 60, LONG) as blocked:
        receive(peer, in_the_way)
    blocked.result()
    channel.uncork(LONG)
    assert receive(peer, 132) == frame(b"a" * 60) + frame(b"b" * 60)


def test_what_a_signal_handler_raises_ends_a_send_that_waits_for_the_queue(stalled, peer, ring):
    channel, in_the_way = stalled
    channel.send(b"a" * 60)
    with pytest.raises(Rung):
        ring(channel.send, b"b" * 60)
    receive(peer, in_the_way)
    channel.uncork(LONG)
    assert receive(peer, 66) == frame(b"a" * 60)


def test_what_a_signal_handler_raises_ends_an_uncork(stalled, peer, ring):
    channel, in_the_way = stalled
    channel.send(b"a" * 60)
    with pytest.raises(Rung):
        ring(channel.uncork)
    assert not channel.corked
    receive(peer, in_the_way)
    channel.flush(LONG)
    assert receive(peer, 66) == frame(b"a" * 60)


def test_what_a_signal_handler_raises_ends_a_finish_of_what_is_collected(stalled, ring):
    channel, _ = stalled
    channel.send(b"a" * 60)
    with pytest.raises(Rung):
        ring(channel.finish, None)
    assert channel.closed


@pytest.mark.parametrize("call", ["send", "uncork", "flush"])
def test_close_from_another_thread_wakes_who_waits_for_the_queue(stalled, call):
    channel, _ = stalled
    channel.send(b"a" * 60)
    calls = {"send": (channel.send, b"b" * 60), "uncork": (channel.uncork,),
             "flush": (channel.flush,)}
    with while_blocked(*calls[call]) as blocked:
        with pytest.raises(firth.UnsentError):
            channel.close()
    with pytest.raises(firth.ClosedError):
        blocked.result()


def test_an_uncork_that_waits_lets_other_threads_run(stalled, peer):
    channel, in_the_way = stalled
    channel.send(b"a" * 60)
    with while_blocked(channel.uncork) as blocked:
        receive(peer, in_the_way)
    blocked.result()
    assert receive(peer, 66) == frame(b"a" * 60)


@pytest.mark.parametrize("question", ["recv", "poll"])
def test_receiving_first_sends_what_is_collected(channels, question):
    here, there = channels
    here.cork()
    here.send(b"question")
    with while_blocked(getattr(here, question), LONG) as blocked:
        assert there.recv(LONG) == b"question"
        there.send(b"answer")
    assert blocked.result() == {"recv": b"answer", "poll": True}[question]


def test_a_receive_goes_on_while_the_peer_takes_nothing(stalled, peer):
    channel, in_the_way = stalled
    channel.send(b"kept")
    with while_blocked(channel.recv, LONG) as blocked:
        peer.sendall(frame(b"came"))
    assert blocked.result() == b"came"
    receive(peer, in_the_way)
    channel.flush(LONG)
    assert receive(peer, 10) == frame(b"kept")


def test_a_try_to_receive_wants_either_direction_then(stalled):
    channel, _ = stalled
    channel.send(b"kept")
    with pytest.raises(firth.TimeoutError) as caught:
        channel.recv(0)
    assert caught.value.wants == "either"


def test_two_ends_with_full_queues_do_not_wait_for_each_other(streams):
    payload = b"x" * (1 << 20)
    limits = firth.Limits(queue=8 << 20)
    ends = [firth.Channel(stream, compress=False, limits=limits) for stream in streams]
    for end in ends:
        end.cork()

    def exchange(channel):
        for _ in range(4):
            channel.send(payload, 0)
        received = [channel.recv(LONG) for _ in range(4)]
        channel.flush(LONG)
        return received
    exchanging = [Caller(exchange, end) for end in ends]
    received = [caller.result() for caller in exchanging]
    assert received == [[payload] * 4] * 2


def test_closing_gives_what_is_collected_one_try(channel, peer):
    channel.cork()
    channel.send(b"last")
    channel.close()
    assert peer.recv(100) == frame(b"last")


def test_closing_tells_what_is_lost(stalled):
    channel, _ = stalled
    channel.send(b"lost")
    with pytest.raises(firth.UnsentError) as caught:
        channel.close()
    assert caught.value.count == len(frame(b"lost"))


def test_the_end_of_with_sends_what_is_collected(channel, peer):
    with channel:
        channel.cork()
        channel.send(b"last")
    assert peer.recv(100) == frame(b"last")


def test_a_forked_child_sends_nothing_that_its_parent_collected(channels):
    here, there = channels
    here.cork()
    here.send(b"once")

    def child():
        try:
            here.flush()
        except firth.ForkedError:
            return 0
        return 1
    assert in_child(child) == 0
    here.uncork()
    here.send(b"more")
    assert [there.recv(LONG), there.recv(LONG)] == [b"once", b"more"]


def test_an_object_of_python_is_given_all_in_one_write(sockets):
    plain = Plain(sockets[0])
    channel = firth.Channel(plain)
    with channel.corking():
        for payload in PAYLOADS:
            channel.send(payload)
    assert plain.written == [frames(PAYLOADS)]


def test_what_an_object_raises_when_uncorked_comes_out_and_nothing_is_lost(sockets):
    class Reluctant(Plain):
        """Raises once."""

        refuses = True

        def write(self, data):
            if self.refuses:
                self.refuses = False
                raise LookupError("not yet")
            super().write(data)

    reluctant = Reluctant(sockets[0])
    channel = firth.Channel(reluctant)
    with pytest.raises(LookupError, match="not yet"):
        with channel.corking():
            channel.send(b"kept")
    channel.flush()
    assert reluctant.written == [frame(b"kept")]


def test_senders_of_several_threads_keep_their_own_order(channels):
    here, there = channels
    here.cork()
    senders = [Caller(lambda n=n: [here.send(b"%d %d" % (n, i)) for i in range(100)])
               for n in range(4)]
    for sender in senders:
        sender.result()
    here.uncork()
    received = [tuple(map(int, there.recv(LONG).split())) for _ in range(400)]
    for n in range(4):
        assert [i for sender, i in received if sender == n] == list(range(100))
