"""What an EncryptedChannel must not take: recorded sessions, altered on the way."""

import inspect
import sys
from typing import Callable, NamedTuple

import wire

from runner.case import ENCRYPTION, Case
from runner.encrypted import HELLO_SIZE, KEY, feed
from runner.read_vectors import ENDS, RECV, check, next_result

PAYLOADS = [b"the first", b"", b"the third"]
HELLO, READY, FIRST, SECOND, THIRD, END = range(6)
NAMES = ("hello", "ready", "first", "second", "third", "end")
KEY_AT = 14
# Points of small order of curve25519 (RFC 7748, section 6.1: their secret is zero), and the prime.
SMALL_ORDER = {
    "0": bytes(32), "1": bytes([1]) + bytes(31), "prime": bytes([0xed]) + b"\xff" * 30 + b"\x7f",
    "order-8": bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
}


class Alteration(NamedTuple):
    """`alter(frames, own)` gives the bytes that arrive; `own` is the receiver's hello.

    `results` are payloads (bytes) and error codes (str); the last one comes again and again.
    """

    name: str
    about: str
    alter: Callable
    results: list
    sender: dict = {}
    receiver: dict = {}
    replayed: bool = False  # recorded with another receiver


def then(payloads, code="encryption"):
    """So many payloads, and then that error."""
    return [*PAYLOADS[:payloads], code]


def cases():
    for alteration in alterations():
        for way in (by_channel, by_codec):
            name = way.__name__.removeprefix("by_")
            yield Case(f"altered/{alteration.name}/{name}", f"altered, by {name}", alteration.about,
                       bound(way, alteration), frozenset([ENCRYPTION]))


def bound(way, alteration):
    return lambda session: way(session, session.partner(), alteration)


def by_codec(session, sender, alteration):
    session.codec(key=KEY, **alteration.receiver)
    own = session.expect("bytes", "hello").data
    feed(session, alteration.alter(frames_of(sender, own, alteration), own))
    for number, expected in enumerate(alteration.results, 1):
        check(number, next_result(session), expected)
    if alteration.results[-1] not in ENDS:
        check("again", session.ask("decode"), alteration.results[-1])


def by_channel(session, sender, alteration):
    far = session.connect(preset="encrypted", key=KEY, **alteration.receiver)
    own = far.received(HELLO_SIZE)
    far.send([alteration.alter(frames_of(sender, own, alteration), own)], end=True)
    for number, expected in enumerate([*alteration.results, alteration.results[-1]], 1):
        check(number, session.ask(RECV), expected)


def frames_of(sender, peer_hello, alteration):
    """The whole session of a sender: its frames, one by one."""
    if alteration.replayed:
        sender.codec(key=KEY)
        peer_hello = sender.expect("bytes", "hello").data
    sender.codec(**{"key": KEY, **alteration.sender})
    data = sender.expect("bytes", "hello").data
    feed(sender, peer_hello)
    sender.expect("more", "decode")
    for payload in PAYLOADS:
        data += sender.expect("bytes", "encode", payload).data
    return wire.split(data + sender.expect("bytes", "encode-end").data)


def alterations():
    """Those of the functions below whose names begin with "by_way_of_"."""
    for name, function in inspect.getmembers(sys.modules[__name__], inspect.isgeneratorfunction):
        if name.startswith("by_way_of_"):
            yield from function()


def delivered_before(frame):
    return max(0, min(frame, END) - FIRST)


def flipped(frame, at):
    return frame[:at] + bytes([frame[at] ^ 1]) + frame[at + 1:]


def by_way_of_flips():
    places = {"length": 3, "flag": 4, "body": 5, "last-of-body": -2, "trailer": -1}
    for frame, frame_name in enumerate(NAMES):
        for place, at in places.items():
            yield Alteration(f"flip-{frame_name}-{place}", "one bit is another",
                             flips(frame, at), then(delivered_before(frame)))
    yield Alteration("flip-third-length-of-2-gib", "a length over the limit of frames",
                     lambda frames, own: b"".join([*frames[:THIRD], b"\x80" + frames[THIRD][1:]]), then(2))
    yield Alteration("flip-hello-unused", "the one bit of a public key that X25519 ignores",
                     lambda frames, own: hello_with(KEY_AT + 31, bytes([frames[HELLO][-2] ^ 0x80]))(frames, own),
                     then(0))


def flips(frame, at):
    return lambda frames, own: b"".join([*frames[:frame], flipped(frames[frame], at), *frames[frame + 1:]])


def by_way_of_orders():
    orders = {
        "without-ready": (0, [HELLO, FIRST, SECOND, THIRD, END]),
        "without-first": (0, [HELLO, READY, SECOND, THIRD, END]),
        "without-second": (1, [HELLO, READY, FIRST, THIRD, END]),
        "two-hellos": (0, [HELLO, HELLO, READY, FIRST]),
        "hello-again": (1, [HELLO, READY, FIRST, HELLO, SECOND]),
        "two-readies": (0, [HELLO, READY, READY, FIRST]),
        "ready-again": (1, [HELLO, READY, FIRST, READY, SECOND]),
        "first-twice": (1, [HELLO, READY, FIRST, FIRST, SECOND]),
        "first-again": (3, [HELLO, READY, FIRST, SECOND, THIRD, FIRST]),
        "swapped": (0, [HELLO, READY, SECOND, FIRST, THIRD, END]),
        "end-too-early": (1, [HELLO, READY, FIRST, END]),
        "no-hello": (0, [READY, FIRST, SECOND]),
    }
    for name, (payloads, order) in orders.items():
        yield Alteration(f"order-{name}", "frames repeated, left out, or in another order",
                         lambda frames, own, order=order: b"".join(frames[at] for at in order),
                         then(payloads))


def by_way_of_cuts():
    for frame, frame_name in enumerate(NAMES):
        for place, at in (("before", 0), ("inside", 5), ("one-byte-before-the-end-of", -1)):
            yield Alteration(f"cut-{place}-{frame_name}", "the bytes end without the sealed end",
                             cut(frame, at), then(delivered_before(frame), "connection_lost"))


def cut(frame, at):
    return lambda frames, own: b"".join(frames[:frame]) + frames[frame][:at]


def by_way_of_hellos():
    for name, point in SMALL_ORDER.items():
        yield Alteration(f"hello-key-{name}", "a public key that makes the secret zero",
                         hello_with(KEY_AT, point), then(0))
    yield Alteration("hello-version-2", "another version", hello_with(KEY_AT - 1, b"\2"), then(0))
    yield Alteration("hello-magic", "another magic", hello_with(wire.HEADER.size, b"FIRTH"), then(0))
    yield Alteration("hello-key-of-another", "another public key",
                     hello_with(KEY_AT, b"\x09" + bytes(31)), then(0))


def hello_with(at, data):
    def alter(frames, own):
        return b"".join([frames[HELLO][:at], data, frames[HELLO][at + len(data):], *frames[1:]])
    return alter


def untouched(frames, own):
    return b"".join(frames)


def by_way_of_others():
    yield Alteration("reflected", "the receiver's own hello comes back", lambda frames, own: own, then(0))
    yield Alteration("replayed", "a whole session with somebody else", untouched, then(0), replayed=True)
    yield Alteration("plain-peer", "a peer without encryption",
                     lambda frames, own: wire.frame_of(b"hello"), then(0))
    yield Alteration("plain-frame", "a frame that is not sealed, among those that are",
                     lambda frames, own: b"".join([*frames[:SECOND], wire.frame_of(b"the second")]), then(1))
    keys = {"other": b"\1" + KEY[1:], "with-a-zero": KEY + b"\0", "twice": KEY * 2, "half": KEY[:16]}
    for name, key in keys.items():
        yield Alteration(f"key-{name}", "the peer has another key", untouched, then(0), sender={"key": key})


def by_way_of_limits():
    yield Alteration("frame-limit", "a sealed body of one byte more than the limit", untouched, then(0),
                     receiver={"limits": {"frame": 17 + 8}})
    yield Alteration("inflated-limit", "a payload over the inflated limit costs its frame only", untouched,
                     ["buffer_overflow", PAYLOADS[1], "buffer_overflow", "eof"],
                     sender={"compress": 1, "compression_threshold": 0}, receiver={"limits": {"inflated": 8}})


def by_way_of_nothing():
    yield Alteration("not-altered", "all payloads, and then the end", untouched, then(3, "eof"))
    yield Alteration("more-after-the-end", "whatever follows the sealed end is not looked at",
                     lambda frames, own: b"".join([*frames, frames[FIRST], b"whatever"]), then(3, "eof"))
    yield Alteration("frame-fits", "a sealed body of exactly the limit", untouched, then(3, "eof"),
                     receiver={"limits": {"frame": 17 + 9}})
    yield Alteration("inflates", "payloads compressed under the seal", untouched, then(3, "eof"),
                     sender={"compress": 1, "compression_threshold": 0})
