"""What the tests share: waiting for a thread to block, raw frames, peers."""

import contextlib
import os
import socket
import struct
import sys
import threading
import time
import zlib
from pathlib import Path

import firth

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from blocking import (LONG, wait_until, wait_until_asleep,  # noqa: E402,F401
                      wait_until_blocked)

PEERS = ROOT / "tests" / "support" / "peers"


def frame(payload, compress=True):
    """The frame that rpyc makes of a payload."""
    flag = 0
    if compress and len(payload) > 3000:
        flag, payload = 1, zlib.compress(payload, 1)
    return struct.pack(">IB", len(payload), flag) + payload + b"\n"


class Caller(threading.Thread):
    """Calls a function in a thread of its own; `result` gives or raises what came of it."""

    def __init__(self, function, *arguments, **keywords):
        super().__init__(daemon=True)
        self._call = function, arguments, keywords
        self._value = self._error = None
        self.start()

    def run(self):
        function, arguments, keywords = self._call
        try:
            self._value = function(*arguments, **keywords)
        except BaseException as error:
            self._error = error

    def result(self):
        self.join(LONG)
        assert not self.is_alive(), "the call did not return"
        if self._error is not None:
            raise self._error
        return self._value


@contextlib.contextmanager
def while_blocked(function, *arguments, **keywords):
    """A thread that is blocked in the call; afterwards its `result` tells what came of it."""
    caller = Caller(function, *arguments, **keywords)
    wait_until_blocked(caller)
    yield caller
    caller.join(LONG)
    assert not caller.is_alive(), "the call did not return"


def stall(stream):
    """Writes until no more is taken without waiting; how many bytes that took."""
    taken = 0
    with contextlib.suppress(firth.TimeoutError):
        while True:
            taken += stream.write_some(bytes(1 << 16), 0)
    return taken


class Rung(Exception):
    """Raised by the signal handler of these tests."""


def in_child(function):
    """The exit status of a forked child that returns what `function` does."""
    child = os.fork()
    if child == 0:
        status = 99
        try:
            status = function()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class RpycTimeout:
    """Looks as rpyc.lib.Timeout does."""

    def __init__(self, seconds):
        self.finite = seconds is not None
        self.tmax = time.time() + seconds if self.finite else None

    def timeleft(self):
        return max(0, self.tmax - time.time()) if self.finite else None
