"""What is sent for a payload, and what is refused."""

import seeded
import wire
from vectors.form import OVERFLOW, frame, sending

SEALED = {"sealed": True}


SAMPLES = [seeded.named("text", 3000), seeded.named("text", 3001), seeded.named("random", 3001),
           b"\0" * 70000, seeded.named("text", 70000)]


def vectors():
    yield from rpycs()
    yield from levels()
    yield from thresholds()


def rpycs():
    yield sending("send/empty", "no bytes are a payload", [(b"", frame(wire.seal(b"")))])
    yield sending("send/several", "one frame a payload",
                  [(data, frame(wire.seal(data))) for data in (b"a", b"", b"\n\n", b"\0")])
    yield sending("send/threshold", "3000 bytes are sent as they are, 3001 compressed",
                  [(seeded.named("text", 3000), frame(wire.seal(seeded.named("text", 3000)))),
                   (seeded.named("text", 3001), SEALED)])
    yield sending("send/uncompressed", "with compression off, nothing is compressed",
                  [(seeded.named(kind, size), frame(wire.seal(seeded.named(kind, size))))
                   for size in (3001, 70000) for kind in ("text", "random")], compress=0)
    yield sending("send/grows", "random bytes are compressed all the same, and grow",
                  [(seeded.named("random", 5000), SEALED)])
    yield sending("send/limit", "a body over the frame limit is not sent, and the channel goes on",
                  [(b"x" * 10, frame(wire.seal(b"x" * 10))), (b"x" * 11, OVERFLOW),
                   (b"y" * 9, frame(wire.seal(b"y" * 9)))], limits={"frame": 10})
    yield sending("send/limit-of-body", "the limit is on the body: a longer payload may shrink below it",
                  [(seeded.named("text", 3100), SEALED)], limits={"frame": 3000})


def levels():
    for level in range(10):
        yield sending(f"compressed/level-{level}", f"zlib's level {level}: nothing but the body differs",
                      [(data, SEALED) for data in SAMPLES], preset="compressed", compression_level=level)
    yield sending("compressed/default", "level 6 unless another is asked for",
                  [(data, SEALED) for data in SAMPLES], preset="compressed")
    yield sending("compressed/channel-of-9", "every channel has levels", [(data, SEALED) for data in SAMPLES],
                  compression_level=9)
    yield sending("compressed/over-the-frame-limit", "the limit is on the body, whatever the level",
                  [(seeded.named("random", 4000), OVERFLOW), (seeded.named("text", 4000), SEALED)],
                  preset="compressed", compression_level=9, limits={"frame": 3000})


def thresholds():
    for threshold in (0, 1, 10, 70000):
        exchanges = [(data[:size], SEALED) for data in SAMPLES[3:]
                     for size in (0, threshold, threshold + 1)]
        yield sending(f"compressed/threshold-{threshold}", "longer payloads are compressed",
                      exchanges, preset="compressed", compression_threshold=threshold)
