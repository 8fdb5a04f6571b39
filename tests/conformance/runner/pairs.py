"""Every kind of channel that rpyc can read, with stock rpyc's Channel at the other end."""

import seeded

from runner.case import BATCHING, ENCRYPTION, LEVELS, Case
from runner.compare import require_equal

PAYLOADS = [b"", b"\n", b"hello", seeded.named("text", 3000), seeded.named("text", 3001),
            seeded.named("random", 3001), seeded.named("text", 64000), seeded.named("random", 300000)]
KINDS = [("channel", "channel", {}, [])]
KINDS += [("compressed", f"compressed-{level}", {"preset": "compressed", "compression_level": level}, [LEVELS])
          for level in range(10)]
KINDS += [("batching", f"batching-{size}", {"preset": "batching", "batch_size": size}, [BATCHING])
          for size in (1, 3, 10, 1000)]
KINDS += [("compressed and batching", f"compressed-{level}-batching",
           {"preset": "batching", "compression_level": level}, [LEVELS, BATCHING])
          for level in (0, 6, 9)]


def cases(testees):
    for partner in (name for name, testee in testees.items() if ENCRYPTION in testee.lacks):
        for kind, name, options, needs in KINDS:
            yield Case(f"{name}/with-{partner}", f"{kind} with {partner}",
                       "payloads go both ways, in order, once, and then the end",
                       bound(partner, options), frozenset(needs))


def bound(name, options):
    def run(session):
        partner = session.partner(name)
        session.join(session, partner, options, {})
        converse(session, partner)
        session.expect("ok", "finish 5")
        partner.expect("error eof", "recv 5")
    return run


def converse(near, far):
    """Payloads one way, the other way, and by turns."""
    for sender, receiver in ((near, far), (far, near)):
        for payload in PAYLOADS:
            sender.expect("ok", "send", payload)
        flush(sender)
        for payload in PAYLOADS:
            expect(receiver, payload)
    for payload in PAYLOADS:
        for sender, receiver in ((near, far), (far, near)):
            sender.expect("ok", "send", payload)
            flush(sender)
            expect(receiver, payload)


def flush(speaker):
    speaker.expect("ok", "flush 5")


def expect(speaker, payload):
    require_equal("recv 5", speaker.expect("payload", "recv 5").data, payload)
