"""The runner fails when it must, and says why."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
REFERENCE = HERE / "testees" / "reference" / "testee.py"
FAULTY = HERE / "testees" / "faulty.py"
SOME = "rpyc-5.3.1/handshake/client/*"


def run(*testees, only="*", listed=(), more=(), patience=60, rpyc=False):
    """Run the runner over testees given as (name, program, argument...); gives the process."""
    command = [sys.executable, HERE / "run.py", "--only", only, "--timeout", str(patience), *more]
    command += [] if rpyc else ["--without-rpyc"]
    for name, *words in testees:
        command += ["--testee", f"{name}={sys.executable} {' '.join(map(str, words))}"]
    return subprocess.run([*command, "--expected-failures", listed] if listed else command,
                          capture_output=True, text=True, timeout=120)


@pytest.fixture
def failure_list(tmp_path):
    """Writes a list of expected failures and gives its path."""
    def write(*entries):
        path = tmp_path / "expected.json"
        path.write_text(json.dumps([dict(zip(("testees", "cases", "reason"), e)) for e in entries]))
        return path
    return write


@pytest.fixture
def empty(failure_list):
    return failure_list()


def test_the_reference_passes_every_case(empty):
    outcome = run(("good", REFERENCE), listed=empty)
    assert outcome.returncode == 0, outcome.stdout
    assert "all as expected" in outcome.stdout


@pytest.mark.parametrize("fault, only, told", [
    ("wrong-byte-sent", SOME, "first difference at"),
    ("wrong-byte-received", SOME, "first difference at"),
    ("one-byte-more", SOME, "instead of 00"),
    ("wrong-code", "end-inside/*", "expected error connection_lost, got error eof"),
    ("forgiving", "trailer/zero/channel", "result 2: expected error protocol"),
    ("impatient", "corks/are-counted", "still corked: 30 bytes instead of 0"),
    ("impatient", "batching/leaves-when-it-is-full", "before the batch is full: 135 bytes instead of 0"),
    ("in-pieces", "batching/leaves-when-it-is-full", "4 writes instead of 2"),
    ("in-pieces", "corks/collect-into-one-write", "2 writes instead of 1"),
    ("trusting", "altered/flip-first-body/channel", "result 1: expected error encryption, got payload"),
    ("trusting", "altered/key-other/channel", "result 1: expected error encryption, got payload"),
    ("credulous", "altered/cut-before-second/channel", "result 2: expected error connection_lost, got error eof"),
    ("another-format", "encrypted/with-good", "expected payload, got error encryption"),
    ("another-format", "encryption-32/left/channel", "recv: expected payload, got error encryption"),
    ("readable", "encryption-32/left/codec", "hello: 0 bytes instead of 47"),
    ("type-loser", "brine/simple/true/load", "first difference at 0: int:1 instead of true"),
    ("lavish", "brine/integer/one/dump", "3 bytes instead of 1, first difference at 0"),
    ("scribbling", "brine/frozenset/3/dump", "dump: 07 07 07 07 07 is no brine: unknown tag 7"),
    ("unordered", "brine/frozenset/order/dump", "first difference at 3"),
    ("overlooking", "brine/trailing/many/refused", "expected error protocol, got value 4 bytes none"),
    ("dies", "trailer/zero/codec", "a dying word"),
    ("nonsense", "trailer/zero/codec", "answers payload 'many'"),
])
def test_a_fault_of_a_testee_fails_the_run(empty, fault, only, told):
    outcome = run(("good", REFERENCE), ("bad", FAULTY, fault), only=only, listed=empty)
    assert outcome.returncode == 1, outcome.stdout
    assert told in outcome.stdout
    assert "\ngood  " not in outcome.stdout


@pytest.mark.parametrize("fault, only, patience, told", [
    ("hangs", "trailer/zero/channel", 1, "gives no answer within 1.0 s"),
    ("no-answer", "trailer/*/channel", 1, "gives no answer within 1.0 s"),
    ("does-not-quit", "trailer/zero/codec", 10, "does not quit"),
])
def test_what_a_testee_owes_too_long_fails_the_run(empty, fault, only, patience, told):
    outcome = run(("bad", FAULTY, fault), only=only, listed=empty, patience=patience)
    assert outcome.returncode == 1, outcome.stdout
    assert told in outcome.stdout


def test_sets_may_have_an_order_of_their_own_where_the_runner_is_told(empty):
    faulty = ("bad", FAULTY, "unordered")
    assert run(faulty, only="brine/frozenset/*", listed=empty).returncode == 1
    outcome = run(faulty, only="brine/frozenset/*", listed=empty, more=("--unordered-sets", "bad"))
    assert outcome.returncode == 0, outcome.stdout


def test_a_failing_frame_is_named(empty):
    outcome = run(("bad", FAULTY, "wrong-byte-sent"), only=SOME, listed=empty)
    assert "frame 0 (MSG_REQUEST HANDLE_GETROOT #0, 8 bytes)" in outcome.stdout


def test_a_testee_that_cannot_be_started_fails_every_case(empty):
    outcome = run(("bad", HERE / "no-such-program"), only=SOME, listed=empty)
    assert outcome.returncode == 1
    assert "!4" in outcome.stdout


def test_a_testee_that_always_hangs_is_given_up(empty):
    outcome = run(("bad", FAULTY, "hangs"), only="flag/*", listed=empty, patience=1)
    assert outcome.returncode == 1
    assert "given up" in outcome.stdout


def test_a_listed_failure_is_as_expected(failure_list):
    listed = failure_list((["bad"], ["end-inside/*/*codec"], "reports every end alike"))
    outcome = run(("bad", FAULTY, "wrong-code"), only="end-inside/*codec", listed=listed)
    assert outcome.returncode == 0, outcome.stdout
    assert "~" in outcome.stdout


@pytest.mark.parametrize("entry, told", [
    ((["good"], ["trailer/zero/channel"], "once failed"), "passes, but is listed"),
    ((["good"], ["trailer/nobody/channel"], "gone"), "unknown case trailer/nobody/channel"),
    ((["good"], ["nothing/*"], "gone"), "unknown case nothing/*"),
    ((["nobody"], ["trailer/zero/channel"], "gone"), "unknown testee nobody"),
    ((["good"], ["trailer/zero/channel"], " "), "no reason"),
])
def test_a_rotten_list_fails_the_run(failure_list, entry, told):
    outcome = run(("good", REFERENCE), only="trailer/*", listed=failure_list(entry))
    assert outcome.returncode == 1
    assert told in outcome.stdout


def test_a_case_listed_twice_fails_the_run(failure_list):
    entry = (["bad"], ["end-inside/plain-01/codec"], "reports every end alike")
    outcome = run(("bad", FAULTY, "wrong-code"), only=entry[1][0], listed=failure_list(entry, entry))
    assert outcome.returncode == 1
    assert "listed twice" in outcome.stdout


def test_what_stock_rpyc_cannot_have_is_not_for_it(empty, tmp_path):
    page = tmp_path / "page.html"
    outcome = run(("good", REFERENCE), only="corks/are-counted", listed=empty, rpyc=True,
                  more=("--html", page))
    assert outcome.returncode == 0, outcome.stdout
    assert outcome.stdout.count(" -1") == 6
    assert page.read_text().count('<td class="not-for-it" title=') == 3


def test_a_case_that_is_not_for_a_testee_cannot_be_its_failure(failure_list):
    listed = failure_list((["rpyc-5.3.1"], ["corks/are-counted"], "collects nothing"))
    outcome = run(("good", REFERENCE), only="corks/are-counted", listed=listed, rpyc=True)
    assert outcome.returncode == 1
    assert "listed, but is not for it: rpyc's Channel collects nothing" in outcome.stdout


def test_the_page_shows_every_cell(empty, tmp_path):
    page = tmp_path / "page.html"
    run(("good", REFERENCE), ("bad", FAULTY, "wrong-code"), only="end-*/codec", listed=empty,
        more=("--html", page))
    text = page.read_text()
    assert "not as expected" in text
    assert text.count("<td ") == text.count("</td>") and "@" not in text.split("<body>")[1]
    assert "bad: result 1: expected error connection_lost, got error eof" in text


def test_no_case_and_no_testee_are_mistakes(empty):
    assert run(("good", REFERENCE), only="nothing", listed=empty).returncode
    assert run(only=SOME, listed=empty).returncode
