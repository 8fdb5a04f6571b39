"""Runs rpyc's own tests on firth and on stock rpyc, and compares test by test.

    python3 tests/interop/rpyc_suite.py TREE

TREE is a checkout of rpyc's repository (its tests are not in its packages), which is
copied and never written to. Each file of its tests runs in a process of its own, once on
stock rpyc and once with firth.rpyc.install() in that process and in every Python process
that it starts. What differs runs again on both sides, since some of rpyc's tests are flaky.

firth is taken from FIRTH_BUILD (default: build/ of this checkout), what rpyc imports
(plumbum, gevent) from FIRTH_PEERS (default: build/peers), as tests/run.sh installs it, and
from PYTHONPATH.

Numbers after "processes" are firth's and stock rpyc's, in the last run of each.
Exit status: 0 if all that passes on stock passes on firth, and firth was used wherever
rpyc's own classes were; 1 if not; 2 if the suite cannot be run.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE / "suite"))

import report  # noqa: E402
from comparison import compare, differs, tests_of  # noqa: E402
from runs import FIRTH, STOCK, Side  # noqa: E402

LEFT_OUT_FILES = {
    "test_deploy.py": "needs ssh",
    "test_ssh.py": "needs ssh",
    "test_gdb.py": "needs gdb",
    "test_win32pipes.py": "needs Windows",
}
LEFT_OUT_CLASSES = {"TestUdpRegistry": "needs UDP broadcast"}


class CannotRun(Exception):
    """The suite cannot be run; the text says why."""


def options():
    what, _, more = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        description=what, epilog=more, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", metavar="TREE", type=Path, help="a checkout of rpyc's repository")
    parser.add_argument("--only", metavar="FILE", action="append", default=[],
                        help="run this file of tests alone, such as test_async.py; may be repeated")
    parser.add_argument("--repeat", metavar="N", type=int, default=1,
                        help="run each file N times on each side (default: 1)")
    parser.add_argument("--again", metavar="N", type=int, default=3,
                        help="how often a file that differs runs again on each side (default: 3)")
    parser.add_argument("--timeout", metavar="SECONDS", type=float, default=120,
                        help="for one run of one file (default: 120)")
    chosen = parser.parse_args()
    if chosen.repeat < 1:
        parser.error("--repeat must be at least 1")
    if chosen.timeout <= 0:
        parser.error("--timeout must be above 0")
    return chosen


def version_of(tree):
    """The version of rpyc that a tree holds."""
    try:
        text = (tree / "rpyc" / "version.py").read_text(encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"{tree} is no checkout of rpyc's repository: {error}") from None
    numbers = re.search(r"\(?(\d+)(?:\.|, *)(\d+)(?:\.|, *)(\d+)", text)
    if numbers is None:
        raise CannotRun(f"{tree}/rpyc/version.py names no version")
    return ".".join(numbers.groups())


def packages(version):
    """(folders for both sides, the folder with firth)."""
    build = Path(os.environ.get("FIRTH_BUILD", ROOT / "build")).resolve()
    firth = build / "bindings" / "python"
    if not (firth / "firth" / "__init__.py").is_file():
        raise CannotRun(f"{firth} holds no package firth: build it, or set FIRTH_BUILD")
    peers = Path(os.environ.get("FIRTH_PEERS", ROOT / "build" / "peers")).resolve()
    given = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    same_version = peers / f"rpyc-{version}"
    with_plumbum = same_version if same_version.is_dir() else peers / "rpyc-6.0.2"
    return [*map(Path, given), with_plumbum, peers / "gevent"], firth


def files_of(tree, only):
    """The names of the files of tests that are to run."""
    found = sorted(path.name for path in (tree / "tests").glob("test_*.py"))
    unknown = set(only) - set(found)
    if unknown or not found:
        raise CannotRun(f"{tree}/tests has no {', '.join(sorted(unknown)) or 'test_*.py'}")
    return [name for name in found if name in (only or set(found) - set(LEFT_OUT_FILES))]


def run_file(name, sides, settings):
    """The runs on stock and on firth: as often as asked for, and again if they differ."""
    stock, firth = [], []

    def run_both(times):
        for _ in range(times):
            for side, runs in zip(sides, (stock, firth)):
                runs.append(side.run(name, LEFT_OUT_CLASSES, settings.timeout))

    run_both(settings.repeat)
    if any(differs(test, stock, firth) for test in tests_of(stock)):
        run_both(settings.again)
    return stock, firth


def run_suite(settings, version, sides, names):
    """Runs and reports everything; whether all was good."""
    print(f"rpyc {version} on firth")
    for name, why in (LEFT_OUT_FILES | LEFT_OUT_CLASSES).items():
        print(f"  left out: {name}: {why}")
    rows, bad = [], 0
    for number, name in enumerate(names, 1):
        print(f"[{number}/{len(names)}] {name}", flush=True)
        stock, firth = run_file(name, sides, settings)
        verdict = compare(stock, firth)
        rows.append(report.row(name, stock, firth, verdict))
        bad += not verdict.good
        said = report.complaints(name, verdict, firth)
        if said:
            print(said, flush=True)
    print(report.table(rows))
    print(f"{len(names) - bad} of {len(names)} files good on firth")
    return not bad


def main():
    settings = options()
    try:
        version = version_of(settings.tree)
        names = files_of(settings.tree, settings.only)
        common, firth = packages(version)
    except CannotRun as error:
        print(f"rpyc_suite.py: {error}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="firth-suite-", ignore_cleanup_errors=True) as scratch:
        sides = []
        for side, folders in ((STOCK, common), (FIRTH, [firth, *common])):
            copy = Path(scratch, side)
            shutil.copytree(settings.tree, copy, ignore=shutil.ignore_patterns(".git", "__pycache__"))
            sides.append(Side(side, copy, folders))
        return 0 if run_suite(settings, version, sides, names) else 1


if __name__ == "__main__":
    sys.exit(main())
