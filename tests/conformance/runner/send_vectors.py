"""Each vector for sending: by channel and by codec."""

from runner.case import Case
from runner.compare import require_equal
from runner.data import vectors


def cases():
    for vector in vectors()[1]:
        for name, way in (("channel", by_channel), ("codec", by_codec)):
            yield Case(f"{vector.name}/{name}", vector.name.split("/")[0], vector.about,
                       bound(way, vector))


def bound(way, vector):
    return lambda session: way(session, vector)


def by_channel(session, vector):
    far = session.connect(**vector.options)
    far.receive()
    for number, (payload, expected) in enumerate(vector.exchanges, 1):
        if isinstance(expected, str):
            session.expect(f"error {expected}", "send", payload)
        else:
            session.expect("ok", "send", payload)
            require_equal(f"payload {number}", far.take(len(expected)), expected)
    session.expect("ok", "close")
    require_equal("after the last frame", far.take(1), b"")


def by_codec(session, vector):
    session.codec(**vector.options)
    for number, (payload, expected) in enumerate(vector.exchanges, 1):
        if isinstance(expected, str):
            session.expect(f"error {expected}", "encode", payload)
        else:
            got = session.expect("bytes", "encode", payload).data
            require_equal(f"payload {number}", got, expected)
