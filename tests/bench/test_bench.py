"""The benchmark: what it measures and says, and that the page shows what was measured."""

import contextlib
import json
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import bench  # noqa: E402
import page  # noqa: E402
from measuring import measure, reached, times_for  # noqa: E402


class Clock:
    """A contender whose operations take these seconds, one after another."""

    def __init__(self, *seconds):
        self._seconds = seconds
        self.asked = []

    def seconds(self, case, times):
        self.asked.append(times)
        return times * self._seconds[len(self.asked) % len(self._seconds)]


def case(**settings):
    return {"group": "Calls", "name": "of nothing", "at_least": 1.0, "rounds": None, **settings}


def results(**settings):
    found = measure(case(**settings), Clock(0.2), Clock(0.1), 3, 1)
    return {"date": "2001-02-03", "machine": "a machine", "versions": {"this": "1.2"},
            "base": "rpyc", "subject": "firth", "rounds": 3, "cases": [found]}


# --- Measuring -------------------------------------------------------------------------


def test_the_ratio_says_how_many_times_as_fast_the_subject_is():
    assert measure(case(), Clock(0.6), Clock(0.2), 5, 1)["ratio"] == 3


def test_the_ratio_is_the_median_of_the_rounds():
    found = measure(case(), Clock(1, 2, 6), Clock(1), 3, 1)
    assert (found["low"], found["ratio"], found["high"]) == (1.5, 2, 4)


def test_the_times_are_the_medians_of_the_rounds():
    found = measure(case(), Clock(1, 2, 6), Clock(3, 4, 8), 3, 1)
    assert (found["base_seconds"], found["subject_seconds"]) == (2, 4)


def test_contenders_take_turns():
    turns = []

    class Turn(Clock):
        def seconds(self, case, times):
            turns.append(self)
            return times
    base, subject = Turn(), Turn()
    measure(case(), base, subject, 3, 1)
    assert turns[-6:] == [base, subject] * 3


def test_a_round_has_as_many_operations_as_fit():
    assert times_for(Clock(0.001), {}, 0.5) == 500


def test_the_first_time_is_not_looked_at():
    class Slow(Clock):
        def seconds(self, case, times):
            return super().seconds(case, times) + (10 if len(self.asked) == 1 else 0)
    assert times_for(Slow(0.001), {}, 0.5) == 500


def test_an_operation_that_does_not_fit_is_done_once():
    assert times_for(Clock(10), {}, 0.5) == 1


def test_a_case_may_want_fewer_rounds():
    assert measure(case(rounds=2), Clock(1), Clock(1), 15, 1)["rounds"] == 2
    assert measure(case(rounds=20), Clock(1), Clock(1), 15, 1)["rounds"] == 15


def test_what_is_below_what_it_must_be_is_not_reached():
    assert not reached(measure(case(at_least=2.1), Clock(0.2), Clock(0.1), 3, 1))
    assert reached(measure(case(at_least=2), Clock(0.2), Clock(0.1), 3, 1))


# --- The page --------------------------------------------------------------------------


def test_a_table_has_the_times_the_ratio_and_what_it_must_be():
    assert "| of nothing | 200 ms | 100 ms | 2 | 2 to 2 | 1 | 3 |" in page.table(results())


def test_a_table_says_what_is_not_reached():
    assert "| 3 (not reached) |" in page.table(results(at_least=3.0))


def test_a_table_says_when_where_and_with_what():
    assert page.table(results()).startswith("Measured 2001-02-03 with this 1.2, on a machine.")


@pytest.mark.parametrize("seconds, text", [
    (0.00001234, "12.3 us"), (0.0444, "44.4 ms"), (1.5, "1.5 s"), (0.0000001, "0.1 us")])
def test_times_have_fitting_units(seconds, text):
    assert page.time_text(seconds) == text


@pytest.mark.parametrize("ratio, text", [(0.98765, "0.988"), (12.34, "12.3"), (1980.4, "1980")])
def test_ratios_are_plain_numbers(ratio, text):
    assert page.ratio_text(ratio) == text


def test_publishing_changes_its_own_part_alone(tmp_path):
    begin, end = page.marks("rpyc")
    (tmp_path / "benchmarks.md").write_text(f"before\n{begin}old\n{end}after\n")
    bench.publish("rpyc", results(), tmp_path)
    assert (tmp_path / "benchmarks.md").read_text() == (
        f"before\n{begin}{page.table(results())}{end}after\n")
    assert json.loads((tmp_path / "benchmarks.rpyc.json").read_text()) == results()


def test_a_page_without_the_part_is_no_place_to_publish():
    with pytest.raises(ValueError, match="no part rpyc"):
        page.section("before\nafter\n", "rpyc")


@pytest.mark.parametrize("name", [name for name, _ in bench.comparisons()])
def test_the_page_shows_what_was_measured(name):
    _, shown, _ = page.section((ROOT / "docs" / "benchmarks.md").read_text(), name)
    measured = json.loads((ROOT / "docs" / f"benchmarks.{name}.json").read_text())
    assert shown == page.table(measured)


@pytest.mark.parametrize("name, comparison", bench.comparisons())
def test_what_was_measured_is_what_is_measured_now(name, comparison):
    measured = json.loads((ROOT / "docs" / f"benchmarks.{name}.json").read_text())
    assert [(case["group"], case["name"], case["at_least"]) for case in measured["cases"]] == [
        (case["group"], case["name"], case["at_least"]) for case in comparison.cases(False)]


@pytest.mark.parametrize("name, comparison", bench.comparisons())
def test_cases_have_names_of_their_own(name, comparison):
    names = [(case["group"], case["name"]) for case in comparison.cases(False)]
    assert len(set(names)) == len(names)


# --- The command -----------------------------------------------------------------------


@pytest.fixture
def run(tmp_path):
    """run(WORDS...): the command on the cases with these words; (what it says, its JSON)."""
    def start(*words):
        only = [f"--only={each}" for each in words]
        done = subprocess.run(
            ["sh", HERE / "run.sh", "--quick", f"--output={tmp_path}", *only],
            env=dict(os.environ, PYTHON=sys.executable), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        # How fast this machine is just now is not what is tested.
        assert done.returncode in (0, 1), done.stdout
        results = tmp_path / "rpyc.json"
        return done.stdout, json.loads(results.read_text()) if results.exists() else None
    return start


def test_one_command_measures_and_leaves_json_and_a_table(run, tmp_path):
    said, found = run("16 B, unix")
    assert [case["name"] for case in found["cases"]] == ["16 B, unix"]
    assert "[1/1] " in said
    assert (tmp_path / "rpyc.md").read_text() == page.table(found)


@pytest.mark.parametrize("words", ["--quick", "--only=16 B"])
def test_only_a_whole_run_is_published(words):
    done = subprocess.run([sys.executable, HERE / "bench.py", "--publish", words],
                          stderr=subprocess.PIPE, text=True)
    assert (done.returncode, "--publish is for all of it" in done.stderr) == (2, True)


def test_nothing_is_left_behind(run, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    run("16 B, unix", "two small numbers, tcp")
    assert list(scratch.iterdir()) == []


def test_the_versions_of_all_that_takes_part_are_kept(run):
    _, found = run("16 B, unix")
    assert found["versions"]["rpyc"] == "6.0.2"
    assert set(found["versions"]) == {"python", "rpyc", "firth", "zlib"}


def test_calls_are_measured(run):
    _, found = run("conn.root.method(...): two small numbers, unix")
    assert found["cases"][0]["base_seconds"] > 0 < found["cases"][0]["subject_seconds"]


def test_transfers_are_measured(run):
    _, found = run("in calls of 1 MiB, random")
    assert found["cases"][0]["base_seconds"] > 0 < found["cases"][0]["subject_seconds"]


def test_calls_of_servers_whose_sockets_are_driven_are_measured(run, tmp_path):
    run("16 B, random", "Calls of a ThreadedServer with an SSLAuthenticator: conn.root.method(...)",
        "Calls of a GeventServer: conn.root.method(...)")
    for name in ("tls", "gevent"):
        found = json.loads((tmp_path / f"{name}.json").read_text())["cases"]
        assert len(found) == 3
        assert all(case["base_seconds"] > 0 < case["subject_seconds"] for case in found)


def test_a_comparison_of_which_no_case_is_wanted_is_left_out(run, tmp_path):
    run("16 B, unix")
    assert [path.name for path in tmp_path.glob("*.json")] == ["rpyc.json"]


@pytest.fixture
def found_for(monkeypatch, tmp_path):
    """found_for(AT_LEAST...): the command's exit status when it finds twice as fast for each of as
    many comparisons that must reach that."""
    def start(*wanted):
        found = iter([results(at_least=at_least) for at_least in wanted])
        comparison = types.SimpleNamespace(TITLE="a comparison")
        monkeypatch.setattr(bench, "comparisons", lambda: [(str(n), comparison) for n in range(len(wanted))])
        monkeypatch.setattr(bench, "run", lambda *_: next(found))
        monkeypatch.setattr(sys, "argv", ["bench", f"--output={tmp_path}"])
        return bench.main()
    return start


@pytest.mark.parametrize("wanted, missed", [([2], 0), ([2, 2], 0), ([3], 1), ([3, 2], 1), ([2, 3], 1), ([3, 3], 2)])
def test_the_exit_status_says_whether_all_is_reached(found_for, capsys, wanted, missed):
    assert found_for(*wanted) == (1 if missed else 0)
    assert capsys.readouterr().out.endswith(f"; {missed} not reached\n")


# --- The two contenders ------------------------------------------------------------------


class TwoPairs:
    """Stands for a comparison, and for the pairs of its contenders: "slow" is the base."""

    BASE, SUBJECT = "slow", "fast"

    def __init__(self):
        self.asked = []

    def contender(self, name, build, peers):
        return name, {}

    def cases(self, quick):
        self.asked.append(quick)
        return [case()]

    @contextlib.contextmanager
    def pair(self, name, environment, core):
        clock = Clock({"slow": 0.2, "fast": 0.1}[name])
        clock.versions = {name: "1"}
        yield clock


@pytest.mark.parametrize("quick, rounds", [(True, 5), (False, 15)])
def test_a_run_measures_the_base_against_the_subject(monkeypatch, quick, rounds):
    pairs = TwoPairs()
    monkeypatch.setattr(bench, "Pair", pairs.pair)
    found = bench.run(pairs, types.SimpleNamespace(quick=quick, only=[], core=0))
    measured = found["cases"][0]
    assert (measured["base_seconds"], measured["subject_seconds"], measured["ratio"]) == (0.2, 0.1, 2)
    assert (found["base"], found["subject"]) == ("slow", "fast")
    assert found["versions"] == {"slow": "1", "fast": "1"}
    assert (pairs.asked, found["rounds"], measured["rounds"]) == ([quick], rounds, rounds)
