"""The two sides of an encrypted connection as child processes."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
KEY = bytes(range(7, 39)).hex()

FIRTH = [os.environ["FIRTH_SEALED_TALK"]]
PEER = [sys.executable, "-B", str(HERE / "peer.py")]


class Side:
    def __init__(self, program, *words):
        packages = Path(os.environ["FIRTH_PEERS"]) / "certificates"
        self.process = subprocess.Popen(
            [*program, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=os.environ | {"PYTHONPATH": str(packages)})
        self.watch = threading.Timer(60, self.process.kill)
        self.watch.daemon = True
        self.watch.start()

    def port(self):
        words = self.process.stdout.readline().split()
        assert words[:1] == ["listening"], words
        return int(words[-1])

    def outcome(self):
        said, _ = self.process.communicate()
        self.watch.cancel()
        return said.strip()


class Meeting:
    """Starts who listens, then who connects; says what came of each."""

    def __init__(self):
        self.sides = []

    def outcomes(self, listener, listening, connector, connecting, key=KEY, other_key=KEY, compress=0):
        first = Side(listener, "listen", key, compress, *listening)
        self.sides.append(first)
        second = Side(connector, "connect", first.port(), other_key, compress, *connecting)
        self.sides.append(second)
        return first.outcome(), second.outcome()

    def close(self):
        for side in self.sides:
            side.watch.cancel()
            side.process.kill()
            side.process.wait()
            side.process.stdout.close()


@pytest.fixture
def meeting():
    made = Meeting()
    yield made
    made.close()
