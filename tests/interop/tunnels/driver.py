"""The program `through`, and real rpyc peers to be reached with it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUPPORT = HERE.parents[1] / "support"
sys.path.insert(0, str(SUPPORT))

from rpyc_peers import Peer  # noqa: E402  (found through the path above)

ECHO = SUPPORT / "peers" / "echo.py"
# PING with the number 7 as the first request of each dialect.
PING = {"5.3.1": "1251501151115210115157", "6.0.2": "0111501151115210115157"}
SIZES = (0, 1, 2999, 3000, 3001, 64000, 1048576)


class Through:
    """A running `through`; the first answer says whether it is connected."""

    def __init__(self, *words):
        self._process = subprocess.Popen(
            [os.environ["FIRTH_THROUGH"], *map(str, words)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.connected = self._answer()

    @property
    def pid(self):
        return self._process.pid

    def _answer(self):
        line = self._process.stdout.readline().rstrip("\n")
        assert line, self._process.stderr.read()
        return line

    def __call__(self, *command):
        print(*command, file=self._process.stdin, flush=True)
        return self._answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        complaint = self._process.stderr.read()
        self._process.stderr.close()
        self._process.stdout.close()
        status = self._process.wait(60)
        assert (status, complaint) == (0 if self.connected == "ok" else 1, "")


def failure(*words):
    """What a connection that must fail says."""
    with Through(*words) as program:
        assert program.connected.startswith("error "), program.connected
        return program.connected.removeprefix("error ")


def echo_peer():
    """Answers each payload with itself, through rpyc's own Channel: one connection."""
    return Peer("6.0.2", ECHO, "tcp")


def server_peer(version):
    return Peer(version, HERE / "server.py")


def check_echo(words):
    """Payloads of all sizes go through and come back."""
    with Through(*words) as through:
        assert through.connected == "ok"
        assert [through("echo", size) for size in SIZES] == ["ok"] * len(SIZES)
        assert through("finish") == "ok"


def answers_of(version, words):
    """What a real server answers to PING."""
    with Through(*words) as through:
        assert through.connected == "ok"
        assert through("send", PING[version]) == "ok"
        return through("recv")


def refused_port():
    """(port, socket): nobody listens there as long as the socket is open."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return taken.getsockname()[1], taken
