"""Waiting, time-outs, closing: what a channel does besides reading and writing frames."""

import inspect
import sys

import seeded
import wire

from runner.case import Case
from runner.compare import require_equal

FRAME = wire.seal(b"hello")


def cases():
    """The functions below whose names begin with "when_"."""
    for name, function in inspect.getmembers(sys.modules[__name__], inspect.isfunction):
        if name.startswith("when_"):
            words = name.removeprefix("when_").replace("_", "-")
            yield Case(f"exchange/{words}", "exchange", inspect.getdoc(function), function)


def expect_payload(session, expected, line="recv 5"):
    require_equal(line, session.expect("payload", line).data, expected)


def when_nothing_came(session):
    """poll says false, recv says that the time ran out; then a payload comes as ever."""
    far = session.connect()
    session.expect("false", "poll 0")
    session.expect("false", "poll 0.01")
    session.expect("error timeout", "recv 0")
    session.expect("error timeout", "recv 0.01")
    far.send_now(FRAME)
    session.expect("true", "poll 5")
    expect_payload(session, b"hello")
    session.expect("false", "poll 0")


def when_a_frame_is_half_there(session):
    """recv says that the time ran out, at every byte of the frame, and loses nothing."""
    far = session.connect()
    for at in range(len(FRAME) - 1):
        far.send_now(FRAME[at:at + 1])
        session.expect("error timeout", "recv 0.01")
    far.send_now(FRAME[-1:] + FRAME)
    expect_payload(session, b"hello")
    expect_payload(session, b"hello")


def when_a_long_frame_is_half_there(session):
    """The same for a body of many reads."""
    payload = seeded.named("random", 300000)
    frame = wire.frame_of(payload)
    far = session.connect()
    for start in range(0, 200000, 50000):
        far.send_now(frame[start:start + 50000])
        session.expect("error timeout", "recv 0.01")
    far.send([frame[200000:]])
    expect_payload(session, payload)


def when_many_frames_are_there(session):
    """Frames that came at once are received one by one, and poll sees each."""
    payloads = [b"%d" % number for number in range(100)]
    far = session.connect()
    far.send([b"".join(map(wire.seal, payloads))], end=True)
    for payload in payloads:
        session.expect("true", "poll 5")
        expect_payload(session, payload)
    session.expect("true", "poll 5")
    session.expect("error eof", "recv 5")


def when_both_sides_send(session):
    """What was received is sent back, over one connection, again and again."""
    far = session.connect()
    far.receive()
    for size in (0, 1, 3000, 3001, 64000, 300000):
        payload = seeded.named("random", size)
        frame = wire.frame_of(payload)
        far.send([frame])
        expect_payload(session, payload)
        session.expect("ok", "send", payload)
        require_equal(f"{size} bytes", far.take(len(frame)), frame)


def when_closed_here(session):
    """Everything says so, and closing again is fine."""
    session.connect()
    session.expect("ok", "close")
    session.expect("error closed", "recv 0")
    session.expect("error closed", "send", b"hello")
    session.expect("error closed", "poll 0")
    session.expect("ok", "close")


def when_closed_here_the_peer_sees_it(session):
    """What was sent before closing arrives, and then the end."""
    far = session.connect()
    far.receive()
    session.expect("ok", "send", b"hello")
    session.expect("ok", "close")
    require_equal("the peer's bytes", far.take(len(FRAME) + 1), FRAME)


def when_the_peer_has_gone(session):
    """Sending says that the connection was lost."""
    session.connect().close()
    session.expect("error connection_lost", "send", bytes(4000))


def when_no_one_listens(session):
    """A path without a file is told, and a connection can be made afterwards."""
    session.expect("error file_not_found", f"connect unix {session.folder}/nobody")
    far = session.connect()
    far.send([FRAME])
    expect_payload(session, b"hello")
