"""The program `through`, and real rpyc peers to be reached with it."""

import os
import socket
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUPPORT = HERE.parents[1] / "support"
sys.path.insert(0, str(SUPPORT))

from rpyc_peers import Peer  # noqa: E402  (found through the path above)
from told_program import ToldProgram  # noqa: E402

ECHO = SUPPORT / "peers" / "echo.py"
# PING with the number 7 as the first request of each dialect.
PING = {"5.3.1": "1251501151115210115157", "6.0.2": "0111501151115210115157"}
SIZES = (0, 1, 2999, 3000, 3001, 64000, 1048576)


class Through(ToldProgram):
    """A running `through`; what it says first is whether it is connected."""

    def __init__(self, *words):
        super().__init__(os.environ["FIRTH_THROUGH"], *words)

    @property
    def connected(self):
        return self.started


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
        assert through("finish 60") == "ok"


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
