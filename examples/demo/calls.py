"""rpyc's own calls, on its own streams and channels and then on firth's."""

import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field

from meeting import MeetingError, run
from peers import HERE, Child, PeerError
from programs import environment

KINDS = ("greet", "measure", "process")
CHANNELS = {"rpyc": "rpyc.core.channel.Channel", "firth": "firth.Channel"}


@dataclass
class Called:
    """What came of it; `problem` is empty if all is as it must be."""

    version: str
    rates: dict = field(default_factory=dict)  # of "rpyc" and "firth": {kind: calls a second}
    problem: str = ""


def rates_of(lines, way):
    """{kind: calls a second} of what the caller says."""
    said = dict(line.split() for line in lines)
    if said.pop("over", None) != CHANNELS[way]:
        raise MeetingError(f"the calls did not go over {CHANNELS[way]}")
    rates = {kind: float(rate) for kind, rate in said.items()}
    if tuple(rates) != KINDS or not all(rates.values()):
        raise MeetingError(f"calls of {', '.join(rates) or 'no kind'} were answered")
    return rates


def call(way, version, paths):
    """With both ends on rpyc's own, or both on firth's."""
    on_firth = ("firth",) if way == "firth" else ()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="firth-demo-"))
        server = Child(paths, version, "server.py", folder, *on_firth)
        stack.callback(server.stop)
        server.read_addresses()
        host, port = server.addresses["tcp"].split(":")[1:]
        return rates_of(run([sys.executable, HERE / "caller.py", host, port, *on_firth],
                            environment(PYTHONPATH=":".join(map(str, paths)))), way)


def compare(version, paths):
    """`paths`: of rpyc's package and of firth's."""
    called = Called(version)
    try:
        for way in CHANNELS:
            called.rates[way] = call(way, version, paths)
    except (MeetingError, PeerError) as error:
        called.problem = str(error)
    return called
