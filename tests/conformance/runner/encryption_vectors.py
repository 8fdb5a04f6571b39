"""The fixed vectors of the encryption, by codec and by channel, as either side."""

import hashlib

import wire

from runner.case import ENCRYPTION, Case
from runner.compare import require_equal
from runner.data import encrypted_sessions, ratchet_by_bytes
from runner.encrypted import feed
from runner.process import Failure

NEEDS = frozenset([ENCRYPTION])
OTHER = {"left": "right", "right": "left"}
GROUP = "encryption vectors"


def cases():
    for name, (key, sides) in encrypted_sessions().items():
        for side in sides:
            for way in (by_channel, by_codec):
                yield Case(f"encryption-{name}/{side}/{way.__name__.removeprefix('by_')}", GROUP,
                           f"a key of {len(key)} bytes: the bytes of the {side} side, and what it reads",
                           bound(way, key, sides[side], sides[OTHER[side]]), NEEDS)
    yield Case("encryption-ratchet/codec", GROUP, "a key is replaced after 64 MiB", ratchet, NEEDS)


def bound(way, key, own, peer):
    def run(session):
        options = {"key": key, "compress": 1, "compression_level": 1}
        way(session, session.with_private_key(own.private_key), own, peer, options)
    return run


def by_codec(session, side, own, peer, options):
    side.codec(**options)
    require_equal("hello", side.expect("bytes", "hello").data, own.hello)
    feed(side, peer.hello)
    side.expect("more", "decode")
    data = b"".join(side.expect("bytes", "encode", payload).data for payload in own.payloads)
    ready, *frames = wire.split(data)
    require_equal("ready", ready, own.ready)
    require_frames(frames, own)
    require_equal("end", side.expect("bytes", "encode-end").data, own.end)
    feed(side, b"".join([peer.ready, *peer.frames, peer.end]))
    for number, payload in enumerate(peer.payloads):
        require_equal(f"payload {number}", side.expect("payload", "decode").data, payload)
    side.expect("error eof", "decode")


def by_channel(session, side, own, peer, options):
    far = session.far_end_of(side, preset="encrypted", **options)
    far.send_now(b"".join([peer.hello, peer.ready, *peer.frames, peer.end]))
    for number, payload in enumerate(peer.payloads):
        require_equal(f"payload {number}", side.expect("payload", "recv 5").data, payload)
    side.expect("error eof", "recv 5")
    far = session.far_end_of(side, preset="encrypted", **options)
    require_equal("hello", far.received(len(own.hello)), own.hello)
    far.send_now(peer.hello + peer.ready)
    side.expect("ok", "handshake 5")
    require_equal("ready", far.received(len(own.ready)), own.ready)
    for payload in own.payloads:
        side.expect("ok", "send", payload)
    require_frames([far.frame() for _ in own.frames], own)
    side.expect("ok", "finish 5")
    require_equal("end", far.received(len(own.end) + 1), own.end)


def require_frames(frames, own):
    if len(frames) != len(own.frames):
        raise Failure(f"{len(frames)} frames instead of {len(own.frames)}")
    for number, frame in enumerate(frames):
        if number not in own.varying:
            require_equal(f"frame {number}", frame, own.frames[number])


def ratchet(session):
    """Of the sealing side the bytes, of the opening side the payloads."""
    vector = ratchet_by_bytes()
    sides = next(sides for key, sides in encrypted_sessions().values() if key == vector.shared_key)
    sealing, opening = (session.with_private_key(sides[side].private_key)
                        for side in (vector.side, OTHER[vector.side]))
    for side, peer in ((sealing, OTHER[vector.side]), (opening, vector.side)):
        side.codec(key=vector.shared_key)
        side.expect("bytes", "hello")
        feed(side, sides[peer].hello)
        side.expect("more", "decode")
    ready, whole = sides[vector.side].ready, hashlib.sha256()
    for number in range(1, vector.count):
        payload = bytes([number]) * vector.length
        data = sealing.expect("bytes", "encode", payload).data
        whole.update(data)
        frame = data[len(ready):] if number == 1 else data
        if vector.frames.get(number, sha256(frame)) != sha256(frame):
            raise Failure(f"frame {number} has not the checksum of the vector")
        feed(opening, data)
        require_equal(f"payload {number}", opening.expect("payload", "decode").data, payload)
    if whole.hexdigest() != vector.sha256:
        raise Failure("not all frames are those of the vector")


def sha256(data):
    return hashlib.sha256(data).hexdigest()
