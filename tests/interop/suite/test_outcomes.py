"""What is noted of each test of a file, whatever becomes of it."""

import os
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from runs import PROCESS, Side  # noqa: E402

HEAD = """
import os, sys, time, unittest

class Test(unittest.TestCase):
    def test_first(self):
        pass

"""


@pytest.fixture
def run(tmp_path):
    """run(BODY) gives the outcomes of the file's tests, and what they said."""
    def start(body, left_out=(), name="test_made_up.py", timeout=60):
        tests = tmp_path / "tests"
        tests.mkdir()
        (tests / name).write_text(HEAD + body)
        done = Side("none", tmp_path, [Path(os.environ["FIRTH_PEERS"], "gevent")]).run(name, left_out, timeout)
        return ({test.rpartition(".")[2]: outcome for test, outcome in done.outcomes.items()},
                {test.rpartition(".")[2]: detail for test, detail in done.details.items()})
    return start


BODIES = {
    "passed": "def test_x(self): pass",
    "failed": "def test_x(self): self.fail('because')",
    "failed by an error": "def test_x(self): raise OSError('because')",
    "failed in a part": """def test_x(self):
        with self.subTest('a part'):
            self.fail('because')""",
    "failed before": """def setUp(self):
        if 'test_x' in self.id():
            raise OSError('because')
    def test_x(self): pass""",
    "failed afterwards": """def tearDown(self):
        if 'test_x' in self.id():
            raise OSError('because')
    def test_x(self): pass""",
    "skipped": "def test_x(self): self.skipTest('because')",
    "passed, since it was to fail": """@unittest.expectedFailure
    def test_x(self): self.fail()""",
    "failed, since it was to fail and did not": """@unittest.expectedFailure
    def test_x(self): pass""",
}


@pytest.mark.parametrize("what", BODIES)
def test_each_end_of_a_test_is_noted(run, what):
    outcomes, details = run("    " + BODIES[what])
    assert outcomes == {"test_first": "passed", "test_x": what.split(",")[0].split()[0], PROCESS: "passed"}
    assert ("because" in details["test_x"]) == ("because" in BODIES[what])


@pytest.mark.parametrize("how, body, timeout", [
    ("died", "os._exit(3)", 60), ("died", "os._exit(0)", 60), ("hung", "time.sleep(1000)", 3)])
def test_a_test_that_does_not_end_is_noted_with_its_process(run, how, body, timeout):
    outcomes, _ = run(f"    def test_x(self): {body}", timeout=timeout)
    assert (outcomes["test_first"], outcomes["test_x"]) == ("passed", how)
    assert outcomes[PROCESS] == ("passed" if "(0)" in body else how)


def lives(process):
    try:
        return Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_test_leaves_running_ends_with_it(run, tmp_path):
    program = "import os, time; print(os.getpid(), flush=True); time.sleep(1000)"
    run(f"""    def test_x(self):
        import subprocess
        child = subprocess.Popen([sys.executable, "-c", {program!r}], stdout=subprocess.PIPE)
        open("child", "wb").write(child.stdout.readline())""")
    child = (tmp_path / "child").read_text().strip()
    deadline = time.monotonic() + 20
    while lives(child):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_classes_that_are_left_out_do_not_run(run):
    outcomes, _ = run("class TestOther(unittest.TestCase):\n    def test_x(self): self.fail()\n", ["TestOther"])
    assert outcomes == {"test_first": "passed", PROCESS: "passed"}


PATCHED = """    def test_patched(self):
        import socket
        self.assertEqual("gevent" in socket.socket.__module__, {})
"""


@pytest.mark.parametrize("name, patched", [("test_gevent_server.py", True), ("test_other.py", False)])
def test_gevents_patches_are_there_first_where_they_are_wanted(run, name, patched):
    outcomes, details = run(PATCHED.format(patched), name=name)
    assert outcomes["test_patched"] == "passed", details
