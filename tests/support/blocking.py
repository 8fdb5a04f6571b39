"""Waiting for a fact, above all for another thread to sleep in the call that is meant to block."""

import os
import select
import socket
import sys
import threading
import time
from pathlib import Path

# Seconds that nothing here takes unless it is broken.
LONG = 60


def wait_until(holds, complaint):
    """Returns when `holds()`. It is looked at again after the time is over, in case that
    this thread, and not what it waits for, was kept from running."""
    deadline = time.monotonic() + LONG
    late = False
    while not holds():
        assert not late, complaint()
        late = time.monotonic() > deadline
        os.sched_yield()


def system_call_of(thread_id):
    """The number and the arguments of the system call that a thread of ours sleeps in, or
    "running" alone."""
    return Path(f"/proc/self/task/{thread_id}/syscall").read_text().split()


# As many as no other system call is likely to have as its second argument.
_WATCHED = 23


def number_of_poll():
    """What poll(2) is called here, learned from a thread that sleeps in it."""
    here, there = socket.socketpair()
    watched = [os.dup(here.fileno()) for _ in range(_WATCHED)]
    poll = select.poll()
    for descriptor in watched:
        poll.register(descriptor, select.POLLIN)
    thread = threading.Thread(target=poll.poll)
    thread.start()
    wait_until(lambda: system_call_of(thread.native_id)[2:3] == [hex(_WATCHED)],
               lambda: "poll does not block")
    number = system_call_of(thread.native_id)[0]
    there.close()
    thread.join()
    here.close()
    for descriptor in watched:
        os.close(descriptor)
    return number


_POLL = None


def wait_until_blocked(thread):
    """Returns when `thread` sleeps in poll(2), in which blocked calls of firth wait."""
    global _POLL
    _POLL = _POLL or number_of_poll()
    wait_until(lambda: system_call_of(thread.native_id)[0] == _POLL,
               lambda: "the call does not block")


def wait_until_asleep(thread):
    """Returns when `thread` has slept in one system call for longer than anybody keeps the
    interpreter from it."""
    seen, since = None, 0.0

    def asleep():
        nonlocal seen, since
        before, seen = seen, system_call_of(thread.native_id)
        if seen != before or seen == ["running"]:
            since = time.monotonic()
        return time.monotonic() - since > 10 * sys.getswitchinterval()
    wait_until(asleep, lambda: "the call does not block")
