"""Each vector for sending: by channel and by codec."""

from runner.case import LEVELS, Case
from runner.compare import require_equal
from runner.data import PRESET_LEVELS, vectors


def cases():
    for vector in vectors()[1]:
        for name, way in (("channel", by_channel), ("codec", by_codec)):
            yield Case(f"{vector.name}/{name}", vector.name.split("/")[0], vector.about,
                       bound(way, vector), needs_of(vector.options))


def needs_of(options):
    others = {"preset", "compression_level", "compression_threshold"}
    return frozenset([LEVELS] if others & set(options) else [])


def without_preset(options):
    """For a codec, of which there is one kind: what the preset stands for, spelled out."""
    options = dict(options)
    preset = options.pop("preset", None)
    if preset in PRESET_LEVELS:
        options.setdefault("compression_level", PRESET_LEVELS[preset])
    return options


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
    session.codec(**without_preset(vector.options))
    for number, (payload, expected) in enumerate(vector.exchanges, 1):
        if isinstance(expected, str):
            session.expect(f"error {expected}", "encode", payload)
        else:
            got = session.expect("bytes", "encode", payload).data
            require_equal(f"payload {number}", got, expected)
