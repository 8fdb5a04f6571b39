"""Writes vectors.json, from the modules in vectors/.

    python3 tests/conformance/make_vectors.py
"""

import json
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import seeded  # noqa: E402
from vectors import bodies, framing, sends  # noqa: E402


def text():
    """One vector a line, so that differences can be read."""
    runs = {name: {"kind": kind, "seed": seed} for name, (kind, seed) in seeded.SEEDS.items()}
    read = [*framing.vectors(), *bodies.vectors()]
    return (f'{{"format": 1,\n "zlib": "{zlib.ZLIB_RUNTIME_VERSION}",\n "runs": {json.dumps(runs)},\n'
            f' "reading": [\n{lines(read)}],\n "sending": [\n{lines(sends.vectors())}]}}\n')


def lines(vectors):
    return ",\n".join("  " + json.dumps(vector) for vector in vectors)


if __name__ == "__main__":
    (HERE / "vectors.json").write_text(text())
