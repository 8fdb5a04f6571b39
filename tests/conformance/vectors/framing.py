"""Header, trailer and the end of the stream."""

import zlib

import seeded
import wire
from vectors.form import (EOF, GOOD, GOOD_RESULT, LOST, OVERFLOW, PROTOCOL, accepted, cut, fatal,
                          payload, required)

LONG = seeded.named("random", 300000)
HELLO = wire.seal(b"hello")
SQUEEZED = wire.seal(zlib.compress(b"hello hello hello", 1), 1)
LIMIT = 256 << 20


def vectors():
    yield from plain()
    yield from cuts()
    yield from lengths()
    yield from limits()
    yield from flags()
    yield from trailers()


def plain():
    yield required("plain/empty", "a payload of no bytes", wire.seal(b""), payload(b""))
    yield required("plain/hello", "a short payload", HELLO, payload(b"hello"))
    yield required("plain/newlines", "a payload of newlines", wire.seal(b"\n" * 9), payload(b"\n" * 9))
    yield required("plain/frame-in-frame", "a payload that looks like a frame",
                   wire.seal(HELLO), payload(HELLO))
    yield required("plain/several", "frames back to back, an empty one among them",
                   HELLO + wire.seal(b"") + GOOD + HELLO,
                   payload(b"hello"), payload(b""), GOOD_RESULT, payload(b"hello"))
    yield required("plain/all-bytes", "every byte value", wire.seal(bytes(range(256))),
                   payload(bytes(range(256))))
    yield required("plain/3000", "as long as an uncompressed frame of rpyc's gets by default",
                   wire.seal(seeded.named("text", 3000)), payload(seeded.named("text", 3000)))
    for size in (3001, 70000, 300000):
        data = seeded.named("random", size)
        yield required(f"plain/{size}", "long and not compressed: compression off at the sender",
                       wire.seal(data), payload(data))


def cuts():
    yield cut("end-between/nothing", "the stream ends before anything came", b"", EOF)
    for what, whole, body in (("plain", HELLO, b"hello"), ("compressed", SQUEEZED, b"hello hello hello")):
        for end in range(1, len(whole)):
            yield cut(f"end-inside/{what}-{end:02}", f"the stream ends after {end} of {len(whole)} bytes",
                      whole[:end], LOST)
        yield cut(f"end-between/{what}", "the stream ends with the frame", whole, EOF,
                  payload(body))
    for end in (6, 65536, 200000, 300005):
        yield cut(f"end-inside/long-{end:06}", f"a frame of 300006 bytes ends after {end}",
                  wire.seal(LONG)[:end], LOST)
    for end in (1, 5, len(HELLO) - 1):
        yield cut(f"end-inside/second-{end:02}", "the second frame is cut", GOOD + HELLO[:end], LOST, GOOD_RESULT)


def lengths():
    yield cut("length/one-more", "one byte more than there is: the newline is taken for the body",
              wire.seal(b"hello", length=6), LOST)
    yield cut("length/many-more", "more bytes than ever come", wire.seal(b"hello", length=100000), LOST)
    yield fatal("length/into-the-next", "the length reaches into the next frame",
                wire.seal(b"hello", length=8), PROTOCOL)
    yield fatal("length/one-less", "the last byte of the body stands where the newline should",
                wire.seal(b"hello", length=4), PROTOCOL)
    yield fatal("length/zero", "a length of 0 before a body", wire.seal(b"hello", length=0), PROTOCOL)
    yield fatal("length/one-less-compressed", "the same, compressed: no payload comes of it",
                wire.seal(zlib.compress(b"hello", 1), 1, length=12), PROTOCOL)
    yield fatal("length/after-a-good-frame", "a good frame comes first, and is delivered",
                GOOD + wire.seal(b"hello", length=4), PROTOCOL, [GOOD_RESULT])


def limits():
    yield fatal("frame-limit/default-plus-1", "one byte over the default limit of 256 MiB",
                wire.HEADER.pack(LIMIT + 1, 0), OVERFLOW)
    yield fatal("frame-limit/default-plus-1-compressed", "the same with the flag set",
                wire.HEADER.pack(LIMIT + 1, 1), OVERFLOW)
    yield fatal("frame-limit/2-gib", "the highest bit of the length set",
                wire.HEADER.pack(1 << 31, 0), OVERFLOW)
    yield fatal("frame-limit/4-gib", "the greatest length", wire.HEADER.pack(0xFFFFFFFF, 0), OVERFLOW)
    yield fatal("frame-limit/one-more", "a body of one byte more than the limit",
                wire.seal(b"x" * 11), OVERFLOW, limits={"frame": 10})
    yield fatal("frame-limit/long", "a long body of one byte more than the limit",
                wire.seal(LONG), OVERFLOW, limits={"frame": len(LONG) - 1})
    yield fatal("frame-limit/one-more-compressed", "the limit is on the body as it travels",
                wire.seal(zlib.compress(seeded.named("random", 64), 1), 1), OVERFLOW, limits={"frame": 64})
    yield cut("end-inside/default-limit-claimed", "exactly the default limit claimed, a few bytes sent",
              wire.seal(b"hello", length=LIMIT), LOST)
    yield accepted("frame-fits/exact", "a body of exactly the limit",
                   wire.seal(b"x" * 10), payload(b"x" * 10), limits={"frame": 10})
    yield accepted("frame-fits/long", "a long body of exactly the limit",
                   wire.seal(LONG), payload(LONG), limits={"frame": len(LONG)})
    yield accepted("frame-fits/inflates-beyond", "the payload may be longer than the frame limit",
                   wire.seal(zlib.compress(b"x" * 1000, 1), 1), payload(b"x" * 1000), limits={"frame": 30})


def flags():
    for flag in (2, 3, 0x78, 0x80, 255):
        yield fatal(f"flag/{flag}", "neither 0 nor 1, before a plain body", wire.seal(b"hello", flag), PROTOCOL)
    yield fatal("flag/2-compressed", "neither 0 nor 1, before a body that inflates",
                wire.seal(zlib.compress(b"hello", 1), 2), PROTOCOL)
    yield fatal("flag/2-empty", "neither 0 nor 1, before an empty body", wire.seal(b"", 2), PROTOCOL)


def trailers():
    for name, trailer in (("zero", b"\0"), ("return", b"\r"), ("space", b" "), ("255", b"\xff")):
        yield fatal(f"trailer/{name}", "another byte than a newline", wire.seal(b"hello", trailer=trailer),
                    PROTOCOL)
    yield fatal("trailer/long-body", "another byte after a long body", wire.seal(LONG, trailer=b"x"), PROTOCOL)
    yield fatal("trailer/missing", "no newline: the next header follows at once",
                wire.seal(b"hello", trailer=b""), PROTOCOL)
    yield fatal("trailer/return-newline", "two bytes where one should be",
                wire.seal(b"hello", trailer=b"\r\n"), PROTOCOL)
    yield fatal("trailer/empty-body", "another byte after an empty body", wire.seal(b"", trailer=b"x"), PROTOCOL)
    yield fatal("trailer/compressed", "another byte after a compressed body",
                wire.seal(zlib.compress(b"hello", 1), 1, trailer=b"\0"), PROTOCOL)
