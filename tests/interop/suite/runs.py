"""One run of one file of tests, in a process of its own, on one side."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from counts import Counts, read_counts

HERE = Path(__file__).resolve().parent
STOCK, FIRTH = "stock", "firth"
# Its tests put gevent's patches in place late, which hangs the second of them on newer Pythons.
WANTS_GEVENT_FIRST = {"test_gevent_server.py"}
# Stands for the process itself among its tests.
PROCESS = "(the process)"


@dataclass
class Run:
    """outcomes: by test, "passed", "failed", "skipped", "hung" or "died"; details: what a
    test said that did not pass."""

    outcomes: dict = field(default_factory=dict)
    details: dict = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)

    def note(self, test, outcome, detail=""):
        # What fails as it is torn down has passed before; a second failure adds nothing.
        if self.outcomes.get(test) in (None, "started", "passed"):
            self.outcomes[test] = outcome
            self.details[test] = detail


class Side:
    """Runs tests on stock rpyc or on firth: in `tree`, a copy of rpyc's repository, with
    `packages` (folders) to import from after it."""

    def __init__(self, name, tree, packages):
        self.name, self.tree = name, tree
        paths = [HERE / "probe", tree, tree / "tests", *packages]
        self._environment = {
            k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        self._environment.update(
            PYTHONPATH=os.pathsep.join(map(str, paths)), PYTHONDONTWRITEBYTECODE="1",
            PYTHONNOUSERSITE="1", PYTHONUNBUFFERED="1", FIRTH_SUITE_SIDE=name)

    def run(self, file, left_out, timeout):
        """A Run of tests/`file`, which has `timeout` seconds; `left_out` are classes."""
        package = "tests." if (self.tree / "tests" / "__init__.py").exists() else ""
        with tempfile.TemporaryDirectory(prefix="firth-suite-") as scratch:
            results, output = Path(scratch, "results"), Path(scratch, "output")
            results.touch()
            command = [sys.executable, HERE / "run_file.py", package + Path(file).stem,
                       results, "gevent" if file in WANTS_GEVENT_FIRST else "-", *left_out]
            environment = dict(self._environment, FIRTH_SUITE_COUNTS=scratch)
            end = _ended(command, self.tree, environment, output, timeout)
            run = _read(results, end, output.read_text(errors="replace"))
            run.counts = read_counts(Path(scratch))
            return run


def _ended(command, cwd, environment, output, timeout):
    """Runs a command and all that it starts: its status, or None if the time ran out."""
    with open(output, "wb") as log:
        process = subprocess.Popen(
            list(map(str, command)), cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def _read(results, status, output):
    run = Run()
    for line in results.read_text(encoding="utf-8").splitlines():
        run.note(**json.loads(line))
    how = {None: "hung", 0: "passed"}.get(status, "died")
    tail = "\n".join(output.splitlines()[-30:])
    detail = {"hung": "did not end in time", "passed": ""}.get(how, f"status {status}\n{tail}")
    for test, outcome in run.outcomes.items():
        if outcome == "started":
            run.note(test, how if how != "passed" else "died", detail)
    run.note(PROCESS, how, detail)
    return run
