"""EncryptedChannel: both ends are firth's, in any two languages."""

from runner import pairs
from runner.case import ENCRYPTION, Case
from runner.compare import require_equal

KEY = bytes(range(32))
NEEDS = frozenset([ENCRYPTION])


def cases(testees):
    for partner in (name for name, testee in testees.items() if ENCRYPTION not in testee.lacks):
        for name, (about, case) in with_partner().items():
            yield Case(f"{name}/with-{partner}", f"encrypted with {partner}", about, bound(case, partner), NEEDS)


def with_partner():
    """{name: (what it is about, case of session and partner)}."""
    return {"encrypted-codec": ("payloads both ways, and the end, by codecs", by_codecs)}


def bound(case, name):
    return lambda session: case(session, session.partner(name))


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
