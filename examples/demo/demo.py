"""Five languages talk to real rpyc, and rpyc runs on firth.

Called by examples/demo.sh, which has built everything:

    python3 examples/demo/demo.py [BUILD_FOLDER]

Exit status 1 if anything differs from what rpyc itself would send or answer.
"""

import os
import platform
import sys
import zlib
from contextlib import ExitStack
from pathlib import Path

import table
from calls import compare
from channels import show
from meeting import meet
from peers import Peers
from programs import ROOT, programs

VERSIONS = ("5.3.1", "6.0.2")
TRANSPORTS = ("tcp", "unix")
CHANNELS = ("compressed_communication", "performance_optimized_streaming",
            "encrypted_communication")


def meetings(build, started, folder_of_peers):
    for program in programs(build, "talk_to_rpyc"):
        for transport in TRANSPORTS:
            for peers in started:
                yield meet(program, transport, peers, folder_of_peers)


def channels(build, peers, folder_of_peers):
    rpyc = folder_of_peers / f"rpyc-{peers.version}"
    by_name = {name: programs(build, name, rpyc) for name in CHANNELS}
    for number, (language, _, _) in enumerate(by_name[CHANNELS[0]]):
        yield show(language, {name: by_name[name][number] for name in CHANNELS}, peers)


def calls(build, folder_of_peers):
    for version in VERSIONS:
        yield compare(version, [folder_of_peers / f"rpyc-{version}", build / "bindings/python"])


def stay_on_one_processor():
    """For this process and its children: times then do not depend on where they are put."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main(build):
    stay_on_one_processor()
    folder_of_peers = Path(os.environ.get("FIRTH_PEERS", ROOT / "build/peers"))
    table.say(f"Python {platform.python_version()}, zlib {zlib.ZLIB_RUNTIME_VERSION}, "
              f"real servers of rpyc {' and '.join(VERSIONS)}")
    table.say()
    results = []
    with ExitStack() as stack:
        started = [stack.enter_context(Peers(folder_of_peers, version)) for version in VERSIONS]
        table.header()
        for result in meetings(build, started, folder_of_peers):
            table.line(result)
            results.append(result)
        table.summary(results)
        table.channels_header(started[-1].version)
        for shown in channels(build, started[-1], folder_of_peers):
            table.channels_line(shown)
            results.append(shown)
    table.calls_header()
    for called in calls(build, folder_of_peers):
        table.calls_lines(called)
        results.append(called)
    wrong = sum(bool(result.problem) for result in results)
    if wrong:
        table.say(f"{wrong} of {len(results)} meetings are WRONG; see above")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build").resolve()))
