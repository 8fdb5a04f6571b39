"""What several runs of one file on both sides say together."""

from dataclasses import dataclass, field

from counts import misses

ABSENT = "absent"


@dataclass
class Verdict:
    """Of one file: what is worse on firth (test, why), what is flaky (test, how), what says
    that firth was not used."""

    worse: list = field(default_factory=list)
    flaky: list = field(default_factory=list)
    unused: list = field(default_factory=list)

    @property
    def good(self):
        return not self.worse and not self.unused


def tests_of(runs):
    """Every test that any of the runs knows, in order."""
    return list(dict.fromkeys(test for run in runs for test in run.outcomes))


def outcomes_of(test, runs):
    return [run.outcomes.get(test, ABSENT) for run in runs]


def _tally(outcomes):
    return ", ".join(f"{outcomes.count(what)} of {len(outcomes)} {what}"
                     for what in dict.fromkeys(outcomes))


def differs(test, stock, firth):
    """Whether a test did not pass somewhere on firth that passed somewhere on stock."""
    return "passed" in outcomes_of(test, stock) and set(outcomes_of(test, firth)) != {"passed"}


def is_worse(test, stock, firth):
    """A test that always passes on stock must always pass on firth; one that passes there
    sometimes must pass sometimes."""
    if not differs(test, stock, firth):
        return False
    always = set(outcomes_of(test, stock)) == {"passed"}
    return always or "passed" not in outcomes_of(test, firth)


def compare(stock, firth):
    """The Verdict on the runs of one file."""
    verdict = Verdict()
    for test in tests_of(stock + firth):
        on_stock, on_firth = outcomes_of(test, stock), outcomes_of(test, firth)
        how = f"stock: {_tally(on_stock)}; firth: {_tally(on_firth)}"
        if is_worse(test, stock, firth):
            verdict.worse.append((test, how))
        elif len(set(on_stock)) > 1 or len(set(on_firth)) > 1:
            verdict.flaky.append((test, how))
    for run in firth:
        verdict.unused.extend(
            miss for miss in misses(stock[0].counts, run.counts) if miss not in verdict.unused)
    return verdict
