"""Child processes in Python that import one chosen version of rpyc.

The folder named by the environment variable FIRTH_PEERS holds one sub-folder
per version, made by

    pip install --target $FIRTH_PEERS/rpyc-5.3.1 -r tests/support/requirements-rpyc-5.3.1.txt

A child that listens says so in its first line on standard output:
`listening unix PATH` or `listening tcp HOST PORT`.
"""

import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

VERSIONS = ("4.1.5", "5.3.1", "6.0.2")


class PeerError(Exception):
    """A peer cannot be started, or does not say what it should."""


def folder_of(version):
    """The folder that `pip install --target` filled for this version."""
    root = os.environ.get("FIRTH_PEERS")
    if not root:
        raise PeerError("FIRTH_PEERS is not set: it names the folder with rpyc-X.Y.Z in it")
    folder = Path(root).resolve() / f"rpyc-{version}"
    if not (folder / "rpyc" / "__init__.py").is_file():
        raise PeerError(f"{folder} holds no rpyc; fill it from requirements-rpyc-{version}.txt")
    return folder


def environment_for(version, **extra):
    """The caller's environment, with this version of rpyc alone on PYTHONPATH."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "RPYC_"))}
    kept.update(PYTHONPATH=str(folder_of(version)), PYTHONDONTWRITEBYTECODE="1",
                PYTHONNOUSERSITE="1", PYTHONUNBUFFERED="1", PYTHONHASHSEED="0", **extra)
    return kept


class Child:
    """A running child; leaving the `with` block ends it.

    `cwd` and `environment` as for Popen; what the child writes on standard
    error is kept and put into every PeerError.
    """

    def __init__(self, name, command, cwd=None, environment=None):
        self.name = name
        self._process = subprocess.Popen(
            list(map(str, command)), cwd=cwd, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._lines = queue.Queue()
        self._complaints = []
        self._readers = [self._reader(self._process.stdout, self._lines.put),
                         self._reader(self._process.stderr, self._complaints.append)]

    def _reader(self, pipe, take):
        def read():
            for line in pipe:
                take(line.rstrip("\n"))
            if pipe is self._process.stdout:
                take(None)
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    @property
    def pid(self):
        return self._process.pid

    def say(self, line):
        """One line on the child's standard input."""
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def line(self, timeout=90):
        """The child's next line of standard output."""
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise self._error(f"said nothing for {timeout} s") from None
        if line is None:
            raise self._error("ended without saying more")
        return line

    def address(self, timeout=90):
        """Where the child listens: ("unix", path) or ("tcp", host, port)."""
        words = self.line(timeout).split(" ")
        if words[:2] == ["listening", "unix"]:
            return "unix", " ".join(words[2:])
        if words[:2] == ["listening", "tcp"] and len(words) == 4:
            return "tcp", words[2], int(words[3])
        raise self._error(f"does not say where it listens but {' '.join(words)!r}")

    def ended(self, timeout=60):
        """Wait for the child to end by itself: its status, and what it complained of."""
        try:
            status = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise self._error(f"still runs after {timeout} s") from None
        self._join()
        return status, "\n".join(self._complaints)

    def wait(self, timeout=60):
        """Wait for the child to end by itself; anything but status 0 is an error."""
        status, _ = self.ended(timeout)
        if status:
            raise self._error(f"ended with status {status}")

    def stop(self):
        """End the child if it has not ended; never an error."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._join()

    def _join(self):
        for reader in self._readers:
            reader.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            pipe.close()

    def _error(self, what):
        said = "\n    ".join(self._complaints)
        return PeerError(f"{self.name}: {what}" + (f"\n    {said}" if said else ""))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Peer(Child):
    """A child in Python that has one version of rpyc."""

    def __init__(self, version, program, *arguments, cwd=None, environment=None):
        super().__init__(f"rpyc {version}: {Path(program).name} {' '.join(map(str, arguments))}",
                         [sys.executable, program, *arguments], cwd,
                         environment_for(version, **(environment or {})))
