"""Recordings and vectors are what their READMEs say."""

import hashlib
import json
import sys
import zlib
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import brine  # noqa: E402
import make_brine_vectors  # noqa: E402
import make_encryption_vectors  # noqa: E402
import make_vectors  # noqa: E402
import rpyc_peers  # noqa: E402
import seeded  # noqa: E402
from recorder import catalogue, privacy  # noqa: E402
from runner import brine_data, data  # noqa: E402

INDEX = json.loads((HERE / "recordings" / "index.json").read_text())


def test_seeded_bytes_are_what_the_readme_says():
    digests = [hashlib.sha256(b"firth random" + i.to_bytes(8, "big")).digest() for i in range(3)]
    assert seeded.named("random", 70, 10) == b"".join(digests)[10:80]
    first = hashlib.sha256(b"firth text" + bytes(8)).hexdigest()[:8].encode()
    assert seeded.named("text", 256) == first * 32


def test_every_scenario_is_recorded_with_every_version():
    wanted = [f"rpyc-{version}/{scenario.name}" for version in rpyc_peers.VERSIONS
              for scenario in catalogue.scenarios_for(version)]
    assert [recording["name"] for recording in INDEX["recordings"]] == wanted
    assert all(r["rpyc"] == r["name"].split("/")[0].removeprefix("rpyc-") for r in INDEX["recordings"])


@pytest.mark.parametrize("entry", INDEX["recordings"], ids=lambda entry: entry["name"])
def test_every_stored_byte_belongs_to_one_frame(entry):
    spans = sorted((p[1], p[2]) for f in entry["frames"] for p in f["pieces"] if p[0] == "file")
    at = 0
    for offset, length in spans:
        assert offset == at
        at += length
    assert at == (HERE / "recordings" / entry["file"]).stat().st_size


def test_every_frame_has_its_checksums():
    assert sum(len(r.frames[side]) for r in data.recordings() for side in data.SIDES) == \
        sum(len(r["frames"]) for r in INDEX["recordings"])


def test_with_another_zlib_its_own_bytes_are_expected(monkeypatch):
    recording = next(r for r in data.recordings() if r.name == "rpyc-6.0.2/channel")
    frame = next(f for f in recording.frames["client"] if f.compressed)
    monkeypatch.setattr(data.zlib, "compress", lambda payload, level: b"other bytes")
    other = recording._replace(zlib="another")
    assert data.expected_frame(other, frame) == b"\0\0\0\x0b\1other bytes\n"
    same = recording._replace(zlib=zlib.ZLIB_RUNTIME_VERSION)
    assert data.expected_frame(same, frame) == frame.wire


def test_no_path_of_a_machine_is_recorded():
    for recording in data.recordings():
        for side in data.SIDES:
            for frame in recording.frames[side]:
                privacy.check(frame.payload, f"{recording.name}: {frame}")


def test_what_must_be_covered_is_covered():
    handlers = {f["what"].split(" #")[0] for r in INDEX["recordings"] for f in r["frames"]}
    for name in ("PING", "CLOSE", "GETROOT", "GETATTR", "SETATTR", "DELATTR", "CALL", "CALLATTR", "REPR", "STR",
                 "CMP", "HASH", "DIR", "PICKLE", "DEL", "INSPECT", "BUFFITER", "CTXEXIT", "INSTANCECHECK"):
        assert f"MSG_REQUEST HANDLE_{name}" in handlers
    lengths = {(f["length"], f["compressed"]) for r in INDEX["recordings"] for f in r["frames"]}
    assert {(2999, False), (3000, False), (3001, True), (3001, False), (0, False)} <= lengths
    assert {(63999, True), (64000, True), (64001, True), (64000, False)} <= lengths
    assert max(length for length, _ in lengths) > 4 << 20


def test_vectors_are_what_the_program_writes():
    committed = (HERE / "vectors.json").read_text()
    made = make_vectors.text()
    if json.loads(committed)["zlib"] != zlib.ZLIB_RUNTIME_VERSION:
        committed, made = (names_and_results(text) for text in (committed, made))
    assert made == committed


def test_the_encryption_vectors_are_what_the_program_writes():
    committed = (HERE / "encryption_vectors.json").read_text()
    made = make_encryption_vectors.text()
    if json.loads(committed)["zlib"] != zlib.ZLIB_RUNTIME_VERSION:
        committed, made = (hellos(text) for text in (committed, made))
    assert made == committed


def test_the_brine_vectors_are_what_every_rpyc_says():
    assert make_brine_vectors.text() == (HERE / "brine_vectors.json").read_text()


@pytest.mark.parametrize("vector", brine_data.vectors()[0], ids=lambda vector: vector.name)
def test_brine_that_is_accepted_is_not_canonical(vector):
    assert vector.data not in vector.accepted
    assert brine.encode(vector.value, **vector.limits) == vector.data


def test_no_brine_is_refused_twice():
    _, refused, undumpable = brine_data.vectors()
    assert len({vector.data + repr(vector.limits).encode() for vector in refused}) == len(refused)
    assert {vector.error for vector in refused} == {"protocol", "buffer_overflow"}
    assert {vector.error for vector in undumpable} == {"invalid", "buffer_overflow"}


def test_every_first_byte_of_brine_is_in_a_vector():
    values, refused, _ = brine_data.vectors()
    small = set(range(0x20, 0xf0))
    first = {vector.data[0] for vector in (*values, *refused) if vector.data}
    assert first | small == set(range(256))


@pytest.mark.parametrize("text", ["", "abcabc", "00" * 99 + "1", "tuple:20" + " none" * 20, "9" * 4300])
def test_squeezed_text_expands_to_itself(text):
    assert brine_data.expanded(brine_data.squeezed(text)) == text


def hellos(text):
    """What does not depend on zlib's choices."""
    return [(s["name"], s["secret"], s["left"]["hello"], s["right"]["hello"])
            for s in json.loads(text)["sessions"]]


def names_and_results(text):
    """What does not depend on zlib's choices."""
    return [(v["name"], v["verdict"], v["results"]) for v in json.loads(text)["reading"]]


def test_a_vector_that_must_be_refused_is_refused():
    for vector in data.vectors()[0]:
        errors = [result for result in vector.results if isinstance(result, str)]
        assert (errors == ["eof"]) == (vector.verdict != "refused"), vector.name
