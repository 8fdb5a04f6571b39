"""The programs in C that users read talk to real rpyc."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "support"))

from rpyc_peers import Peer  # noqa: E402

ECHO = HERE.parents[1] / "support" / "peers" / "echo.py"
PROGRAMS = pathlib.Path(os.environ["FIRTH_BUILD"]) / "examples" / "c"
SIZES = (0, 1, 16, 2999, 3000, 3001, 64000, 65536, 1048576, 4194304)


def run(program, *arguments):
    return subprocess.run([PROGRAMS / program, *arguments], capture_output=True, text=True,
                          timeout=120)


def text_of(address):
    return ":".join(map(str, address))


@pytest.fixture
def place():
    """A path that is short enough for a unix socket."""
    with tempfile.TemporaryDirectory(prefix="firth-interop-") as folder:
        yield os.path.join(folder, "server")


@pytest.mark.parametrize("version", ["5.3.1", "6.0.2"])
@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_talk_to_rpyc_meets_a_real_server_and_a_real_channel(version, kind, place):
    with Peer(version, HERE / "server.py", place) as server, Peer(version, ECHO, kind) as echo:
        done = run("talk_to_rpyc", text_of(server.address()), version[0], text_of(echo.address()))
        assert (done.returncode, done.stderr) == (0, "")
        *lines, last = done.stdout.splitlines()
        echoed = [f"echo {what} {size} ok" for size in SIZES for what in ("text", "random")]
        assert lines == ["getroot ok", "ping ok", *echoed]
        assert re.fullmatch(r"round_trip_us \d+\.\d", last)


def test_talk_to_rpyc_says_in_one_line_what_went_wrong(place):
    done = run("talk_to_rpyc", f"unix:{place}", "6", "unix:/")
    assert done.returncode == 1
    assert place in done.stderr and done.stderr.count("\n") == 1


def test_hello_gets_its_payload_back():
    with Peer("6.0.2", ECHO, "tcp") as echo:
        _, host, port = echo.address()
        done = run("hello", host, str(port))
        assert (done.returncode, done.stdout) == (0, "hello, brine\n")
