"""The two children on rpyc's side: a server and a recording echo of one version."""

import queue
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

from programs import environment

HERE = Path(__file__).resolve().parent
PATIENCE = 60  # seconds for a child's next line


class PeerError(Exception):
    """A child of rpyc's side is not there, or not as it should be."""


class Child:
    """A program of this folder under one version of rpyc, which is in one of the folders of
    `paths`; `addresses` by transport."""

    def __init__(self, paths, version, program, *arguments):
        self._name = f"{program} under rpyc {version}"
        self._process = subprocess.Popen(
            [sys.executable, HERE / program, *arguments], text=True,
            env=environment(PYTHONPATH=":".join(map(str, paths))),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._lines = queue.Queue()  # ends with None
        threading.Thread(target=self._read, daemon=True).start()
        self.addresses = {}

    def read_addresses(self):
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

    def __init__(self, folder_of_peers, version):
        self.version = version
        self.dialect = version.split(".")[0]
        self._folder_of_peers = folder_of_peers
        self._stack = ExitStack()

    def __enter__(self):
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="firth-demo-"))
            self.server = self._start(stack, "server.py", folder)
            self.echo = self._start(stack, "echo.py", folder)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def restart(self):
        """New children, which know nothing of what went wrong with those before."""
        self._stack.close()
        self.__enter__()

    def _start(self, stack, program, folder):
        packages = self._folder_of_peers / f"rpyc-{self.version}"
        child = Child([packages], self.version, program, folder)
        stack.callback(child.stop)
        child.read_addresses()
        return child

    def frames(self):
        """(frames, of them equal to rpyc's) of the connection to the echo that ended last."""
        total, equal = self.echo.line().split()
        return int(total), int(equal)
