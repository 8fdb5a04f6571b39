"""The two children on rpyc's side: a server and a recording echo of one version."""

import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from programs import environment

HERE = Path(__file__).resolve().parent
PATIENCE = 60  # seconds for a child's next line


class PeerError(Exception):
    """A child of rpyc's side is not there, or not as it should be."""


class Child:
    """A program of this folder under one version of rpyc; `addresses` by transport."""

    def __init__(self, peers, version, program, folder):
        self._name = f"{program} under rpyc {version}"
        self._process = subprocess.Popen(
            [sys.executable, HERE / program, folder], text=True,
            env=environment(PYTHONPATH=peers / f"rpyc-{version}"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.addresses = {}
        for _ in range(2):
            address = self.line()
            self.addresses[address.split(":")[0]] = address

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line.strip())
        self._lines.put(None)

    def line(self):
        try:
            line = self._lines.get(timeout=PATIENCE)
        except queue.Empty:
            raise PeerError(f"{self._name} said nothing for {PATIENCE} s") from None
        if line is None:
            raise PeerError(f"{self._name} ended")
        return line

    def stop(self):
        self._process.kill()
        self._process.wait()


class Peers:
    """The children of one version of rpyc; leaving the `with` block ends them."""

    def __init__(self, peers, version):
        self.version = version
        self.dialect = version.split(".")[0]
        self._peers = peers
        self._children = []
        self._folder = tempfile.TemporaryDirectory(prefix="firth-demo-")

    def __enter__(self):
        try:
            self.server = self._start("server.py")
            self.echo = self._start("echo.py")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for child in self._children:
            child.stop()
        self._folder.cleanup()

    def _start(self, program):
        child = Child(self._peers, self.version, program, self._folder.name)
        self._children.append(child)
        return child

    def frames(self):
        """(frames, of them equal to rpyc's) of the connection to the echo that ended last."""
        total, equal = self.echo.line().split()
        return int(total), int(equal)
