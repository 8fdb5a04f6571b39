"""One language meets one version of rpyc over one transport."""

import subprocess
import sys
from dataclasses import dataclass, field

from peers import HERE
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


def run(command, env):
    """(lines, problem) of a program that must end with status 0."""
    try:
        done = subprocess.run([str(word) for word in command], env=env, timeout=TIMEOUT,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        return [], str(error)
    except subprocess.TimeoutExpired:
        return [], f"did not end within {TIMEOUT} s"
    if done.returncode:
        return done.stdout.splitlines(), done.stderr.strip() or f"status {done.returncode}"
    return done.stdout.splitlines(), ""


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


def measure_rpyc(peers, transport, peers_folder):
    """(round trip of rpyc's own Channel in microseconds, problem)."""
    lines, problem = run(
        [sys.executable, HERE / "round_trip.py", peers.echo.addresses[transport]],
        environment(PYTHONPATH=peers_folder / f"rpyc-{peers.version}"))
    if problem:
        return 0.0, f"rpyc's own client: {problem}"
    peers.frames()
    return float(lines[-1].split()[1]), ""


def meet(program, transport, peers, peers_folder):
    language, command, extra = program
    result = Result(language, transport, peers.version)
    result.rpyc_round_trip, result.problem = measure_rpyc(peers, transport, peers_folder)
    if result.problem:
        return result
    server, echo = peers.server.addresses[transport], peers.echo.addresses[transport]
    lines, result.problem = run([*command, server, peers.dialect, echo], environment(**extra))
    read_lines(result, lines)
    if not result.problem:
        result.frames, result.equal = peers.frames()
        result.problem = problem_of(result)
    return result
