"""What rpyc_suite.py says of made-up trees: rpyc's package with a few tests of ours."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[1] / "rpyc_suite.py"
VERSION = "6.0.2"

HEAD = """
import os, subprocess, sys, threading, unittest
import rpyc

FIRTH = "firth" in sys.modules

class Test(unittest.TestCase):
"""
TALKS = """
    def test_talks(self):
        connection = rpyc.connect_thread(remote_service=rpyc.ClassicService)
        self.assertEqual(connection.ping(), None)
        connection.close()
"""


@pytest.fixture
def tree(tmp_path):
    """tree(test_x=BODY, ...): a checkout with these files of tests."""
    def make(**files):
        root = Path(tempfile.mkdtemp(dir=tmp_path)) / "rpyc"
        package = Path(os.environ["FIRTH_PEERS"], f"rpyc-{VERSION}", "rpyc")
        shutil.copytree(package, root / "rpyc", ignore=shutil.ignore_patterns("__pycache__"))
        (root / "tests").mkdir()
        for name, body in files.items():
            (root / "tests" / f"{name}.py").write_text(HEAD + body)
        return root
    return make


@pytest.fixture
def ample(tree):
    """The option with the seconds that a file surely needs less than, as busy as this machine
    is: after them it hangs."""
    began = time.monotonic()
    run(tree(test_good=TALKS))
    return f"--timeout={2 + 5 * (time.monotonic() - began):.1f}"


def run(tree, *arguments):
    """The tool's exit status and what it says."""
    done = subprocess.run([sys.executable, TOOL, tree, "--again=0", *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def cells(said, file):
    """A file's line of the table, by heading."""
    lines = said.splitlines()
    headings = next(line for line in lines if line.startswith("file ")).split()
    return dict(zip(headings, next(line for line in lines if line.startswith(file)).split()))


def test_what_passes_on_both_sides_is_good(tree):
    status, said = run(tree(test_good=TALKS))
    assert status == 0, said
    assert "1 of 1 files good on firth" in said
    line = cells(said, "test_good.py")
    assert (line["stock"], line["firth"], line["worse"]) == ("2", "2", "0")


def test_what_firth_does_is_counted(tree):
    _, said = run(tree(test_good=TALKS))
    line = cells(said, "test_good.py")
    assert line["processes"] == "1/1"
    for event in ("channels", "sent", "received", "dumps", "loads"):
        firth, stock = map(int, line[event].split("/"))
        assert firth and stock, (event, said)


def test_what_fails_on_firth_alone_is_worse(tree):
    status, said = run(tree(test_bad=TALKS + """
    def test_bad(self):
        self.assertFalse(FIRTH, "never on firth")
"""))
    assert status == 1, said
    assert "worse on firth: test_bad.Test.test_bad" in said
    assert "never on firth" in said
    assert "0 of 1 files good on firth" in said


def test_one_bad_file_is_told_whatever_comes_behind_it(tree):
    status, said = run(tree(test_a=TALKS.replace("None)", "FIRTH or None)"), test_b=TALKS))
    assert status == 1, said
    assert "1 of 2 files good on firth" in said


def test_what_fails_on_both_sides_is_no_difference(tree):
    status, said = run(tree(test_bad=TALKS + """
    def test_bad(self):
        self.fail()
"""))
    assert status == 0, said


def test_what_is_skipped_on_firth_alone_is_worse(tree):
    status, said = run(tree(test_bad=TALKS + """
    @unittest.skipIf(FIRTH, "not here")
    def test_skipped(self):
        pass
"""))
    assert status == 1, said
    assert "stock: 1 of 1 passed; firth: 1 of 1 skipped" in said


def test_what_hangs_on_firth_is_said_by_name(tree, ample):
    status, said = run(tree(test_hang=TALKS + """
    def test_waits(self):
        threading.Event().wait(None if FIRTH else 0)
"""), ample)
    assert status == 1, said
    assert "worse on firth: test_hang.Test.test_waits" in said
    assert "stock: 1 of 1 passed; firth: 1 of 1 hung" in said


def test_a_process_that_does_not_end_is_said(tree, ample):
    status, said = run(tree(test_hang=TALKS + """
    def test_leaves_a_thread(self):
        if FIRTH:
            threading.Thread(target=threading.Event().wait).start()
"""), ample)
    assert status == 1, said
    assert "worse on firth: (the process)" in said


def test_what_dies_on_firth_is_said_with_its_last_words(tree):
    status, said = run(tree(test_dies=TALKS + """
    def test_z_dies(self):
        if FIRTH:
            print("last words", flush=True)
            os._exit(3)
"""))
    assert status == 1, said
    assert "worse on firth: test_dies.Test.test_z_dies" in said
    assert "last words" in said


def test_a_file_that_never_uses_firth_is_said(tree):
    status, said = run(tree(test_away="""
    def test_talks_on_stock_alone(self):
        if not FIRTH:
            rpyc.connect_thread(remote_service=rpyc.ClassicService).close()
"""))
    assert status == 1, said
    assert "test_away.py: firth was not used: sent: none by firth" in said


def test_a_channel_that_is_not_firths_is_said(tree):
    status, said = run(tree(test_foreign="""
    def test_own_channel(self):
        class Own:
            def close(self):
                pass
        rpyc.VoidService()._connect(Own(), {})
"""))
    assert status == 1, said
    assert "firth was not used: channels: 1 not by firth" in said


def test_a_stream_that_is_not_firths_is_said(tree):
    status, said = run(tree(test_foreign="""
    def test_own_stream(self):
        class Own:
            closed = False
            def read(self, count):
                return b""
            def write(self, data):
                pass
            def poll(self, timeout):
                return True
            def close(self):
                pass
        rpyc.VoidService()._connect(rpyc.Channel(Own()), {})
"""))
    assert status == 1, said
    assert "firth was not used: channels: 1 not by firth" in said


def test_a_file_without_connections_needs_no_firth(tree):
    status, said = run(tree(test_none="""
    def test_nothing(self):
        pass
"""))
    assert status == 0, said


CHILD = """
    def test_child(self):
        program = ("import rpyc; rpyc.connect_thread(remote_service=rpyc.ClassicService).ping(); "
                   "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        subprocess.run([sys.executable, "-c", program])
"""


def test_processes_that_a_test_starts_are_counted_though_killed(tree):
    status, said = run(tree(test_child=CHILD))
    assert status == 0, said
    line = cells(said, "test_child.py")
    assert line["processes"] == "2/2"
    assert int(line["sent"].split("/")[0]) >= 2


def test_a_forked_process_counts_by_itself(tree):
    status, said = run(tree(test_fork=TALKS + """
    def test_fork(self):
        child = os.fork()
        if child == 0:
            rpyc.connect_thread(remote_service=rpyc.ClassicService).ping()
            os._exit(0)
        os.waitpid(child, 0)
"""))
    assert status == 0, said
    assert cells(said, "test_fork.py")["processes"] == "2/2"


# Fails in every first, third, fifth run on each side.
FLAKY = """
    def test_flaky(self):
        try:
            os.mkdir("marker")
        except FileExistsError:
            os.rmdir("marker")
        else:
            self.fail()
"""


def test_what_is_flaky_on_stock_too_is_said_and_no_fault(tree):
    status, said = run(tree(test_flaky=TALKS + FLAKY), "--repeat=2")
    assert status == 0, said
    assert "flaky: test_flaky.Test.test_flaky" in said


def test_what_is_flaky_on_firth_alone_is_worse(tree):
    status, said = run(tree(test_flaky=TALKS + FLAKY.replace("try:", "if not FIRTH:\n"
                            "            return\n        try:")), "--again=1")
    assert status == 1, said
    assert "stock: 2 of 2 passed; firth: 1 of 2 failed, 1 of 2 passed" in said


def test_what_differs_runs_again(tree):
    _, said = run(tree(test_bad=TALKS.replace("None)", "FIRTH or None)")), "--again=2")
    assert "stock: 3 of 3 passed; firth: 3 of 3 failed" in said


def test_what_needs_more_than_a_machine_has_is_left_out_by_name(tree):
    status, said = run(tree(test_ssh="    x = 1 / 0", test_udp=TALKS + """
class TestUdpRegistry(unittest.TestCase):
    def test_never(self):
        os._exit(FIRTH)
"""))
    assert status == 0, said
    assert "left out: test_ssh.py: needs ssh" in said
    assert "left out: TestUdpRegistry: needs UDP broadcast" in said
    assert "[1/1] test_udp.py" in said


def test_only_what_is_asked_for_runs(tree):
    _, said = run(tree(test_a=TALKS, test_b=TALKS), "--only=test_b.py")
    assert "[1/1] test_b.py" in said


def test_the_tree_is_not_written_to(tree):
    root = tree(test_writes=TALKS + """
    def test_writes(self):
        open("written", "w").close()
        open(os.path.join(os.path.dirname(__file__), "beside"), "w").close()
""")
    before = sorted(root.rglob("*"))
    status, said = run(root)
    assert status == 0, said
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("arguments, complaint", [
    (["--only=test_absent.py"], "has no test_absent.py"),
    (["--timeout=0"], "--timeout must be above 0"),
    (["--repeat=0"], "--repeat must be at least 1"),
])
def test_what_cannot_be_run_is_an_error(tree, arguments, complaint):
    status, said = run(tree(test_good=TALKS), *arguments)
    assert (status, complaint in said) == (2, True), said


def test_a_folder_without_rpyc_is_an_error(tmp_path):
    status, said = run(tmp_path)
    assert (status, "no checkout of rpyc's repository" in said) == (2, True), said
