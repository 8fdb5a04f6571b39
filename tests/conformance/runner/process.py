"""A testee: a child process that is told what to do and answers."""

import os
import select
import subprocess
import tempfile
import time
from typing import NamedTuple

CHUNK = 1 << 20
LENGTHS = ("payload", "bytes", "value")


class Failure(Exception):
    """The testee answered, and the answer is wrong."""


class Misbehaviour(Failure):
    """The testee hung, ended, or broke the protocol; it must be started again."""


class Answer(NamedTuple):
    kind: str
    text: str
    data: bytes = b""

    @property
    def code(self):
        """The CODE of an error, else None."""
        return self.text.split(" ")[0] if self.kind == "error" else None

    def __str__(self):
        shown = f"{len(self.data)} bytes" if self.kind in LENGTHS else self.text
        return f"{self.kind} {shown}".strip()


class Testee:
    """Answers one question at a time; each answer must come within `timeout` seconds."""

    def __init__(self, name, command, environment=None, timeout=10, lacks=()):
        """`lacks`: {ability: why it is not there}, of case.py's."""
        self.name = name
        self.lacks = dict(lacks)
        self._command = command
        self._environment = environment
        self._timeout = timeout
        self._process = None
        self._complaints = tempfile.TemporaryFile()
        self._unread = bytearray()

    def another(self, more=()):
        """A process of its own, with more in its environment; not started yet."""
        environment = {**(os.environ if self._environment is None else self._environment), **dict(more)}
        return Testee(self.name, self._command, environment, self._timeout, self.lacks)

    def start(self):
        self.stop()
        self._unread.clear()
        self._complaints.truncate(0)
        self._complaints.seek(0)
        try:
            self._process = subprocess.Popen(
                self._command, env=self._environment, bufsize=0, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=self._complaints)
        except OSError as error:
            raise Misbehaviour(f"cannot be started: {error}") from None
        os.set_blocking(self._process.stdin.fileno(), False)

    def stop(self):
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()

    def quit(self):
        """The polite end: `quit`, and status 0."""
        self._write(b"quit\n", self._deadline())
        try:
            status = self._process.wait(self._timeout)
        except subprocess.TimeoutExpired:
            raise self._misbehaviour("does not quit") from None
        if status:
            raise self._misbehaviour(f"quits with status {status}")

    def ask(self, line, data=None):
        """Say a command, and wait for the whole answer."""
        if self._process is None:
            self.start()
        deadline = self._deadline()
        if data is None:
            self._write(line.encode() + b"\n", deadline)
        else:
            self._write(f"{line} {len(data)}\n".encode() + data, deadline)
        return self._answer(deadline)

    def complaints(self):
        """The end of what it wrote on standard error."""
        size = os.fstat(self._complaints.fileno()).st_size
        return os.pread(self._complaints.fileno(), 2000, max(0, size - 2000)).decode(errors="replace")

    def _deadline(self):
        return time.monotonic() + self._timeout

    def _answer(self, deadline):
        words = self._line(deadline).decode(errors="replace").split(" ", 1)
        kind, text = words[0], words[1] if len(words) > 1 else ""
        if kind not in LENGTHS:
            return Answer(kind, text)
        if not text.isdigit():
            raise self._misbehaviour(f"answers {kind} {text!r}")
        return Answer(kind, text, self._exactly(int(text), deadline))

    def _line(self, deadline):
        searched = 0
        while True:
            end = self._unread.find(b"\n", searched)
            if end >= 0:
                line = bytes(self._unread[:end])
                del self._unread[:end + 1]
                return line
            searched = len(self._unread)
            self._more(deadline)

    def _exactly(self, length, deadline):
        while len(self._unread) < length:
            self._more(deadline)
        data = bytes(self._unread[:length])
        del self._unread[:length]
        return data

    def _more(self, deadline):
        self._wait([self._process.stdout], [], deadline, "gives no answer")
        data = os.read(self._process.stdout.fileno(), CHUNK)
        if not data:
            raise self._misbehaviour(f"ended with status {self._process.wait()}")
        self._unread += data

    def _write(self, data, deadline):
        view = memoryview(data)
        while view:
            self._wait([], [self._process.stdin], deadline, "does not read")
            try:
                view = view[os.write(self._process.stdin.fileno(), view[:CHUNK]):]
            except BlockingIOError:
                pass
            except BrokenPipeError:
                raise self._misbehaviour(f"ended with status {self._process.wait()}") from None

    def _wait(self, readers, writers, deadline, complaint):
        remaining = max(0, deadline - time.monotonic())
        ready = select.select(readers, writers, [], remaining)
        if not any(ready):
            raise self._misbehaviour(f"{complaint} within {self._timeout} s")

    def _misbehaviour(self, what):
        said = self.complaints().strip()
        return Misbehaviour(what + (f"; it said: {said}" if said else ""))
