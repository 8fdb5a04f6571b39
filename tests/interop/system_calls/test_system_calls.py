"""On a plain socket, with the data there, a frame is one system call out and two in."""

import os
import re
import subprocess

import pytest

SENDING = {"sendmsg", "sendto", "writev", "write"}
RECEIVING = {"recvmsg", "recvfrom", "readv", "read"}
SMALL = 3000  # bytes; such frames are received by two calls
LINE = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)$")


def sections(log):
    """{name: [system call, ...]} of what lies between the marks in strace's output."""
    found, name = {}, None
    for line in log.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        call, rest = match.groups()
        if call == "write" and rest.startswith('-1, "begin '):
            name = rest.split('"')[1].removeprefix("begin ")
            found[name] = []
        elif call == "write" and rest.startswith('-1, "end"'):
            name = None
        elif name is not None:
            found[name].append(call)
    return found


class Run:
    """A run of the program: what strace saw, and what firth counted."""

    def __init__(self, folder, *arguments):
        log = folder / "strace.log"
        done = subprocess.run(
            [os.environ["FIRTH_STRACE"], "-f", "-e", "trace=all", "-o", log,
             os.environ["FIRTH_EXCHANGE"], *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0, done.stderr
        self.seen = sections(log.read_text())
        self.counted = {name: (int(reads), int(writes)) for name, reads, writes
                        in (line.split() for line in done.stdout.splitlines())}

    def named(self, pattern):
        found = {name: calls for name, calls in self.seen.items() if re.match(pattern, name)}
        assert found, f"no section is named {pattern}"
        return found


@pytest.fixture(scope="module", params=["unix", "tcp"])
def run(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    return Run(folder, request.param, *([folder / "socket"] if request.param == "unix" else []))


@pytest.mark.parametrize("kind", ["plain", "timed", "compressed"])
def test_a_frame_of_any_size_is_sent_by_one_call(run, kind):
    for name, calls in run.named(f"send-{kind}-").items():
        assert len(calls) == 1 and set(calls) <= SENDING, f"{name}: {calls}"


@pytest.mark.parametrize("kind", ["plain", "timed", "compressed"])
def test_a_small_frame_is_received_by_two_calls(run, kind):
    small = {name: calls for name, calls in run.named(f"recv-{kind}-").items()
             if int(name.rsplit("-", 1)[1]) <= SMALL}
    assert len(small) == 5
    for name, calls in small.items():
        assert len(calls) == 2 and set(calls) <= RECEIVING, f"{name}: {calls}"


def test_the_counters_of_what_is_sent_are_what_strace_sees(run):
    for name, calls in run.named("send-").items():
        assert run.counted[name] == (0, len(calls)), name


def test_the_counters_of_what_is_received_are_what_strace_sees(run):
    for name, calls in run.named("recv-").items():
        if int(name.rsplit("-", 1)[1]) <= SMALL:
            assert run.counted[name] == (len(calls), 0), name


def test_a_wait_would_be_seen(run):
    assert len(run.seen["poll-and-recv-16"]) == 3
    assert "poll" in run.seen["poll-and-recv-16"][0]


def test_calls_between_the_marks_are_read_from_the_log():
    log = ('9 write(-1, "begin a", 7) = -1 EBADF (Bad file descriptor)\n9 futex(0x1, 2) = 0\n'
           '9 write(-1, "end", 3) = -1 EBADF (Bad file descriptor)\n9 brk(NULL) = 0x1\n')
    assert sections(log) == {"a": ["futex"]}
