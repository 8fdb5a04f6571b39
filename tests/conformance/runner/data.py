"""Recordings and vectors, as bytes."""

import functools
import json
import zlib
from pathlib import Path
from typing import NamedTuple

import seeded
import wire

FOLDER = Path(__file__).resolve().parent.parent
SIDES = ("client", "server")
PRESET_LEVELS = {"compressed": 6}


class BadData(Exception):
    """The data do not agree with themselves."""


class RecordedFrame(NamedTuple):
    number: int
    what: str
    wire: bytes
    payload: bytes
    compressed: bool

    def __str__(self):
        return f"frame {self.number} ({self.what}, {len(self.payload)} bytes)"


class Recording(NamedTuple):
    name: str
    about: str
    zlib: str
    transport: str
    compress: dict
    frames: dict

    @property
    def scenario(self):
        return self.name.split("/")[1]


def composed(pieces, runs, stored=b""):
    """The bytes that pieces stand for."""
    return b"".join(piece_bytes(piece, runs, stored) for piece in pieces)


def piece_bytes(piece, runs, stored):
    kind, *rest = piece
    if kind == "file":
        offset, length = rest
        return stored[offset:offset + length]
    if kind == "run":
        name, offset, length = rest
        return seeded.run(runs[name]["kind"], runs[name]["seed"], offset, length)
    if kind == "hex":
        return bytes.fromhex(rest[0])
    if kind == "repeat":
        return bytes.fromhex(rest[0]) * rest[1]
    raise BadData(f"a piece of the unknown kind {kind!r}")


@functools.lru_cache(maxsize=None)
def recordings():
    """All recordings, each frame checked against its checksums."""
    index = json.loads((FOLDER / "recordings" / "index.json").read_text())
    return tuple(recording_of(entry, index["runs"]) for entry in index["recordings"])


def recording_of(entry, runs):
    stored = (FOLDER / "recordings" / entry["file"]).read_bytes()
    frames = {side: [frame_of(entry["name"], frame, runs, stored)
                     for frame in entry["frames"] if frame["from"] == side] for side in SIDES}
    return Recording(entry["name"], entry["about"], entry["zlib"], entry["transport"],
                     entry["compress"], frames)


def frame_of(name, entry, runs, stored):
    whole = composed(entry["pieces"], runs, stored)
    frame = wire.first_frame(whole)
    if (frame is None or wire.sha256(whole) != entry["frame_sha256"]
            or wire.sha256(frame.payload) != entry["payload_sha256"]):
        raise BadData(f"{name}: frame {entry['number']} has not the checksum of the index")
    return RecordedFrame(entry["number"], entry["what"], whole, frame.payload, frame.compressed)


def expected_frame(recording, frame):
    """What sending the payload must give here: as recorded, given the same zlib."""
    if not frame.compressed or recording.zlib == zlib.ZLIB_RUNTIME_VERSION:
        return frame.wire
    return wire.frame_of(frame.payload)


class Reading(NamedTuple):
    """Bytes to be read, and the results: payloads (bytes) and error codes (str)."""

    name: str
    about: str
    verdict: str
    options: dict
    data: bytes
    results: list


class Sending(NamedTuple):
    """Payloads to be sent, each with its frame (bytes) or error code (str)."""

    name: str
    about: str
    options: dict
    exchanges: list


@functools.lru_cache(maxsize=None)
def vectors():
    """(readings, sendings) of vectors.json."""
    file = json.loads((FOLDER / "vectors.json").read_text())
    runs = file["runs"]
    readings = tuple(
        Reading(v["name"], v["about"], v["verdict"], v["options"], composed(v["bytes"], runs),
                [r["error"] if "error" in r else composed(r["payload"], runs) for r in v["results"]])
        for v in file["reading"])
    sendings = tuple(
        Sending(v["name"], v["about"], v["options"], [exchange_of(s, runs, v["options"]) for s in v["sends"]])
        for v in file["sending"])
    return readings, sendings


class Side(NamedTuple):
    """What one side of an encrypted session says. `varying`: frames that this machine's zlib may make otherwise."""

    private_key: bytes
    hello: bytes
    ready: bytes
    payloads: list
    frames: list
    varying: set
    end: bytes


class Ratchet(NamedTuple):
    """Payload number i, from 1 on, is `length` times the byte i; `frames` are of some the SHA-256."""

    shared_key: bytes
    side: str
    length: int
    count: int
    sha256: str
    frames: dict


def encryption_vectors():
    return json.loads((FOLDER / "encryption_vectors.json").read_text())


@functools.lru_cache(maxsize=None)
def encrypted_sessions():
    """{name: (shared key, {"left": Side, "right": Side})}."""
    file = encryption_vectors()
    return {entry["name"]: (bytes.fromhex(entry["shared_key"]),
                            {side: side_of(entry[side], file) for side in ("left", "right")})
            for entry in file["sessions"]}


def side_of(entry, file):
    same_zlib = file["zlib"] == zlib.ZLIB_RUNTIME_VERSION
    fixed = {name: bytes.fromhex(entry[name]) for name in ("private_key", "hello", "ready", "end")}
    return Side(payloads=[composed(frame["payload"], file["runs"]) for frame in entry["frames"]],
                frames=[bytes.fromhex(frame["frame"]) for frame in entry["frames"]],
                varying={number for number, frame in enumerate(entry["frames"])
                         if frame["inner"] and not same_zlib}, **fixed)


def ratchet_by_bytes():
    entry = encryption_vectors()["ratchet"]["bytes"]
    return Ratchet(bytes.fromhex(entry["shared_key"]), entry["side"], entry["length"], entry["count"],
                   entry["sha256"], {frame["number"]: frame["sha256"] for frame in entry["frames"]})


def exchange_of(entry, runs, options):
    payload = composed(entry["payload"], runs)
    if "error" in entry:
        return payload, entry["error"]
    if "frame" in entry:
        return payload, composed(entry["frame"], runs)
    return payload, frame_by(payload, options)


def frame_by(payload, options):
    """What a channel with these options sends for a payload, given this machine's zlib."""
    level = options.get("compression_level", PRESET_LEVELS.get(options.get("preset"), wire.LEVEL))
    return wire.frame_of(payload, level * options.get("compress", 1),
                         options.get("compression_threshold", wire.THRESHOLD))
