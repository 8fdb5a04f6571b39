"""Bytes that come from a seed, so that nobody has to store them.

Block number i (from 0) of seed S is SHA-256(S in UTF-8, i as 8 bytes big-endian).

    random   the 32 bytes of block 0, of block 1, ...
    text     for each block: the first 4 bytes as 8 lower-case hexadecimal
             digits, 32 times over (256 bytes)

A run is a slice of such a sequence.
"""

import functools
import hashlib

SEEDS = {"random": ("random", "firth random"), "text": ("text", "firth text")}
_WIDTH = {"random": 32, "text": 256}


def _block(kind, seed, number):
    digest = hashlib.sha256(seed.encode() + number.to_bytes(8, "big")).digest()
    return digest if kind == "random" else digest[:4].hex().encode() * 32


@functools.lru_cache(maxsize=8)
def _blocks(kind, seed, first, last):
    return b"".join(_block(kind, seed, i) for i in range(first, last))


def run(kind, seed, offset, length):
    """`length` bytes from `offset` of the sequence."""
    width = _WIDTH[kind]
    first = offset // width
    last = -(-(offset + length) // width)
    skip = offset - first * width
    return _blocks(kind, seed, first, last)[skip:skip + length]


def named(name, length, offset=0):
    """A run of one of the sequences that the recordings use."""
    return run(*SEEDS[name], offset, length)
