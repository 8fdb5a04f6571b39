"""What is sent for a payload, and what is refused."""

import seeded
import wire
from vectors.form import OVERFLOW, frame, sending

SEALED = {"sealed": True}


def vectors():
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
