"""The demo says so when a frame, an answer or a program is not as it must be."""

import os
import socket
import struct
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "examples/demo"))

import calls  # noqa: E402
import channels  # noqa: E402
import table  # noqa: E402
from meeting import MeetingError, Result, meet, problem_of, read_lines  # noqa: E402
from peers import Peers  # noqa: E402
from table import readable  # noqa: E402

PEERS = Path(os.environ["FIRTH_PEERS"])
BINDING = Path(os.environ["FIRTH_BUILD"]) / "bindings/python"


@pytest.fixture(scope="module", params=["5.3.1", "6.0.2"])
def peers(request):
    with Peers(PEERS, request.param) as started:
        yield started


def frame(payload, flag=0):
    return struct.pack(">IB", len(payload), flag) + payload + b"\n"


def told_of(peers, data):
    """What the echo says of a connection on which `data` came."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(peers.echo.addresses["unix"].removeprefix("unix:"))
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65536):
            pass
    return peers.frames()


def program(text):
    """A stand-in for talk_to_rpyc, written in Python."""
    return "stand-in", [sys.executable, "-c", text], {}


def good_result():
    return Result("C", "tcp", "6.0.2", said={"getroot", "ping"}, sizes=[0, 16], frames=5, equal=5,
                  round_trip=1.0, rpyc_round_trip=1.0)


def test_the_frames_of_rpyc_count_as_equal(peers):
    assert told_of(peers, frame(b"") + frame(b"brine")) == (2, 2)


def test_a_large_payload_that_is_not_compressed_counts_as_different(peers):
    assert told_of(peers, frame(b"brine") + frame(b"x" * 3001)) == (2, 1)


def test_another_trailer_counts_as_different(peers):
    assert told_of(peers, frame(b"brine")[:-1] + b"\0") == (1, 0)


def test_a_program_that_fails_is_told_with_its_words(peers):
    result = meet(program("raise SystemExit('no such brine')"), "tcp", peers, PEERS)
    assert result.problem == "no such brine"


def test_a_program_that_is_not_there_is_told(peers):
    result = meet(("C", ["no-such-program"], {}), "tcp", peers, PEERS)
    assert "no-such-program" in result.problem


def test_peers_serve_on_after_a_program_that_failed(peers):
    meet(program("raise SystemExit(1)"), "unix", peers, PEERS)
    assert told_of(peers, frame(b"brine")) == (1, 1)


def test_rpycs_own_round_trip_is_measured(peers):
    result = meet(program("raise SystemExit(1)"), "unix", peers, PEERS)
    assert 0 < result.rpyc_round_trip < 1e6


def test_all_is_well_when_all_is_as_it_must_be():
    assert problem_of(good_result()) == ""


@pytest.mark.parametrize("what, value, said", [
    ("said", {"ping"}, "getroot and ping"), ("sizes", [], "no payloads"),
    ("round_trip", 0.0, "no round trip"), ("frames", 1, "1 frames were recorded"),
    ("equal", 4, "1 of 5 frames differ")])
def test_what_is_wrong_is_told(what, value, said):
    result = good_result()
    setattr(result, what, value)
    assert said in problem_of(result)


def test_the_lines_of_a_program_are_read():
    result = Result("C", "tcp", "6.0.2")
    read_lines(result, ["getroot ok", "ping ok", "echo text 16 ok", "echo random 0 ok", "round_trip_us 9.5"])
    assert (result.said, result.sizes, result.round_trip) == ({"getroot", "ping"}, [16, 0], 9.5)


def test_sizes_are_readable():
    assert [readable(size) for size in (0, 3001, 65536, 4 << 20)] == ["0 B", "3001 B", "64 KiB", "4 MiB"]


def good_channels():
    return channels.Shown("C", size=100, sent=40, payloads=1000, writes=(1000, 50, 1),
                          answer="HELLO, BRINE")


def test_all_is_well_with_the_channels_when_all_is_as_it_must_be():
    assert channels.problem_of(good_channels()) == ""


@pytest.mark.parametrize("what, value, said", [
    ("sent", 100, "100 bytes of data were sent as 100"), ("sent", 0, "sent as 0"),
    ("writes", (1000, 1000, 1), "1000 writes in batches"), ("writes", (1000, 50, 50), "50 corked"),
    ("answer", "hello, brine", "'hello, brine' came back")])
def test_what_is_wrong_with_the_channels_is_told(what, value, said):
    shown = good_channels()
    setattr(shown, what, value)
    assert said in channels.problem_of(shown)


@pytest.mark.parametrize("failing", ["compressed_communication", "performance_optimized_streaming",
                                     "encrypted_communication"])
def test_an_example_of_a_channel_that_fails_is_told_with_its_words(failing, peers):
    said = """
print('Data: 9 bytes, sent as 3 bytes, 66 % saved')
for way, count in (('one_at_a_time', 9), ('batched', 3), ('corked', 1)):
    print(f'{way}: 9 payloads, {count} writes, 1 reads')
"""
    connect = "import socket, sys; socket.create_connection(sys.argv[1:3]).close()"
    programs = {name: program(connect + said) for name in (
        "compressed_communication", "performance_optimized_streaming", "encrypted_communication")}
    programs[failing] = program("raise SystemExit('no such brine')")
    assert "no such brine" in channels.show("stand-in", programs, peers).problem


def paths_of(version):
    return [PEERS / f"rpyc-{version}", BINDING]


@pytest.mark.parametrize("version", ["5.3.1", "6.0.2"])
def test_rpyc_itself_is_compared_with_rpyc_on_firth(version):
    called = calls.compare(version, paths_of(version))
    assert called.problem == ""
    assert [tuple(rates) for rates in called.rates.values()] == [calls.KINDS] * 2


def test_calls_that_did_not_go_over_firth_are_told():
    lines = ["greet 1", "measure 1", "process 1", "over rpyc.core.channel.Channel"]
    assert calls.rates_of(lines, "rpyc") == {"greet": 1, "measure": 1, "process": 1}
    with pytest.raises(MeetingError, match="did not go over firth.Channel"):
        calls.rates_of(lines, "firth")


@pytest.mark.parametrize("lines", [["over firth.Channel"], ["greet 1", "over firth.Channel"],
                                   ["greet 1", "measure 0", "process 1", "over firth.Channel"]])
def test_a_kind_of_call_that_was_not_answered_is_told(lines):
    with pytest.raises(MeetingError, match="were answered"):
        calls.rates_of(lines, "firth")


def test_a_server_that_does_not_start_is_told(capfd):
    called = calls.compare("6.0.2", [PEERS / "nothing-here"])
    assert "ended" in called.problem and called.rates == {}


def test_the_calls_are_shown_with_their_ratio(capsys):
    table.calls_lines(calls.Called("6.0.2", {"rpyc": {"greet": 100.0}, "firth": {"greet": 250.0}}))
    assert capsys.readouterr().out.split()[-3:] == ["100", "250", "2.50"]
