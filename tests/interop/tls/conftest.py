"""Certificates, and firth's side of a connection as a child process."""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SUPPORT = HERE.parents[1] / "support"
sys.path[:0] = [str(HERE), str(SUPPORT)]

from rpyc_peers import environment_for, folder_of  # noqa: E402

EXCHANGE = os.environ["FIRTH_TLS_EXCHANGE"]


@pytest.fixture(scope="session")
def certificates():
    with tempfile.TemporaryDirectory(prefix="firth-tls-") as folder:
        path = folder_of("6.0.2").parent / "certificates"
        subprocess.run([sys.executable, SUPPORT / "certificates.py", folder], check=True,
                       env=environment_for("6.0.2") | {"PYTHONPATH": str(path)})
        yield Path(folder)


class Side:
    """A child process that is told everything on its command line."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.watch = threading.Timer(60, self.process.kill)
        self.watch.start()

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def port(self):
        words = self.line().split(" ")
        assert words[:2] == ["listening", "tcp"], words
        return int(words[3])

    def tell(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def lines(self):
        """What it has still to say until its end."""
        said = self.process.stdout.read()
        self.process.wait()
        return said.splitlines()

    def stop(self):
        self.watch.cancel()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()


@pytest.fixture
def start():
    """Starts a child that ends with the test."""
    sides = []

    def start(*command):
        sides.append(Side(*command))
        return sides[-1]

    yield start
    for side in sides:
        side.stop()


@pytest.fixture
def client(start, certificates):
    """firth's client: client(port, *actions, option=value...)."""
    def client(port, *actions, **options):
        options = {"ca_certs": certificates / "ca.crt"} | options
        words = [f"{name}={value}" for name, value in options.items() if value is not None]
        return start(EXCHANGE, "client", "localhost", port, *words, "--", *actions)
    return client


@pytest.fixture
def server(start, certificates):
    """firth's server, its certificate being that of localhost."""
    def server(*actions, **options):
        options = {"certfile": certificates / "server.crt",
                   "keyfile": certificates / "server.key"} | options
        words = [f"{name}={value}" for name, value in options.items() if value is not None]
        return start(EXCHANGE, "server", *words, "--", *actions)
    return server
