"""Drives every testee through every case; see README.md.

    python3 tests/conformance/run.py --testee C=build/tests/testee_c --testee 'Lua=lua5.4 testee.lua'

Stock rpyc, of each recorded version, is always driven too (FIRTH_PEERS says where it is).
Exit status 0 only if every cell is as expected.
"""

import argparse
import fnmatch
import multiprocessing
import os
import shlex
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import rpyc_peers  # noqa: E402
from runner import data  # noqa: E402
from runner.case import (BATCHING, CORKS, ENCRYPTION, LEVELS, SET_ORDER, STRICT_BRINE,  # noqa: E402
                         all_cases)
from runner.company import Company  # noqa: E402
from runner.drive import drive  # noqa: E402
from runner.matrix import failures, matrix  # noqa: E402
from runner.page import page  # noqa: E402
from runner.process import Testee  # noqa: E402
from runner.verdict import judge  # noqa: E402

RPYC_TESTEE = HERE / "testees" / "rpyc" / "testee.py"
RPYC_LACKS = {LEVELS: "rpyc's Channel has one level and one threshold",
              BATCHING: "rpyc has no BatchingChannel", CORKS: "rpyc's Channel collects nothing",
              ENCRYPTION: "rpyc has no EncryptedChannel",
              STRICT_BRINE: "rpyc's brine takes what Python can make something of, without limits"}
OWN_ORDER = {SET_ORDER: "its language's sets have an order of their own"}
work = {}


def main():
    options = arguments()
    found = testees(options)
    cases = all_cases(found)
    selected = [c for c in cases if fnmatch.fnmatch(c.name, options.only)]
    if not selected:
        sys.exit(f"no case is named {options.only}")
    outcomes = drive_all(found, selected, options)
    results = {name: result for name, (_, result) in outcomes.items()}
    versions = {name: version for name, (version, _) in outcomes.items()}
    lacks = {name: testee.lacks for name, testee in found.items()}
    verdict = judge(results, cases, selected, options.expected_failures, lacks)
    report(verdict, selected, versions, options)
    return 0 if verdict.good else 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--testee", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--without-rpyc", action="store_true", help="leave stock rpyc out")
    parser.add_argument("--fixed-private-key", type=Path, metavar="LIBRARY",
                        help="of tests/support/fixed_private_key.c, for testees that use OpenSSL")
    parser.add_argument("--unordered-sets", action="append", default=[], metavar="NAME",
                        help="a testee whose sets do not keep the order of their items")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the matrix as a page")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="cases by name, e.g. 'trailer/*'")
    parser.add_argument("--expected-failures", type=Path, default=HERE / "expected_failures.json",
                        metavar="FILE")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for one answer (60)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="testees at a time")
    options = parser.parse_args()
    if options.without_rpyc and not options.testee:
        parser.error("there is no testee")
    return options


def testees(options):
    """{name: Testee}, in the order of the matrix's columns."""
    found = {}
    for text in options.testee:
        name, equals, command = text.partition("=")
        if not equals or name in found:
            sys.exit(f"--testee {text}: not NAME=COMMAND, or a name given twice")
        lacks = OWN_ORDER if name in options.unordered_sets else ()
        found[name] = Testee(name, shlex.split(command), timeout=options.timeout, lacks=lacks)
    if not options.without_rpyc:
        for version in rpyc_peers.VERSIONS:
            name = f"rpyc-{version}"
            found[name] = Testee(name, [sys.executable, str(RPYC_TESTEE)],
                                 rpyc_peers.environment_for(version), options.timeout,
                                 {**RPYC_LACKS, **OWN_ORDER})
    return found


def drive_all(found, selected, options):
    """{name: (version, results)}; each testee is driven by a process of its own."""
    work.update(testees=found, cases=selected, door=options.fixed_private_key)
    data.recordings()
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(options.jobs, mp_context=fork) as pool:
        return dict(zip(found, pool.map(drive_one, found)))


def drive_one(name):
    company = Company(work["testees"], work["door"])
    return drive(work["testees"][name], work["cases"], company)


def zlib_notes():
    here = zlib.ZLIB_RUNTIME_VERSION
    recorded = sorted({recording.zlib for recording in data.recordings()})
    same = "as recorded" if recorded == [here] else "held against this machine's zlib"
    return f"zlib here {here}, in the recordings {', '.join(recorded)}: compressed frames {same}"


def report(verdict, selected, versions, options):
    notes = [f"{len(selected)} cases, {len(verdict.cells)} testees", zlib_notes()]
    notes += [f"{name}: {version}" for name, version in versions.items()]
    print("\n".join(notes), matrix(verdict, selected), sep="\n\n")
    wrong = failures(verdict)
    print("", wrong or "all as expected", sep="\n")
    if options.html:
        options.html.parent.mkdir(parents=True, exist_ok=True)
        options.html.write_text(page(verdict, selected, versions, notes))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except rpyc_peers.PeerError as error:
        sys.exit(str(error))
