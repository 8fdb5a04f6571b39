"""How a vector is built and written.

Pieces are ["hex", digits], ["repeat", two digits, count] or
["run", name, offset, length] (see seeded.py).
"""

import re

import seeded
import wire

GOOD = wire.seal(b"good")
GOOD_RESULT = {"payload": [["hex", b"good".hex()]]}
EOF = {"error": "eof"}
LOST = {"error": "connection_lost"}
PROTOCOL = {"error": "protocol"}
OVERFLOW = {"error": "buffer_overflow"}
COMPRESSION = {"error": "compression"}

RUN_OF_EQUALS = re.compile(rb"(.)\1{63,}", re.DOTALL)
KNOWN = 1 << 19
SHORTEST = 512


def pieces(data):
    """Short pieces for any bytes: seeded runs and repetitions are found."""
    for name in seeded.SEEDS:
        at = data.find(seeded.named(name, SHORTEST))
        if at >= 0:
            length = common(data[at:], seeded.named(name, KNOWN))
            return pieces(data[:at]) + [["run", name, 0, length]] + pieces(data[at + length:])
    return list(repetitions(data))


def common(a, b):
    for length, (x, y) in enumerate(zip(a, b)):
        if x != y:
            return length
    return min(len(a), len(b))


def repetitions(data):
    at = 0
    for match in RUN_OF_EQUALS.finditer(data):
        if match.start() > at:
            yield ["hex", data[at:match.start()].hex()]
        yield ["repeat", match.group(1).hex(), len(match.group())]
        at = match.end()
    if at < len(data):
        yield ["hex", data[at:].hex()]


def payload(data):
    return {"payload": pieces(data)}


def reading(name, about, verdict, data, results, **options):
    """All of `data`, then the end of the stream; the results of asking again and again.

    The channel can go on after a fault if anything but that same fault follows.
    """
    first = next(i for i, r in enumerate(results) if "error" in r)
    return {"name": name, "about": about, "verdict": verdict, "options": options,
            "bytes": pieces(data), "results": results, "goes_on": first + 1 < len(results)}


def required(name, about, data, *results, **options):
    """What rpyc itself sends; it must be read."""
    return reading(name, about, "required", data, [*results, EOF], **options)


def accepted(name, about, data, *results, **options):
    """What rpyc never sends but reads, and firth reads too; a good frame follows."""
    return reading(name, about, "accepted", data + GOOD, [*results, GOOD_RESULT, EOF], **options)


def fatal(name, about, data, error, before=(), **options):
    """A fault that ends all reading: a good frame that follows is not read."""
    return reading(name, about, "refused", data + GOOD, [*before, error], **options)


def costly(name, about, data, error, **options):
    """A fault that costs one frame: the good one that follows is read."""
    return reading(name, about, "refused", data + GOOD, [error, GOOD_RESULT, EOF], **options)


def cut(name, about, data, error, *before, **options):
    """The stream ends after `data`, with nothing behind it."""
    return reading(name, about, "refused" if error == LOST else "required",
                   data, [*before, error], **options)


def sending(name, about, exchanges, **options):
    """Payloads and what comes of each: {"frame"}, {"sealed"} or {"error"}.

    "sealed": the frame is what the rule gives with the zlib of the machine.
    """
    return {"name": name, "about": about, "options": options,
            "sends": [{"payload": pieces(data), **result} for data, result in exchanges]}


def frame(data):
    return {"frame": pieces(data)}
