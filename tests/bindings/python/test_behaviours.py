"""One suite of behaviours over every kind of stream."""

import gc
import os
import select

import pytest

import firth
from kinds import NAMES, UNTIMED, all_kinds
from support import LONG, Caller, Rung, while_blocked

# More than any of them holds on its way.
MUCH = 40 << 20


@pytest.fixture(scope="module")
def kinds(certificates, tmp_path_factory):
    with all_kinds(certificates, tmp_path_factory.mktemp("r")) as made:
        yield made


@pytest.fixture(params=NAMES)
def kind(request):
    return request.param


@pytest.fixture
def ends(kinds, kind, no_descriptor_left):
    near, far = getattr(kinds, kind)()
    yield near, far
    for end in (near, far):
        try:
            end.close()
        except firth.UnsentError:
            pass


def time_for(kind):
    """What a call may take that writes, or may have to."""
    return () if kind in UNTIMED else (LONG,)


def test_a_read_gives_exactly_what_it_was_asked_for(ends):
    near, far = ends
    with while_blocked(near.read, 6) as reading:
        far.write(b"ab")
        far.write(b"cdefgh")
        far.flush()
    assert reading.result() == b"abcdef"
    assert near.read_some(2, LONG) == b"gh"


def test_a_write_takes_all(ends, kind):
    near, far = ends
    data = os.urandom(3 << 20)
    reading = Caller(far.read, len(data), LONG)
    near.write(data, *time_for(kind))
    near.flush(*time_for(kind))
    assert reading.result() == data


def test_poll_says_whether_there_is_something_to_read(ends):
    near, far = ends
    assert near.poll() is False
    assert near.poll(0.001) is False
    far.write(b"x")
    assert near.poll(LONG) is True
    assert near.read(1, LONG) == b"x"
    far.finish()
    assert near.poll(LONG) is True


def test_a_time_out_loses_nothing(ends):
    near, far = ends
    far.write(b"ab")
    assert near.poll(LONG)
    for timeout in (0.001, 0):
        with pytest.raises(firth.TimeoutError):
            near.read(4, timeout)
    far.write(b"cd")
    assert near.read(4, LONG) == b"abcd"


def test_a_write_that_runs_out_of_time_says_what_was_taken(ends, kind):
    near, far = ends
    if kind in UNTIMED:
        with pytest.raises(firth.NotSupportedError, match="cannot keep a time-out"):
            near.write(bytes(MUCH), 0.001)
        return
    data = os.urandom(1 << 20) * (MUCH >> 20)
    with pytest.raises(firth.TimeoutError) as caught:
        near.write(data, 0.001)
    taken = caught.value.count
    assert 0 < taken < len(data)
    flushing = Caller(near.flush, LONG)
    assert far.read(taken, LONG) == data[:taken]
    flushing.result()


@pytest.mark.parametrize("call", ["read", "write", "poll"])
def test_close_from_another_thread_wakes(ends, call):
    near, _ = ends
    calls = {"read": (near.read, 1), "write": (near.write, bytes(MUCH)), "poll": (near.poll, None)}
    with while_blocked(*calls[call]) as blocked:
        try:
            near.close()
        except firth.UnsentError:
            assert call == "write"
    with pytest.raises(firth.ClosedError):
        blocked.result()
    assert near.closed


def test_after_close_every_call_says_so(ends):
    near, _ = ends
    near.close()
    near.close()
    for call in (lambda: near.read(1), lambda: near.write(b"x"), near.poll, near.fileno,
                 lambda: near.read_some(1), near.flush):
        with pytest.raises(firth.ClosedError):
            call()


def test_the_end_of_the_stream_is_a_clean_loss(ends):
    near, far = ends
    far.write(b"last")
    far.finish()
    assert near.read(4, LONG) == b"last"
    for _ in range(2):
        with pytest.raises(firth.ConnectionLostError) as caught:
            near.read(1, LONG)
        assert caught.value.clean
    assert near.closed


def test_an_end_inside_a_read_is_no_clean_loss(ends):
    near, far = ends
    far.write(b"half")
    far.finish()
    with pytest.raises(firth.ConnectionLostError) as caught:
        near.read(8, LONG)
    assert not caught.value.clean


def test_one_thread_reads_while_another_writes(ends, kind):
    near, far = ends
    data = os.urandom(2 << 20)
    reading = [Caller(end.read, len(data), LONG) for end in (near, far)]

    def write(end, *timeout):
        end.write(data, *timeout)
        end.flush(*timeout)
    writing = [Caller(write, near, *time_for(kind)), Caller(write, far, LONG)]
    assert [caller.result() for caller in reading] == [data, data]
    for caller in writing:
        caller.result()


def test_an_interrupted_read_loses_nothing(ends, ring):
    near, far = ends
    far.write(b"ab")
    assert near.poll(LONG)
    with pytest.raises(Rung):
        ring(near.read, 4)
    far.write(b"cd")
    assert near.read(4, LONG) == b"abcd"


def test_an_interrupted_send_is_finished_by_flush(ends, ring):
    channel, far = (firth.Channel(end, compress=False) for end in ends)
    payload = os.urandom(1 << 20) * (MUCH >> 20)
    with pytest.raises(Rung):
        ring(channel.send, payload)
    flushing = Caller(channel.flush)
    assert far.recv(LONG) == payload
    flushing.result()
    assert channel.pending() == 0


def test_payloads_go_both_ways(ends, kind):
    near, far = map(firth.Channel, ends)
    for payload in (b"", b"x" * 3000, b"x" * 3001, os.urandom(100000)):
        receiving = Caller(far.recv, LONG)
        near.send(payload, *time_for(kind))
        near.flush(*time_for(kind))
        assert receiving.result() == payload
        sending = Caller(far.send, payload, LONG)
        assert near.recv(LONG) == payload
        sending.result()


def test_a_stream_passes_from_one_channel_to_the_next(ends):
    near, far = ends
    sender = firth.Channel(far)
    sender.send(b"first")
    sender.send(b"second")
    assert firth.Channel(near).recv(LONG) == b"first"
    gc.collect()
    assert firth.Channel(near).recv(LONG) == b"second"
    far.write(b"bare")
    assert near.read(4, LONG) == b"bare"


def test_its_descriptor_becomes_readable(ends):
    near, far = ends
    descriptor = near.fileno()
    far.write(b"x")
    assert select.select([descriptor], [], [], LONG)[0] == [descriptor]
    assert near.read(1, LONG) == b"x"


def test_finish_sends_what_was_collected(ends):
    near, far = ends

    def hear_to_the_end():
        heard = far.read(5, LONG)
        with pytest.raises(firth.ConnectionLostError):
            far.read(1, LONG)
        return heard
    hearing = Caller(hear_to_the_end)
    near.write(b"bytes")
    near.finish()
    assert hearing.result() == b"bytes"
    assert near.closed


def test_counters_tell_what_went_through(ends):
    near, far = ends
    far.write(b"abc")
    near.read(3, LONG)
    near.write(b"de")
    assert near.counters()[:2] == (3, 2)


def test_corked_payloads_arrive_in_order(ends, kind):
    near, far = map(firth.Channel, ends)
    with near.corking(*time_for(kind)):
        for n in range(100):
            near.send(b"%d" % n)
    near.flush(*time_for(kind))
    assert [far.recv(LONG) for _ in range(100)] == [b"%d" % n for n in range(100)]


def test_a_full_batch_arrives(ends, kind):
    near, far = firth.BatchingChannel(ends[0], 3, None), firth.Channel(ends[1])
    for payload in (b"one", b"two", b"three"):
        near.send(payload, *time_for(kind))
    assert [far.recv(LONG) for _ in range(3)] == [b"one", b"two", b"three"]


def test_a_batch_arrives_when_its_time_is_over_unless_that_is_refused(ends, kind):
    if kind in UNTIMED:
        with pytest.raises(firth.NotSupportedError, match="batch_timeout"):
            firth.BatchingChannel(ends[0])
        return
    near, far = firth.BatchingChannel(ends[0], 10, 0.01), firth.Channel(ends[1])
    near.send(b"payload")
    assert far.recv(LONG) == b"payload"


def test_encrypted_payloads_go_both_ways_and_end(ends, kind):
    key = firth.generate_key()
    near, far = (firth.EncryptedChannel(end, key) for end in ends)

    def answer():
        far.send(far.recv(LONG)[::-1], LONG)
        with pytest.raises(firth.ConnectionLostError) as caught:
            far.recv(LONG)
        return caught.value.clean
    answering = Caller(answer)
    near.send(b"question", *time_for(kind))
    near.flush(*time_for(kind))
    assert near.recv() == b"noitseuq"
    near.finish()
    assert answering.result() is True


@pytest.mark.parametrize("order", ["streams first", "channel first"])
def test_what_is_dropped_unclosed_leaves_nothing_behind(kinds, kind, order):
    near, far = getattr(kinds, kind)()
    channel = firth.Channel(near)
    if order == "streams first":
        del near, far
        gc.collect()
        assert not channel.closed
        del channel
    else:
        del channel
        gc.collect()
        far.write(b"x")
        assert near.read(1, LONG) == b"x"
