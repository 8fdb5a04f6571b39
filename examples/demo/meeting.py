"""One language meets one version of rpyc over one transport."""

import subprocess
import sys
from dataclasses import dataclass, field

from peers import HERE, PeerError
from programs import environment

TIMEOUT = 120  # seconds for one program


@dataclass
class Result:
    """What came of a meeting; `problem` is empty if all is as it must be."""

    language: str
    transport: str
    version: str
    said: set = field(default_factory=set)      # "getroot", "ping"
    sizes: list = field(default_factory=list)   # bytes of each payload that came back
    frames: int = 0
    equal: int = 0
    round_trip: float = 0.0      # microseconds
    rpyc_round_trip: float = 0.0
    problem: str = ""


class MeetingError(Exception):
    """A program did not end as it must."""


def run(command, env):
    """The lines that a program says; it must end with status 0."""
    try:
        done = subprocess.run([str(word) for word in command], env=env, timeout=TIMEOUT,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise MeetingError(error) from None
    except subprocess.TimeoutExpired:
        raise MeetingError(f"{command[0]} did not end within {TIMEOUT} s") from None
    if done.returncode:
        raise MeetingError(done.stderr.strip() or f"{command[0]} ended with {done.returncode}")
    return done.stdout.splitlines()


def read_lines(result, lines):
    """Takes in what talk_to_rpyc says."""
    for line in lines:
        words = line.split()
        if words[1:] == ["ok"]:
            result.said.add(words[0])
        elif len(words) == 4 and words[0] == "echo" and words[3] == "ok":
            result.sizes.append(int(words[2]))
        elif len(words) == 2 and words[0] == "round_trip_us":
            result.round_trip = float(words[1])


def problem_of(result):
    """What is not as it must be, although the program ended well."""
    if result.said != {"getroot", "ping"}:
        return "getroot and ping were not both answered"
    if not result.sizes or not result.round_trip:
        return "no payloads came back" if not result.sizes else "no round trip was measured"
    if result.frames < len(result.sizes):
        return f"{len(result.sizes)} payloads came back, but {result.frames} frames were recorded"
    if result.equal != result.frames:
        return f"{result.frames - result.equal} of {result.frames} frames differ from rpyc's"
    return ""


def measure_rpyc(peers, transport, folder_of_peers):
    """The round trip of rpyc's own Channel, in microseconds."""
    lines = run([sys.executable, HERE / "round_trip.py", peers.echo.addresses[transport]],
                environment(PYTHONPATH=folder_of_peers / f"rpyc-{peers.version}"))
    peers.frames()
    return float(lines[-1].split()[1])


def meet(program, transport, peers, folder_of_peers):
    """The result of one language's program; whatever went wrong is in `problem`."""
    language, command, extra = program
    result = Result(language, transport, peers.version)
    try:
        result.rpyc_round_trip = measure_rpyc(peers, transport, folder_of_peers)
        read_lines(result, run([*command, peers.server.addresses[transport], peers.dialect,
                                peers.echo.addresses[transport]], environment(**extra)))
        result.frames, result.equal = peers.frames()
        result.problem = problem_of(result)
    except (MeetingError, PeerError) as error:
        result.problem = str(error)
        peers.restart()
    return result
