"""EncryptedChannel: both ends are firth's, in any two languages."""

from runner import pairs
from runner.case import ENCRYPTION, Case
from runner.compare import require_equal

KEY = bytes(range(32))
HELLO_SIZE = 47
NEEDS = frozenset([ENCRYPTION])
KINDS = {
    "encrypted": {"preset": "encrypted"},
    "encrypted-by-options": {},
    "encrypted-batching": {"preset": "batching", "batch_size": 3, "batch_timeout": -1},
    "encrypted-compressed": {"preset": "encrypted", "compress": 1, "compression_level": 6},
    "encrypted-compressed-batching": {"preset": "encrypted", "compress": 1, "compression_level": 9,
                                      "batch_size": 10, "batch_timeout": 0.05},
}


def cases(testees):
    for partner in (name for name, testee in testees.items() if ENCRYPTION not in testee.lacks):
        for name, (about, case) in with_partner().items():
            yield Case(f"{name}/with-{partner}", f"encrypted with {partner}", about, bound(case, partner), NEEDS)


def with_partner():
    """{name: (what it is about, case of session and partner)}."""
    found = {name: ("payloads go both ways, in order, once, and then the end", conversation(options))
             for name, options in KINDS.items()}
    return found | {"encrypted-codec": ("the same by codecs, without any stream", by_codecs)}


def bound(case, name):
    return lambda session: case(session, session.partner(name))


def conversation(options):
    """Each side is once the first to speak, and once the first to end."""
    def converse(session, partner):
        for near, far in ((session, partner), (partner, session)):
            session.join(near, far, {"key": KEY, **options}, {"key": KEY, **options})
            pairs.converse(near, far)
            near.expect("ok", "finish 5")
            far.expect("error eof", "recv 5")
            far.expect("error eof", "recv 5")
            far.expect("ok", "finish 5")
    return converse


def by_codecs(session, partner):
    for near, far in ((session, partner), (partner, session)):
        near.codec(key=KEY)
        far.codec(key=KEY, compress=1)
        feed(far, near.expect("bytes", "hello").data)
        near.expect("error want_read", "encode", b"hello")
        far.expect("more", "decode")
        feed(near, far.expect("bytes", "hello").data)
        near.expect("more", "decode")
        for payload in pairs.PAYLOADS:
            for sender, receiver in ((near, far), (far, near)):
                feed(receiver, sender.expect("bytes", "encode", payload).data)
                require_equal("decode", receiver.expect("payload", "decode").data, payload)
        feed(far, near.expect("bytes", "encode-end").data + b"whatever follows")
        near.expect("error closed", "encode", b"hello")
        far.expect("error eof", "decode")
        far.expect("error eof", "decode")
        near.expect("more", "decode")
        near.expect("error connection_lost", "end")


def feed(speaker, data):
    speaker.expect("ok", "feed", data)
