"""rpyc's own server in stdio mode, as the child of a program in C."""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "support"))

from rpyc_peers import VERSIONS, environment_for, folder_of  # noqa: E402
from told_program import ToldProgram  # noqa: E402


def tuple_of(*members):
    """A brine tuple of one to three members."""
    return bytes([0x0F + len(members)]) + b"".join(members)


def integer(number):
    """A brine integer from 0 to 9."""
    return bytes([0x50 + number])


def text(value):
    """A brine text of more than four bytes."""
    data = value.encode()
    length = b"\x0e" + bytes([len(data)]) if len(data) < 256 \
        else b"\x0f" + len(data).to_bytes(4, "big")
    return b"\x08" + length + data


def message(version, kind, number, content):
    """A message as that version lays it out: kind 1 is a request, 2 a reply."""
    if version.startswith("6"):
        return bytes([kind]) + tuple_of(integer(number), content)
    return tuple_of(integer(kind), integer(number), content)


def request(version, number, handler, arguments=b"\x02"):
    """A request whose arguments are all values: (handler, (1, arguments))."""
    return message(version, 1, number, tuple_of(integer(handler), tuple_of(integer(1), arguments)))


GETROOT, PING = 3, 1


class Child(ToldProgram):
    """A running talk_to_child over a server of that version."""

    def __init__(self, version, *command, mode="stdio"):
        server = next((folder_of(version) / "bin").glob("rpyc_classic.py"))
        command = command or (sys.executable, "-u", str(server), "-q", "-m", mode)
        super().__init__(os.environ["FIRTH_TALK_TO_CHILD"], *command, env=environment_for(version))

    def hear(self):
        """The next payload."""
        answer = self("recv")
        assert answer.startswith("ok "), answer
        return bytes.fromhex(answer[3:])

    def ask(self, payload):
        """The payload that comes for one that is sent."""
        assert self("send", payload.hex()) == "ok"
        return self.hear()


# The classic server wants to know our root before all, serves while it waits for that, and
# takes it for an error if it is never told.
ITS_QUESTION = {version: request(version, 0, GETROOT) for version in VERSIONS}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_server_answers_and_ends_when_its_input_does(version):
    with Child(version) as child:
        assert child.started == "ok"
        assert child.hear() == ITS_QUESTION[version]
        root = child.ask(request(version, 0, GETROOT))
        assert b"rpyc.core.service.ClassicService" in root
        assert child("finish 60") == "ok"
        assert child("status") == "ok 1"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("length", [5, 3000, 70000, 400000])
def test_a_server_answers_with_what_it_was_sent(version, length):
    said = text("firth" * (length // 5))
    with Child(version) as child:
        assert child.hear() == ITS_QUESTION[version]
        answer = child.ask(request(version, 0, PING, tuple_of(said)))
        assert answer == message(version, 2, 0, tuple_of(integer(1), said))
        assert child("close") == "ok"
        assert child("status") == "ok 1"


# A server of a service of one's own, as rpyc's users write it.
SERVICE = """
import sys, rpyc
from rpyc.utils.factory import connect_pipes
class Meeting(rpyc.Service): pass
connect_pipes(sys.stdin, sys.stdout, Meeting).serve_all()
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_service_of_ones_own_ends_well(version):
    with Child(version, sys.executable, "-c", SERVICE) as child:
        assert b"Meeting" in child.ask(request(version, 0, GETROOT))
        assert child("finish 60") == "ok"
        assert child("status") == "ok 0"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_program_that_is_no_server_is_named_when_it_ends(version):
    with Child(version, sys.executable, "-c", "import rpyc; raise SystemExit(5)") as child:
        assert child.started == "ok"
        assert child("recv").startswith(f"error eof '{sys.executable}' (process ")
        assert child("status") == "ok 5"
