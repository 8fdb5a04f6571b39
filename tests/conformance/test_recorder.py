"""The recorder records, and keeps the machine out of it. FIRTH_PEERS says where rpyc is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import rpyc_peers  # noqa: E402
from recorder import pieces, privacy  # noqa: E402
import seeded  # noqa: E402


@pytest.mark.parametrize("version", rpyc_peers.VERSIONS)
def test_recording_again_gives_the_same_conversation(version, tmp_path):
    name = f"rpyc-{version}/exceptions"
    subprocess.run([sys.executable, HERE / "record.py", "--only", name, "--into", tmp_path],
                   check=True, timeout=60)
    assert conversation(tmp_path, name) == conversation(HERE / "recordings", name)


def conversation(folder, name):
    """What each side asked, in order, but for releases: when garbage is collected may differ."""
    index = json.loads((folder / "index.json").read_text())
    frames = next(r["frames"] for r in index["recordings"] if r["name"] == name)
    return {side: [f["what"].split(" #")[0] for f in frames
                   if f["from"] == side and "REQUEST" in f["what"] and "DEL" not in f["what"]]
            for side in ("client", "server")}


@pytest.mark.parametrize("text", ['File "/opt/anything.py", line 1', "in {}/secret".format(os.path.expanduser("~"))])
def test_a_path_of_the_machine_is_refused(text):
    with pytest.raises(privacy.Leak):
        privacy.check(text.encode(), "a payload")


def test_neutral_names_pass():
    privacy.check(b'File "rpyc/core/protocol.py", line 359, in _dispatch_request', "a payload")


@pytest.mark.parametrize("name", seeded.SEEDS)
def test_seeded_runs_are_found_and_not_stored(name):
    frame = b"head" + seeded.named(name, 5000, 7) + b"tail"
    stored = bytearray()
    found = pieces.split(frame, lambda data: stored.extend(data) or len(stored) - len(data))
    assert ["run", name] in [piece[:2] for piece in found]
    assert len(stored) < 300
