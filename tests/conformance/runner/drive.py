"""Takes one testee through the cases."""

import sys
import time

from runner.company import Company
from runner.far_end import Listeners
from runner.process import Failure, Misbehaviour
from runner.session import Session

PATIENCE = 5  # misbehaviours of one testee, before the rest is given up
PROGRESS_SECONDS = 5


def drive(testee, cases, company, progress=sys.stderr):
    """Run the cases that are for it; gives (version, {case name: None or what went wrong})."""
    cases = [case for case in cases if not case.lacking(testee.lacks)]
    listeners = Listeners()
    results = {}
    course = Course(testee.name, len(cases), progress)
    try:
        version, misbehaviours = asked_version(testee)
        for case in cases:
            if misbehaviours >= PATIENCE:
                results[case.name] = f"given up after {PATIENCE} hangs, ends or broken answers"
                continue
            results[case.name], misbehaved = result_of(case, testee, listeners, company)
            misbehaviours += misbehaved
            course.step(results[case.name])
        quit_politely(testee, results, cases)
    finally:
        testee.stop()
        company.stop()
        listeners.close()
    course.finish()
    return version, results


def asked_version(testee):
    """(version, 0), or (what went wrong, PATIENCE) for a testee that cannot answer even this."""
    try:
        answer = testee.ask("version")
    except Misbehaviour as misbehaviour:
        return str(misbehaviour), PATIENCE
    return answer.text, 0


def result_of(case, testee, listeners, company):
    """(None or what went wrong, whether the testee had to be stopped)."""
    session = Session(testee, listeners, company)
    try:
        failure = failure_of(case, session)
        session.close()
    except Misbehaviour as misbehaviour:
        testee.stop()
        company.stop()
        session.abandon()
        listeners.discard_waiting()
        return str(misbehaviour), True
    return failure, False


def failure_of(case, session):
    """None, or in what the testee's answers are wrong; Misbehaviour goes through."""
    try:
        case.run(session)
    except Misbehaviour:
        raise
    except (Failure, OSError) as failure:
        return str(failure) or repr(failure)
    return None


def quit_politely(testee, results, cases):
    """A testee that does not quit fails its last case."""
    if not cases:
        return
    try:
        testee.ask("version")
        testee.quit()
    except Misbehaviour as misbehaviour:
        name = cases[-1].name
        results[name] = results[name] or f"afterwards: {misbehaviour}"


class Course:
    """Says on a stream how far a testee has come."""

    def __init__(self, name, total, stream):
        self._name, self._total, self._stream = name, total, stream
        self._done = self._failed = 0
        self._started = self._told = time.monotonic()

    def step(self, failure):
        self._done += 1
        self._failed += failure is not None
        if time.monotonic() - self._told > PROGRESS_SECONDS:
            self._told = time.monotonic()
            self._say(f"{self._done} of {self._total}")

    def finish(self):
        seconds = time.monotonic() - self._started
        self._say(f"{self._done} cases in {seconds:.1f} s, {self._failed} did not pass")

    def _say(self, what):
        print(f"conformance: {self._name}: {what}", file=self._stream, flush=True)
