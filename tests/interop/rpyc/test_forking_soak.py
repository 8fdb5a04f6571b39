"""A ForkingServer with many clients, one after another and at once: all are answered, and nothing of
them stays in the server."""

import os
import threading
import time
from pathlib import Path

import pytest
import rpyc
from arrangements import ARRANGEMENTS

IN_A_ROW = 300
AT_ONCE = 30


class ProcessService(rpyc.Service):
    def exposed_process(self, number):
        return number, os.getpid()


def children():
    """The processes that this one has started and not waited for: zombies too."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid():
            found.append((path.parent.name, state))
    return found


def belongings():
    """In the process of the servers: its descriptors, threads and children."""
    descriptors = {name: os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")
                   if os.path.exists(f"/proc/self/fd/{name}")}
    return [len(descriptors), len(os.listdir("/proc/self/task")), children()]


def own_number():
    return os.getpid()


@pytest.fixture
def server(serve, host):
    """A ForkingServer; in the end its process has no more than it had before the clients."""
    server = serve(ProcessService, kind="ForkingServer")
    before = host.call(belongings)
    assert before[2] == []
    yield server
    deadline = time.monotonic() + 60
    while any(now > then for now, then in zip(host.call(belongings), before)):
        assert time.monotonic() < deadline, (before, host.call(belongings))
        time.sleep(0.01)


pytestmark = pytest.mark.parametrize(
    "arrangement", [each for each in ARRANGEMENTS if each.client == each.server], indirect=True, ids=str)


def test_hundreds_are_answered_one_after_another(server, connect_to, host):
    parent = host.call(own_number)
    for number in range(IN_A_ROW):
        connection = connect_to(server.address)
        answered, process = connection.root.process(number)
        assert answered == number and process != parent
        connection.close()


def test_many_are_answered_at_once(server, connect_to, background):
    together = threading.Barrier(AT_ONCE)

    def talk(number):
        connection = connect_to(server.address)
        found = connection.root.process(number)
        together.wait(60)
        connection.close()
        return found
    answers = [call.result() for call in [background(talk, number) for number in range(AT_ONCE)]]
    assert [number for number, _ in answers] == list(range(AT_ONCE))
    assert len({process for _, process in answers}) == AT_ONCE
