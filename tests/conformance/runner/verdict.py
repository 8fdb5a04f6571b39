"""Holds results against the list of expected failures."""

import fnmatch
import json
from typing import NamedTuple

PASSED, KNOWN, FAILED, SURPRISE = "passed", "known", "failed", "surprise"
NOT_FOR_IT = "not-for-it"


class Cell(NamedTuple):
    """One case of one testee: a state, and why."""

    state: str
    detail: str = ""

    @property
    def good(self):
        return self.state in (PASSED, KNOWN, NOT_FOR_IT)


class Verdict(NamedTuple):
    """cells[testee][case name], and what is wrong with the list itself."""

    cells: dict
    complaints: list

    @property
    def good(self):
        return not self.complaints and all(
            cell.good for column in self.cells.values() for cell in column.values())


class Expectations:
    """The list of expected failures: {"testees", "cases", "reason"} entries.

    A case may be a pattern. Every testee and every pattern must fit something, and
    everything that fits is expected to fail.
    """

    def __init__(self, path, testees, cases):
        self.complaints = []
        self._reasons = {}
        for entry in json.loads(path.read_text()):
            self._take(entry, testees, [case.name for case in cases])

    def reason(self, testee, case):
        return self._reasons.get((testee, case))

    def _take(self, entry, testees, names):
        if not entry["reason"].strip():
            self.complaints.append(f"{entry['cases']}: no reason")
        for testee in entry["testees"]:
            if testee not in testees:
                self.complaints.append(f"unknown testee {testee}")
        for pattern in entry["cases"]:
            fitting = fnmatch.filter(names, pattern)
            if not fitting:
                self.complaints.append(f"unknown case {pattern}")
            self._expect(entry["testees"], fitting, entry["reason"])

    def _expect(self, testees, names, reason):
        for key in ((testee, name) for testee in testees for name in names):
            if key in self._reasons:
                self.complaints.append(f"{key[0]}, {key[1]}: listed twice")
            self._reasons[key] = reason


def judge(results, cases, selected, path, lacks):
    """Every selected case of every testee; `cases` are all that exist.

    `results` is {testee: {case name: None or what went wrong}}, `lacks` what a testee
    cannot have, {testee: {ability: why}}.
    """
    expected = Expectations(path, results, cases)
    cells = {testee: {case.name: cell(case, column, expected.reason(testee, case.name), lacks[testee])
                      for case in selected}
             for testee, column in results.items()}
    return Verdict(cells, expected.complaints)


def cell(case, column, reason, lacks):
    lacking = case.lacking(lacks)
    if lacking:
        return Cell(SURPRISE, f"listed, but is not for it: {lacking}") if reason else Cell(NOT_FOR_IT, lacking)
    if case.name not in column:
        return Cell(FAILED, "was not run")
    failure = column[case.name]
    if failure is None and reason:
        return Cell(SURPRISE, f"passes, but is listed as a failure: {reason}")
    if failure is None:
        return Cell(PASSED)
    if reason:
        return Cell(KNOWN, f"{reason} ({failure})")
    return Cell(FAILED, failure)
