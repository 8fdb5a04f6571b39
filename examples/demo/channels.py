"""What compressed, batching and encrypted channels do, in one language: its three examples."""

import re
import subprocess
import threading
from dataclasses import dataclass

from meeting import TIMEOUT, MeetingError, run
from peers import PeerError
from programs import environment

SECRET = ("correct horse battery staple", "a salt of random bytes")
WAYS = ("one_at_a_time", "batched", "corked")
DATA = re.compile(r"Data: (\d+) bytes, sent as (\d+) bytes, \d+ % saved")
CALLS = re.compile(r"(\w+): (\d+) payloads, (\d+) writes, \d+ reads")


@dataclass
class Shown:
    """What came of it; `problem` is empty if all is as it must be."""

    language: str
    size: int = 0  # bytes of the large data
    sent: int = 0  # bytes that went out for it
    payloads: int = 0
    writes: tuple = ()  # system calls for so many payloads, by way
    answer: str = ""  # to what was encrypted
    problem: str = ""


def place(address):
    """HOST and PORT of tcp:HOST:PORT."""
    return address.split(":")[1:]


def compress(shown, program, address):
    _, command, extra = program
    found = DATA.search("\n".join(run([*command, *place(address)], environment(**extra))))
    if not found:
        raise MeetingError("compressed_communication does not tell how much it sent")
    shown.size, shown.sent = map(int, found.groups())


def batch(shown, program, address):
    _, command, extra = program
    found = CALLS.findall("\n".join(run([*command, *place(address)], environment(**extra))))
    if tuple(way for way, _, _ in found) != WAYS:
        raise MeetingError("performance_optimized_streaming does not tell of every way")
    shown.payloads = int(found[0][1])
    shown.writes = tuple(int(writes) for _, _, writes in found)


def encrypt(shown, program):
    """Both ends are the language's own."""
    _, command, extra = program
    words = [str(word) for word in command]
    with subprocess.Popen([*words, "listen", *SECRET], env=environment(**extra), text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as listening:
        too_late = threading.Timer(TIMEOUT, listening.kill)
        too_late.start()
        try:
            said = listening.stdout.readline().split()
            if said[:2] != ["listening", "tcp"]:
                raise MeetingError(" ".join(said) or "the end that is to listen says nothing")
            lines = run([*words, "connect", *said[2:], *SECRET], environment(**extra))
            shown.answer = lines[-1].removeprefix("Response: ")
        finally:
            too_late.cancel()
            listening.kill()


def problem_of(shown):
    """What is not as it must be, although the programs ended well."""
    if not 0 < shown.sent < shown.size:
        return f"{shown.size} bytes of data were sent as {shown.sent}"
    one_at_a_time, batched, corked = shown.writes
    if not corked < batched < one_at_a_time:
        return f"{batched} writes in batches, {corked} corked, {one_at_a_time} one at a time"
    if shown.answer != "HELLO, BRINE":
        return f"{shown.answer!r} came back from the encrypted channel"
    return ""


def show(language, programs, peers):
    """Its examples, by name, with rpyc's echo, or in Python rpyc's server, on TCP."""
    shown = Shown(language)
    end = peers.server if language == "Python" else peers.echo
    try:
        for step, name in ((compress, "compressed_communication"),
                           (batch, "performance_optimized_streaming")):
            step(shown, programs[name], end.addresses["tcp"])
            if end is peers.echo:
                peers.frames()
        encrypt(shown, programs["encrypted_communication"])
        shown.problem = problem_of(shown)
    except (MeetingError, PeerError) as error:
        shown.problem = str(error)
        peers.restart()
    return shown
