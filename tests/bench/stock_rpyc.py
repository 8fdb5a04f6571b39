"""What the comparisons with stock rpyc share: who takes part, and what a case has."""

import os
import sys

VERSION = "6.0.2"
BASE, SUBJECT = "rpyc", "firth"
KIB, MIB = 1024, 1024 * 1024


def contender(name, build, peers, program, *packages):
    """(command without its first argument, environment) of either side: the program, with
    these more of the packages in `peers`."""
    folders = [peers / package for package in (f"rpyc-{VERSION}", *packages)]
    if name == SUBJECT:
        folders.append(build / "bindings" / "python")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "RPYC_"))}
    side = "firth" if name == SUBJECT else "stock"
    return (lambda role: [sys.executable, str(program), role, side],
            dict(kept, PYTHONPATH=os.pathsep.join(map(str, folders)), PYTHONNOUSERSITE="1"))


def case(group, name, at_least=1.0, rounds=None, **settings):
    """`at_least`: how many times as fast as stock rpyc firth must be. `rounds`: fewer than
    the others have, where stock rpyc takes seconds for one."""
    return {"group": group, "name": name, "at_least": at_least, "rounds": rounds,
            "compress": True, "nodelay": False, **settings}


def cases_of_driven_sockets(over, server):
    """Of sockets of this kind, which only their own methods can drive."""
    for size, name in ((16, "16 B"), (64 * KIB, "64 KiB"), (MIB, "1 MiB")):
        yield case(f"Round trips of a Channel over {over}", f"{name}, random, not compressed",
                   measure="round trips", over="tcp", payload="random", size=size, compress=False,
                   nodelay=True)
    for measure, name in (("calls", "conn.root.method(...)"),
                          ("bound calls", "method(...), method = conn.root.method")):
        common = {"measure": measure, "over": "tcp"}
        yield case(f"Calls of {server}", f"{name}: two small numbers", argument="small", **common)
        yield case(f"Calls of {server}", f"{name}: gives 1 MiB of text, compressed",
                   argument="wanted", payload="text", size=MIB, **common)
