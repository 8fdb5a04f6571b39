"""Measures firth beside what users would pick instead; sh tests/bench/run.sh calls it.

Each folder of tests/bench that has a comparison.py is one comparison of two contenders.
A contender is two processes, both pinned to one core, which stay for the whole run; every
round measures one contender and then the other. What counts is the median of the rounds'
ratios.

Results: a line for each case as it is measured, and for each comparison a file of JSON and
a page of tables in the output folder. Exit status: 0 if every case reaches what it must,
1 if not.
"""

import argparse
import datetime
import importlib.util
import json
import os
import platform
import sys
from pathlib import Path

import page
from measuring import measure, reached
from pair import Pair

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def options():
    what, _, more = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="sh tests/bench/run.sh", description=what, epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true",
                        help="fewer and shorter rounds, for a look of a minute")
    parser.add_argument("--only", metavar="WORDS", action="append", default=[],
                        help="only cases whose name or group has these words; may be repeated")
    parser.add_argument("--core", type=int, default=min(os.sched_getaffinity(0)),
                        help="the processor that all run on (default: the first)")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench",
                        help="where the results go (default: build/bench)")
    parser.add_argument("--publish", action="store_true",
                        help="also put the results into docs/benchmarks.md and beside it")
    settings = parser.parse_args()
    if settings.publish and (settings.quick or settings.only):
        parser.error("--publish is for all of it: not with --quick or --only")
    return settings


def comparisons():
    """(name, module) of every folder with a comparison."""
    for path in sorted(HERE.glob("*/comparison.py")):
        spec = importlib.util.spec_from_file_location(f"comparison_{path.parent.name}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield path.parent.name, module


def machine():
    """System, processor and how many of them."""
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(": ")[2]
            break
    release = platform.release().partition("-")[0]
    return f"{platform.system()} {release}, {os.cpu_count()} x {model}"


def chosen(cases, only):
    return [case for case in cases if not only or any(
        words in f"{case['group']}: {case['name']}" for words in only)]


def run(comparison, settings):
    """The results of one comparison, as they go into JSON; None if none of its cases is wanted."""
    build = Path(os.environ.get("FIRTH_BUILD", ROOT / "build")).resolve()
    peers = Path(os.environ.get("FIRTH_PEERS", ROOT / "build" / "peers")).resolve()
    rounds, seconds = (5, 0.03) if settings.quick else (15, 0.1)
    cases = chosen(comparison.cases(settings.quick), settings.only)
    if not cases:
        return None
    names = comparison.BASE, comparison.SUBJECT
    found = []
    with Pair(*comparison.contender(names[0], build, peers), settings.core) as base, \
            Pair(*comparison.contender(names[1], build, peers), settings.core) as subject:
        for number, case in enumerate(cases, 1):
            found.append(measure(case, base, subject, rounds, seconds))
            print(f"[{number}/{len(cases)}] {page.text_line(found[-1])}", flush=True)
        versions = base.versions | subject.versions
    return {"date": datetime.date.today().isoformat(), "machine": machine(), "versions": versions,
            "base": names[0], "subject": names[1], "rounds": rounds, "cases": found}


def publish(name, results, folder):
    """Puts the results into the page of the documentation and beside it."""
    path = folder / "benchmarks.md"
    before, _, after = page.section(path.read_text(), name)
    path.write_text(before + page.table(results) + after)
    write(results, folder / f"benchmarks.{name}.json")


def write(results, path):
    path.write_text(json.dumps(results, indent=1) + "\n")


def main():
    settings = options()
    settings.output.mkdir(parents=True, exist_ok=True)
    missed = 0
    for name, comparison in comparisons():
        print(f"{comparison.TITLE}", flush=True)
        results = run(comparison, settings)
        if results is None:
            continue
        write(results, settings.output / f"{name}.json")
        (settings.output / f"{name}.md").write_text(page.table(results))
        if settings.publish:
            publish(name, results, ROOT / "docs")
        missed += sum(not reached(result) for result in results["cases"])
    print(f"results are in {settings.output}; {missed} not reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
