"""Writes encryption_vectors.json with an implementation of the format of its own
(testees/reference/sealing.py), which is not firth's.

    PYTHONPATH=build/peers/certificates python3 tests/conformance/make_encryption_vectors.py
"""

import hashlib
import json
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "testees"), str(HERE / "testees" / "reference")]

from cryptography.hazmat.primitives.asymmetric.x25519 import (  # noqa: E402
    X25519PrivateKey, X25519PublicKey)

import seeded  # noqa: E402
from sealing import (  # noqa: E402
    BEGINNING, DEFLATED, END, LABEL, PAYLOAD, READY, VERSION, Direction, derived)

SIDES = ("left", "right")
PRIVATE = {side: hashlib.sha256(b"firth private key " + side.encode()).digest() for side in SIDES}
KEY = hashlib.sha256(b"firth shared key").digest()
SHARED = {"16": KEY[:16], "16-and-zeros": KEY[:16] + bytes(2), "32": KEY, "64": KEY + KEY[::-1]}
COUNTED = 65600          # frames of the ratchet by frames, ready among them
SHOWN = range(65534, 65540)
LARGE = 1 << 20          # bytes of a payload in the ratchet by bytes
LARGE_FRAMES = 67


def pieces_and_bytes(pieces):
    joined = b""
    for kind, *rest in pieces:
        joined += bytes.fromhex(rest[0]) if kind == "hex" else seeded.named(rest[0], rest[2], rest[1])
    return pieces, joined


PAYLOADS = [("empty", [["hex", ""]], False), ("short", [["hex", b"brine".hex()]], False),
            ("long", [["run", "random", 0, 3000]], False), ("deflated", [["run", "text", 0, 3001]], True),
            ("after", [["hex", "00"]], False)]


class Session:
    """What two sides with these keys do and say."""

    def __init__(self, shared):
        private = {side: X25519PrivateKey.from_private_bytes(PRIVATE[side]) for side in SIDES}
        public = {side: private[side].public_key().public_bytes_raw() for side in SIDES}
        self.hellos = {side: BEGINNING + VERSION + public[side] + b"\n" for side in SIDES}
        self.salt = hashlib.sha256(LABEL + shared).digest()
        self.secret = private["left"].exchange(X25519PublicKey.from_public_bytes(public["right"]))
        self.keys = {side: derived(self.salt, self.secret, LABEL + self.hellos[side] + self.hellos[other])
                     for side, other in zip(SIDES, reversed(SIDES))}
        self.public = public
        self.directions = {side: Direction(self.keys[side]) for side in SIDES}

    def described(self, side):
        return {"private_key": PRIVATE[side].hex(), "public_key": self.public[side].hex(),
                "hello": self.hellos[side].hex(), "traffic_key": self.keys[side].hex(),
                "ready": self.directions[side].seal(READY).hex()}


def sealed(direction, name, pieces, compressed):
    pieces, payload = pieces_and_bytes(pieces)
    body = zlib.compress(payload, 1) if compressed else payload
    entry = {"name": name, "payload": pieces, "inner": DEFLATED if compressed else PAYLOAD}
    if compressed:
        entry["deflated"] = body.hex()
    return entry | {"frame": direction.seal(entry["inner"], body).hex()}


def session(name, shared):
    made = Session(shared)
    entry = {"name": name, "shared_key": shared.hex(), "shared_hash": made.salt.hex(),
             "secret": made.secret.hex()}
    for side in SIDES:
        entry[side] = made.described(side)
        entry[side]["frames"] = [sealed(made.directions[side], *payload) for payload in PAYLOADS]
        entry[side]["end"] = made.directions[side].seal(END).hex()
    return entry


def by_frames():
    """Payload number i (1, 2, ...; ready is frame number 0) is i as 4 bytes, big-endian."""
    made = Session(SHARED["32"])
    direction = made.directions["left"]
    frames = [direction.seal(READY)]
    frames += [direction.seal(PAYLOAD, number.to_bytes(4, "big")) for number in range(1, COUNTED)]
    return {"shared_key": SHARED["32"].hex(), "side": "left", "traffic_key": made.keys["left"].hex(),
            "next_traffic_key": derived(bytes(32), made.keys["left"], LABEL + b" ratchet").hex(),
            "count": COUNTED, "sha256": hashlib.sha256(b"".join(frames)).hexdigest(),
            "frames": [{"number": number, "frame": frames[number].hex()} for number in SHOWN]}


def by_bytes():
    """Payload number i is 1 MiB of the byte i; each counts 1 MiB and its inner flag."""
    direction = Session(SHARED["32"]).directions["left"]
    whole = hashlib.sha256(direction.seal(READY))
    shown = []
    for number in range(1, LARGE_FRAMES):
        frame = direction.seal(PAYLOAD, bytes([number]) * LARGE)
        whole.update(frame)
        shown.append({"number": number, "sha256": hashlib.sha256(frame).hexdigest()})
    return {"shared_key": SHARED["32"].hex(), "side": "left", "length": LARGE, "count": LARGE_FRAMES,
            "sha256": whole.hexdigest(), "frames": shown[-4:]}


def text():
    runs = {name: {"kind": kind, "seed": seed} for name, (kind, seed) in seeded.SEEDS.items()}
    sessions = ",\n".join("  " + json.dumps(session(*entry)) for entry in SHARED.items())
    return (f'{{"format": 1,\n "zlib": "{zlib.ZLIB_RUNTIME_VERSION}",\n "runs": {json.dumps(runs)},\n'
            f' "sessions": [\n{sessions}],\n "ratchet": {{\n'
            f'  "frames": {json.dumps(by_frames())},\n  "bytes": {json.dumps(by_bytes())}}}}}\n')


if __name__ == "__main__":
    (HERE / "encryption_vectors.json").write_text(text())
