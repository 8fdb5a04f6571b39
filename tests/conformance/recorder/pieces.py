"""Takes seeded runs out of frames, so that they need not be stored.

A piece is ["file", offset, length] or ["run", name, offset, length].
"""

import functools

import seeded

WINDOW = 64
SHORTEST = 192
KNOWN = 3 * (1 << 20) + 4096
# Where windows start, so that each is unlike all others: across the blocks of "text".
PLACES = {"random": (0, 64), "text": (224, 256)}


@functools.lru_cache(maxsize=None)
def _known():
    sequences = {name: seeded.named(name, KNOWN) for name in PLACES}
    places = {sequences[name][at:at + WINDOW]: (name, at)
              for name, (first, stride) in PLACES.items()
              for at in range(first, KNOWN - WINDOW, stride)}
    return sequences, places


def split(frame, store):
    """The pieces that make up the frame; store(bytes) gives an offset in the file."""
    pieces, literal = [], 0
    for start, name, offset, length in runs_in(frame):
        if start > literal:
            pieces.append(["file", store(frame[literal:start]), start - literal])
        pieces.append(["run", name, offset, length])
        literal = start + length
    if literal < len(frame):
        pieces.append(["file", store(frame[literal:]), len(frame) - literal])
    return pieces


def runs_in(frame):
    """Yields (start in the frame, name of the sequence, offset in it, length)."""
    sequences, places = _known()
    literal = at = 0
    while at + WINDOW <= len(frame):
        name, offset = places.get(frame[at:at + WINDOW], (None, 0))
        if name is None:
            at += 1
            continue
        back = common_before(frame, at, sequences[name], offset, literal)
        length = back + common_after(frame, at, sequences[name], offset)
        if length >= SHORTEST:
            yield at - back, name, offset - back, length
            literal = at = at - back + length
        else:
            at += WINDOW


def common_after(frame, at, known, offset):
    """How many bytes are equal from these two places on."""
    length, step = 0, 1 << 16
    longest = min(len(frame) - at, len(known) - offset)
    while step:
        end = length + step
        if end <= longest and frame[at + length:at + end] == known[offset + length:offset + end]:
            length = end
        else:
            step //= 2
    return length


def common_before(frame, at, known, offset, limit):
    """How many bytes are equal before these two places, down to `limit` in the frame."""
    back = 0
    while at - back > limit and offset > back and frame[at - back - 1] == known[offset - back - 1]:
        back += 1
    return back
