"""What the tests share: waiting for a thread to block, raw frames, peers."""

import os
import select
import socket
import struct
import sys
import threading
import time
import zlib
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "support"))

# Seconds that nothing here takes unless it is broken.
LONG = 20
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


def system_call_of(thread_id):
    """The number of the system call that a thread of ours sleeps in, or "running"."""
    return Path(f"/proc/self/task/{thread_id}/syscall").read_text().split()[0]


def system_call_of_poll():
    """What a thread sleeps in that waits in poll(2), learned from one that does."""
    here, there = socket.socketpair()
    poll = select.poll()
    poll.register(here, select.POLLIN)
    started = threading.Event()

    def wait():
        started.set()
        poll.poll()
    thread = threading.Thread(target=wait)
    thread.start()
    started.wait()
    lock = system_call_of_waiting_for_lock()
    seen = lock
    while seen in (lock, "running"):
        seen = system_call_of(thread.native_id)
    there.close()
    thread.join()
    here.close()
    return seen


def system_call_of_waiting_for_lock():
    """What a thread sleeps in that waits for a lock of the interpreter."""
    lock, started = threading.Lock(), threading.Event()
    lock.acquire()

    def wait():
        started.set()
        lock.acquire()
    thread = threading.Thread(target=wait)
    thread.start()
    started.wait()
    seen = "running"
    while seen == "running":
        seen = system_call_of(thread.native_id)
    lock.release()
    thread.join()
    return seen


_POLLING = None


def wait_until_blocked(thread):
    """Returns when `thread` sleeps in poll(2), in which blocked calls of firth wait."""
    global _POLLING
    _POLLING = _POLLING or system_call_of_poll()
    deadline = time.monotonic() + LONG
    while system_call_of(thread.native_id) != _POLLING:
        assert time.monotonic() < deadline, "the call does not block"
        os.sched_yield()


@contextmanager
def while_blocked(function, *arguments, **keywords):
    """A thread that is blocked in the call; afterwards its `result` tells what came of it."""
    caller = Caller(function, *arguments, **keywords)
    wait_until_blocked(caller)
    yield caller
    caller.join(LONG)
    assert not caller.is_alive(), "the call did not return"


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
