"""The words and tables of rpyc_suite.py."""

from comparison import outcomes_of, tests_of
from counts import EVENTS

HEADINGS = ("file", "tests", "stock", "firth", "worse", "flaky", "skipped", "processes", *EVENTS)


def _passed(runs):
    """How many tests pass in each of the runs."""
    return sum(set(outcomes_of(test, runs)) == {"passed"} for test in tests_of(runs))


def _skipped(runs):
    return sum("skipped" in outcomes_of(test, runs) for test in tests_of(runs))


def row(name, stock, firth, verdict):
    """One file's line: the tests that passed on either side, and firth's counts in the last
    run with what stock rpyc counted."""
    last, other = firth[-1].counts, stock[-1].counts
    counted = (f"{last.by_firth[event]}/{other.by_others[event]}" for event in EVENTS)
    return (name, len(tests_of(stock + firth)), _passed(stock), _passed(firth),
            len(verdict.worse), len(verdict.flaky), _skipped(stock),
            f"{last.processes}/{other.processes}", *counted)


def table(rows):
    lines = [tuple(map(str, line)) for line in (HEADINGS, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join(
        line[0].ljust(widths[0]) + "".join(
            "  " + cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))
        for line in lines)


def _indented(text, by="      "):
    return "\n".join(by + line for line in text.strip().splitlines())


def _detail(test, firth):
    return next((run.details[test] for run in firth if run.details.get(test)), "")


def complaints(name, verdict, firth):
    """What is to be said of one file beside its line; empty if nothing is."""
    said = []
    for test, how in verdict.worse:
        said.append(f"  {name}: worse on firth: {test}\n    {how}")
        if _detail(test, firth):
            said.append(_indented(_detail(test, firth)))
    said += [f"  {name}: flaky: {test}\n    {how}" for test, how in verdict.flaky]
    said += [f"  {name}: firth was not used: {miss}" for miss in verdict.unused]
    return "\n".join(said)
