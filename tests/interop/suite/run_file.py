"""Runs one file of rpyc's tests in this process: run_file.py MODULE RESULTS FIRST LEFT_OUT...

MODULE is importable. FIRST is "gevent" to have its patches in place before anything else is
imported, or "-". Each test's start and outcome is a line of JSON in RESULTS as it
happens, so that a process that hangs or dies leaves what came before. LEFT_OUT are names
of classes of tests. Exit status 0 whatever the outcomes are.
"""

import json
import sys
import unittest


class Recorder(unittest.TestResult):
    """Writes what happens to a file."""

    def __init__(self, results):
        super().__init__()
        self._results = results

    def _write(self, test, outcome, detail=""):
        line = {"test": test.id(), "outcome": outcome, "detail": detail}
        self._results.write(json.dumps(line) + "\n")
        self._results.flush()

    def _write_error(self, test, outcome, error):
        self._write(test, outcome, self._exc_info_to_string(error, test))

    def startTest(self, test):
        super().startTest(test)
        self._write(test, "started")

    def addSuccess(self, test):
        self._write(test, "passed")

    def addFailure(self, test, err):
        self._write_error(test, "failed", err)

    def addError(self, test, err):
        self._write_error(test, "failed", err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._write_error(test, "failed", err)

    def addSkip(self, test, reason):
        self._write(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        self._write(test, "passed")

    def addUnexpectedSuccess(self, test):
        self._write(test, "failed", "a success that was not expected")


def tests_in(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_in(test)
        else:
            yield test


def main(module, results, first, *left_out):
    if first == "gevent":
        from gevent import monkey
        monkey.patch_all()
    loaded = unittest.defaultTestLoader.loadTestsFromName(module)
    chosen = unittest.TestSuite(
        test for test in tests_in(loaded) if type(test).__name__ not in left_out)
    with open(results, "a", encoding="utf-8") as file:
        chosen.run(Recorder(file))


if __name__ == "__main__":
    del sys.path[0]
    main(*sys.argv[1:])
