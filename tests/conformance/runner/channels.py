"""Batches and corks: what leaves, when, in how many writes. The bytes are those of a plain channel."""

import inspect
import sys
import time

import seeded
import wire

from runner.case import BATCHING, CORKS, Case
from runner.compare import require_equal
from runner.process import Failure

NEVER = -1  # a batch_timeout: only a full batch, flush, receiving and the end send it
SMALL = [b"payload %d" % number for number in range(25)]
MIXED = [b"", b"\n", seeded.named("text", 3000), seeded.named("text", 3001),
         seeded.named("random", 64000), seeded.named("random", 20000)]
NEEDS = {"batching": frozenset([BATCHING]), "corks": frozenset([CORKS])}


def cases():
    """The functions below whose names begin with "batching_" or "corks_"."""
    for name, function in inspect.getmembers(sys.modules[__name__], inspect.isfunction):
        group, _, words = name.partition("_")
        if group in NEEDS:
            yield Case(f"{group}/{words.replace('_', '-')}", group, inspect.getdoc(function), function,
                       NEEDS[group])


def framed(payloads):
    return b"".join(map(wire.frame_of, payloads))


def send_all(session, payloads):
    for payload in payloads:
        session.expect("ok", "send", payload)


def open_batching(session, size=10, timeout=NEVER, **options):
    return session.connect(preset="batching", batch_size=size, batch_timeout=timeout, **options)


def require_there(what, far, payloads):
    """That the frames of these payloads have arrived by now, and no others."""
    require_equal(what, far.there(), framed(payloads))


def require_writes(session, before, count):
    made = session.number("writes") - before
    if made != count:
        raise Failure(f"{made} writes instead of {count}")


def batching_leaves_when_it_is_full(session):
    """Nothing before the tenth payload, then all ten by one write."""
    far = open_batching(session)
    before = session.number("writes")
    for start in (0, 10):
        send_all(session, SMALL[start:start + 9])
        require_there("before the batch is full", far, [])
        send_all(session, SMALL[start + 9:start + 10])
        require_there("the batch", far, SMALL[start:start + 10])
    require_writes(session, before, 2)


def batching_of_ten_is_the_default(session):
    """As many as rpyc's users are told, without an option."""
    far = session.connect(preset="batching", batch_timeout=NEVER)
    send_all(session, SMALL[:9])
    require_there("before the batch is full", far, [])
    send_all(session, SMALL[9:10])
    require_there("the batch", far, SMALL[:10])


def batching_changes_no_byte(session):
    """Batches of 1, 2, 3, 7 and 100 payloads: the bytes of a plain channel, in order, once."""
    for size in (1, 2, 3, 7, 100):
        far = open_batching(session, size)
        far.receive()
        send_all(session, MIXED + SMALL)
        session.expect("ok", "flush 5")
        require_equal(f"batches of {size}", far.take(len(framed(MIXED + SMALL))), framed(MIXED + SMALL))
        session.expect("ok", "close")
        require_equal("after the last frame", far.take(1), b"")


def batching_leaves_when_its_time_has_come(session):
    """Without any further call, and not before."""
    far = open_batching(session, 10, 0.05)
    began = time.monotonic()
    send_all(session, SMALL[:3])
    require_equal("the batch", far.received(len(framed(SMALL[:3]))), framed(SMALL[:3]))
    if time.monotonic() - began < 0.05:
        raise Failure("the batch left before its time")
    send_all(session, SMALL[3:4])
    require_equal("the next one", far.received(len(framed(SMALL[3:4]))), framed(SMALL[3:4]))


def batching_has_a_time_by_default(session):
    """A tenth of a second, without an option."""
    far = session.connect(preset="batching")
    began = time.monotonic()
    send_all(session, SMALL[:1])
    require_equal("the batch", far.received(len(framed(SMALL[:1]))), framed(SMALL[:1]))
    if time.monotonic() - began < 0.1:
        raise Failure("the batch left before its time")


def batching_keeps_what_a_stalled_peer_does_not_take(session):
    """More than a socket holds: nothing is lost, doubled or reordered when the peer reads at last."""
    payloads = [seeded.named("random", 100000, start) for start in range(9)]
    far = open_batching(session, 10, 0.01, compress=0)
    send_all(session, payloads)
    far.receive()
    expected = b"".join(map(wire.seal, payloads))
    require_equal("the batch", far.take(len(expected)), expected)


def batching_waits_for_ever_without_a_time(session):
    """Nothing leaves by itself; flush sends it, by one write."""
    far = open_batching(session)
    before = session.number("writes")
    send_all(session, MIXED[:4])
    session.expect("ok", "flush 5")
    require_there("the batch", far, MIXED[:4])
    require_writes(session, before, 1)
    session.expect("ok", "flush 5")
    require_writes(session, before, 1)


def batching_is_sent_before_receiving(session):
    """recv sends what is collected, also one that only tries, and so does poll."""
    for line, answer in (("recv 0", "error timeout"), ("recv 0.01", "error timeout"),
                         ("poll 0", "false"), ("poll 0.01", "false")):
        far = open_batching(session)
        send_all(session, SMALL[:3])
        require_there(f"before {line}", far, [])
        session.expect(answer, line)
        require_there(f"with {line}", far, SMALL[:3])


def batching_answers_a_peer_that_waits_for_it(session):
    """A question, collected, and its answer: recv alone brings both about."""
    far = open_batching(session)
    far.answer(framed(SMALL[:1]), framed([b"the answer"]))
    send_all(session, SMALL[:1])
    require_equal("recv 5", session.expect("payload", "recv 5").data, b"the answer")


def batching_bounds_what_it_collects(session):
    """A payload that would go over the queue's limit first sends what is there."""
    far = open_batching(session, 100, limits={"queue": 101})
    send_all(session, [b"x" * 44, b"y" * 44])
    require_there("two frames of 50 bytes", far, [])
    send_all(session, [b"z"])
    first, expected = far.there(), framed([b"x" * 44, b"y" * 44, b"z"])
    require_equal("what was queued", first[:100], expected[:100])
    session.expect("ok", "flush 5")
    require_equal("all", first + far.there(), expected)


def batching_is_finished(session):
    """finish sends what is collected, and then the end."""
    far = open_batching(session)
    far.receive()
    send_all(session, SMALL[:3])
    session.expect("ok", "finish 5")
    expected = framed(SMALL[:3])
    require_equal("the peer's bytes", far.take(len(expected) + 1), expected)


def batching_is_closed(session):
    """close gives what is collected one try, without waiting."""
    far = open_batching(session)
    far.receive()
    send_all(session, SMALL[:3])
    session.expect("ok", "close")
    expected = framed(SMALL[:3])
    require_equal("the peer's bytes", far.take(len(expected) + 1), expected)


def batching_compresses(session):
    """Compressed frames of level 9, in one write."""
    far = open_batching(session, 10, compression_level=9)
    before = session.number("writes")
    payloads = [seeded.named("text", 4000, start) for start in range(10)]
    send_all(session, payloads)
    require_equal("the batch", far.there(), b"".join(wire.frame_of(p, 9) for p in payloads))
    require_writes(session, before, 1)


def batching_tells_of_a_peer_that_has_gone(session):
    """What the time-out could not send is told by the next call."""
    open_batching(session, 10, 0.01).close()
    session.expect("ok", "send", b"hello")
    session.expect("error connection_lost", "flush 5")


def corks_collect_into_one_write(session):
    """Nothing leaves until uncork; then everything does, at once."""
    far = session.connect()
    before = session.number("writes")
    session.expect("false", "corked")
    session.expect("ok", "cork")
    session.expect("true", "corked")
    send_all(session, SMALL)
    require_there("corked", far, [])
    session.expect("ok", "uncork 5")
    session.expect("false", "corked")
    require_there("uncorked", far, SMALL)
    require_writes(session, before, 1)


def corks_change_no_byte(session):
    """Payloads of any size, corked, compressed or not."""
    for options in ({}, {"compress": 0}):
        far = session.connect(**options)
        far.receive()
        session.expect("ok", "cork")
        send_all(session, MIXED)
        session.expect("ok", "uncork 5")
        expected = b"".join(wire.frame_of(p, options.get("compress", 1)) for p in MIXED)
        require_equal("uncorked", far.take(len(expected)), expected)


def corks_are_counted(session):
    """Each cork wants an uncork of its own."""
    far = session.connect()
    session.expect("ok", "cork")
    session.expect("ok", "cork")
    send_all(session, SMALL[:2])
    session.expect("ok", "uncork 5")
    session.expect("true", "corked")
    require_there("still corked", far, [])
    session.expect("ok", "uncork 5")
    require_there("uncorked", far, SMALL[:2])


def corks_that_are_not_there_cannot_be_taken(session):
    """uncork without cork is misuse, and costs nothing."""
    far = session.connect()
    session.expect("error invalid", "uncork 0")
    send_all(session, SMALL[:1])
    require_there("as ever", far, SMALL[:1])


def corks_let_a_flush_through(session):
    """flush sends what is collected; the cork stays."""
    far = session.connect()
    session.expect("ok", "cork")
    send_all(session, SMALL[:2])
    session.expect("ok", "flush 5")
    require_there("flushed", far, SMALL[:2])
    send_all(session, SMALL[2:4])
    require_there("still corked", far, [])
    session.expect("ok", "uncork 5")
    require_there("uncorked", far, SMALL[2:4])


def corks_let_a_receive_through(session):
    """recv sends what is collected before it waits."""
    far = session.connect()
    session.expect("ok", "cork")
    send_all(session, SMALL[:2])
    session.expect("error timeout", "recv 0")
    require_there("sent", far, SMALL[:2])
    session.expect("true", "corked")


def corks_bound_what_they_collect(session):
    """A payload that would go over the queue's limit first sends what is there; a larger one than
    the queue goes out behind it."""
    far = session.connect(limits={"queue": 101})
    session.expect("ok", "cork")
    send_all(session, [b"x" * 44, b"y" * 44])
    require_there("two frames of 50 bytes", far, [])
    send_all(session, [b"z"])
    session.expect("ok", "send", b"w" * 200)
    require_there("all, behind one another", far, [b"x" * 44, b"y" * 44, b"z", b"w" * 200])
    session.expect("ok", "uncork 5")
    require_there("no more", far, [])


def corks_hold_a_batch(session):
    """Neither a full batch nor its time-out sends what is corked."""
    far = open_batching(session, 2, 0.01)
    session.expect("ok", "cork")
    send_all(session, SMALL[:5])
    far.quiet(0.05)
    session.expect("ok", "uncork 5")
    require_there("uncorked", far, SMALL[:5])


def corks_are_closed_over(session):
    """finish sends what is collected, corked or not."""
    far = session.connect()
    far.receive()
    session.expect("ok", "cork")
    send_all(session, SMALL[:3])
    session.expect("ok", "finish 5")
    expected = framed(SMALL[:3])
    require_equal("the peer's bytes", far.take(len(expected) + 1), expected)
