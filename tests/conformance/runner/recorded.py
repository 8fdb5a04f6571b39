"""Each recorded frame, read and sent, by channel and by codec."""

from runner.case import Case
from runner.compare import require_equal
from runner.data import SIDES, expected_frame, recordings

TOO_OVER_TCP = ("handshake-tcp", "around-64000", "large")
RECV = "recv 5"


def cases():
    for recording in recordings():
        for side in SIDES:
            if recording.frames[side]:
                yield from cases_of(recording, side)


def cases_of(recording, side):
    ways = [("decode/channel", decode_by_channel), ("encode/channel", encode_by_channel),
            ("decode/codec", decode_by_codec), ("encode/codec", encode_by_codec)]
    if recording.scenario in TOO_OVER_TCP:
        ways += [("decode/channel-tcp", over_tcp(decode_by_channel)),
                 ("encode/channel-tcp", over_tcp(encode_by_channel))]
    for name, way in ways:
        yield Case(f"{recording.name}/{side}/{name}", f"recorded {recording.scenario}",
                   f"{recording.about}: what the {side} said", bound(way, recording, side))


def bound(way, recording, side):
    def run(session):
        way(session, recording, recording.frames[side], int(recording.compress[side]))
    return run


def over_tcp(way):
    def run(session, recording, frames, compress):
        way(session, recording, frames, compress, "tcp")
    return run


def decode_by_channel(session, recording, frames, compress, kind="unix"):
    far = session.connect(kind)
    far.send([frame.wire for frame in frames], end=True)
    for frame in frames:
        require_equal(frame, session.expect("payload", RECV).data, frame.payload)
    session.expect("error eof", RECV)


def encode_by_channel(session, recording, frames, compress, kind="unix"):
    far = session.connect(kind, compress=compress)
    far.receive()
    for frame in frames:
        expected = expected_frame(recording, frame)
        session.expect("ok", "send", frame.payload)
        require_equal(frame, far.take(len(expected)), expected)
    session.expect("ok", "close")
    require_equal("after the last frame", far.take(1), b"")


def decode_by_codec(session, recording, frames, compress):
    session.codec()
    for frame in frames:
        session.expect("ok", "feed", frame.wire)
        require_equal(frame, session.expect("payload", "decode").data, frame.payload)
    session.expect("more", "decode")
    session.expect("error eof", "end")


def encode_by_codec(session, recording, frames, compress):
    session.codec(compress=compress)
    for frame in frames:
        got = session.expect("bytes", "encode", frame.payload).data
        require_equal(frame, got, expected_frame(recording, frame))
