"""Writes the corpus of each fuzz target: from the conformance data small frames of real
rpyc, and the vectors, of brine too; from docs/uri.md the addresses; what proxies answer, peers of TLS, and
changes to sealed frames.

Usage: python3 tests/fuzz/make_corpus.py"""

import hashlib
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CONFORMANCE = HERE.parent / "conformance"
ADDRESSES = HERE.parents[1] / "docs" / "uri.md"
sys.path.insert(0, str(CONFORMANCE))

import proxy_answers  # noqa: E402
import sealed_inputs  # noqa: E402
import seeded  # noqa: E402  (found through the path above)
import tls_inputs  # noqa: E402
from runner import brine_data  # noqa: E402

LARGEST = 2048  # bytes of an input
FRAMES = 24     # recorded frames that are taken as inputs
# Schemes of the parser's tests, which have every part and kind of option.
SCHEMES = ("net", "login", "http-hop", "path", "run", "numbers", "bare")
LEVELS = (b"\x01\x00\x01", b"\x06\x40\x01", b"\x00\x00\x00")  # of fuzz_round_trip


def bytes_of(pieces):
    """The bytes that a vector's pieces stand for."""
    joined = b""
    for kind, *rest in pieces:
        if kind == "hex":
            joined += bytes.fromhex(rest[0])
        elif kind == "repeat":
            joined += bytes.fromhex(rest[0]) * rest[1]
        else:
            name, offset, length = rest
            joined += seeded.named(name, offset + length)[offset:]
    return joined


def vectors():
    for vector in json.loads((CONFORMANCE / "vectors.json").read_text())["reading"]:
        data = bytes_of(vector["bytes"])
        if 0 < len(data) <= LARGEST:
            yield data


def frames():
    """Recorded frames that are stored whole, of different lengths."""
    index = json.loads((CONFORMANCE / "recordings" / "index.json").read_text())
    by_length = {}
    for recording in index["recordings"]:
        stored = (CONFORMANCE / "recordings" / recording["file"]).read_bytes()
        for frame in recording["frames"]:
            if [piece[0] for piece in frame["pieces"]] == ["file"]:
                _, offset, length = frame["pieces"][0]
                if length <= LARGEST:
                    by_length.setdefault(length, stored[offset:offset + length])
    lengths = sorted(by_length)
    return [by_length[length] for length in lengths[::max(1, len(lengths) // FRAMES)]]


def brine():
    """The bytes of the vectors, and the first other ones of a value; of those that are cut, some."""
    values, refused, _ = brine_data.vectors()
    ends = [vector for vector in refused if vector.name.startswith("end/")]
    good = [data for vector in values for data in (vector.data, *vector.accepted[:1])]
    wrong = [vector.data for vector in refused if vector not in ends] + [end.data for end in ends[::8]]
    return [data for data in good + wrong if len(data) <= LARGEST]


def addresses():
    """The good and the wrong ones of the page, and each with the schemes of the tests."""
    page = ADDRESSES.read_text()
    good = "".join(re.findall(r"^```uri\n(.*?)^```", page, re.MULTILINE | re.DOTALL)).splitlines()
    wrong = "".join(re.findall(r"^```fault\n(.*?)^```", page, re.MULTILINE | re.DOTALL)).splitlines()[::2]
    return [address.encode() for address in good + wrong] + [
        (scheme + ":" + address.partition(":")[2]).encode()
        for scheme, address in zip(SCHEMES * len(good), good)]


def write(target, inputs):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for data in set(inputs):
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main():
    recorded = frames()
    streams = list(vectors()) + recorded + [b"".join(recorded[:4])]
    write("decode", [b"\x00\x03" + data for data in streams] + [b"\x06\x00" + data for data in streams[::3]])
    write("brine", [b"\x00" + data for data in brine()] + [b"\x37" + data for data in brine()[::8]])
    write("uri", addresses())
    write("socks5", proxy_answers.socks5())
    write("http_answer", proxy_answers.http())
    write("tls", tls_inputs.inputs())
    write("sealed", sealed_inputs.sealed())
    write("handshake", sealed_inputs.handshake())
    write("round_trip", [LEVELS[i % len(LEVELS)] + data[5:-1] for i, data in enumerate(recorded)])


if __name__ == "__main__":
    main()
