"""What is made of the runs on both sides: what is worse, flaky or not firth's, and how it is told."""

import struct
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import report  # noqa: E402
from comparison import compare  # noqa: E402
from counts import EVENTS, Counts, misses, read_counts  # noqa: E402
from runs import Run  # noqa: E402

P, F, S = "passed", "failed", "skipped"


def counts(by_firth=0, by_others=0, processes=1):
    """The same number of every event."""
    return Counts(processes, dict.fromkeys(EVENTS, by_firth), dict.fromkeys(EVENTS, by_others))


def runs(*outcomes, counted=None):
    """Runs of one test with these outcomes; None where a run does not know it."""
    return [Run({"test": outcome} if outcome else {}, {}, counted or Counts()) for outcome in outcomes]


@pytest.mark.parametrize("stock, firth", [
    ([P], [F]), ([P], [S]), ([P], [None]), ([P, P], [P, F]), ([P, F], [F, F]), ([F, P], [S, F])])
def test_what_passes_on_stock_and_less_on_firth_is_worse(stock, firth):
    verdict = compare(runs(*stock), runs(*firth))
    assert ([test for test, _ in verdict.worse], verdict.flaky, verdict.good) == (["test"], [], False)


@pytest.mark.parametrize("stock, firth", [([P, F], [P, F]), ([P, F], [P, P]), ([F, F], [F, P]), ([F, P], [P, F])])
def test_what_passes_now_and_then_is_flaky_and_no_fault(stock, firth):
    verdict = compare(runs(*stock), runs(*firth))
    assert ([test for test, _ in verdict.flaky], verdict.worse, verdict.good) == (["test"], [], True)


@pytest.mark.parametrize("stock, firth", [([P], [P]), ([F], [F]), ([F], [P]), ([S], [S]), ([S], [F])])
def test_what_is_never_better_on_stock_is_good(stock, firth):
    verdict = compare(runs(*stock), runs(*firth))
    assert (verdict.worse, verdict.flaky, verdict.good) == ([], [], True)


def test_each_side_is_told_by_its_name():
    (_, how), = compare(runs(P, P), runs(P, F)).worse
    assert how == "stock: 2 of 2 passed; firth: 1 of 2 passed, 1 of 2 failed"


def test_every_run_on_firth_must_have_used_it():
    stock = runs(P, P, counted=counts(by_others=3))
    used, foreign = runs(P, counted=counts(by_firth=3)), runs(P, counted=counts(by_firth=3, by_others=1))
    assert compare(stock, used + used).good
    verdict = compare(stock, used + foreign)
    assert verdict.unused == [f"{event}: 1 not by firth" for event in EVENTS]
    assert not verdict.good


@pytest.mark.parametrize("stock, firth, missed", [
    (counts(by_others=2), counts(by_firth=1), ""),
    (counts(by_others=2), counts(), "none by firth, 2 on stock rpyc"),
    (counts(), counts(), ""),
    (counts(), counts(by_others=1), "1 not by firth"),
    (counts(by_others=2), counts(by_firth=5, by_others=1), "1 not by firth")])
def test_firth_must_be_where_rpyc_is(stock, firth, missed):
    assert misses(stock, firth) == ([f"{event}: {missed}" for event in EVENTS] if missed else [])


def test_the_counts_of_all_processes_are_added(tmp_path):
    for name, first in (("1", 1), ("2", 100)):
        (tmp_path / f"{name}.counts").write_bytes(struct.pack("=10Q", *range(first, first + 10)))
    (tmp_path / "killed.counts").write_bytes(b"")
    found = read_counts(tmp_path)
    assert found.processes == 2
    assert list(found.by_firth.values()) == [101, 105, 109, 113, 117]
    assert list(found.by_others.values()) == [103, 107, 111, 115, 119]


def test_a_row_has_every_number_in_its_place():
    def run(counted, **outcomes):
        return Run(outcomes, {}, counted)
    stock = [run(counts(by_others=7, processes=2), a=P, b=P, c=P, d=S, e=F)]
    firth = [run(counts(by_firth=5, processes=3), a=P, b=F, c=F, d=S, e=F)]
    verdict = compare(stock, firth)
    verdict.flaky.append(("e", "as it pleases"))
    row = report.row("test_x.py", stock, firth, verdict)
    assert dict(zip(report.HEADINGS, row)) == {
        "file": "test_x.py", "tests": 5, "stock": 3, "firth": 1, "worse": 2, "flaky": 1, "skipped": 1,
        "processes": "3/2", **dict.fromkeys(EVENTS, "5/7")}


def test_what_is_to_be_said_names_file_test_and_detail():
    stock, firth = runs(P, P), runs(P, F)
    firth[1].details["test"] = "why it failed"
    verdict = compare(stock, firth)
    verdict.unused.append("sent: none by firth, 2 on stock rpyc")
    said = report.complaints("test_x.py", verdict, firth)
    for words in ("test_x.py: worse on firth: test", "why it failed", "test_x.py: firth was not used: sent: none"):
        assert words in said
