"""The vectors of the encryption are what their program writes, and programs on firth say them."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from conftest import FIRTH, Side

CONFORMANCE = Path(__file__).resolve().parents[2] / "conformance"
VECTORS = CONFORMANCE / "encryption_vectors.json"
SESSION = json.loads(VECTORS.read_text())["sessions"][2]

# With any zlib: the deflated bodies are those that are stored.
MAKE_AGAIN = """
import json, sys
sys.path.insert(0, sys.argv[1])
import make_encryption_vectors as made
stored = open(sys.argv[2]).read()
told = json.loads(stored)
deflated = told["sessions"][0]["left"]["frames"][3]["deflated"]
made.zlib.compress = lambda payload, level: bytes.fromhex(deflated)
made.zlib.ZLIB_RUNTIME_VERSION = told["zlib"]
sys.exit(made.text() != stored)
"""


def test_they_are_made_again_as_they_are():
    packages = str(Path(os.environ["FIRTH_PEERS"]) / "certificates")
    subprocess.run([sys.executable, "-B", "-c", MAKE_AGAIN, str(CONFORMANCE), str(VECTORS)], check=True,
                   env=os.environ | {"PYTHONPATH": packages})


def said_by(side):
    """All that one side of the session says."""
    frames = [frame["frame"] for frame in side["frames"]]
    return bytes.fromhex("".join([side["hello"], side["ready"], *frames, side["end"]]))


def exactly(sock, length):
    data = b""
    while len(data) < length and (part := sock.recv(length - len(data))):
        data += part
    return data


def test_a_program_says_them_with_the_private_key_given(monkeypatch):
    monkeypatch.setenv("LD_PRELOAD", os.environ["FIRTH_FIXED_PRIVATE_KEY"])
    monkeypatch.setenv("FIRTH_TEST_PRIVATE_KEY", SESSION["left"]["private_key"])
    left = Side(FIRTH, "listen", SESSION["shared_key"], 0, "sink")
    with socket.create_connection(("127.0.0.1", left.port()), 30) as sock:
        sock.sendall(said_by(SESSION["right"]))
        expected = bytes.fromhex(SESSION["left"]["hello"] + SESSION["left"]["ready"])
        assert exactly(sock, len(expected)) == expected
    assert left.outcome() == f"came {len(SESSION['right']['frames'])} ended eof"
