"""rpyc on firth against stock rpyc: what is measured, and between whom."""

import os
import sys
from pathlib import Path

TITLE = "rpyc on firth, against stock rpyc"
VERSION = "6.0.2"
BASE, SUBJECT = "rpyc", "firth"

PEER = Path(__file__).resolve().with_name("peer.py")
KIB, MIB = 1024, 1024 * 1024


def contender(name, build, peers):
    """(command without its last word, environment) of either side."""
    folders = [peers / f"rpyc-{VERSION}"]
    if name == SUBJECT:
        folders.append(build / "bindings" / "python")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "RPYC_"))}
    side = "firth" if name == SUBJECT else "stock"
    return (lambda role: [sys.executable, str(PEER), role, side],
            dict(kept, PYTHONPATH=os.pathsep.join(map(str, folders)), PYTHONNOUSERSITE="1"))


def _case(group, name, at_least=1.0, rounds=None, **settings):
    """`at_least`: how many times as fast as stock rpyc firth must be. `rounds`: fewer than
    the others have, where stock rpyc takes seconds for one."""
    return {"group": group, "name": name, "at_least": at_least, "rounds": rounds,
            "compress": True, "nodelay": False, **settings}


def _round_trips():
    for size, name in ((16, "16 B"), (64 * KIB, "64 KiB"), (MIB, "1 MiB")):
        at_least = 10.0 if size == MIB else 1.0
        for over in ("unix", "tcp"):
            common = {"measure": "round trips", "over": over, "size": size}
            where = "Round trips of a Channel"
            if size == 16:
                yield _case(where, f"{name}, {over}", payload="random", **common)
                continue
            yield _case(where, f"{name}, {over}, random, not compressed", at_least,
                        payload="random", **common | {"compress": False})
            if over == "tcp":
                yield _case(where, f"{name}, {over} with NODELAY, random, not compressed",
                            payload="random", **common | {"compress": False, "nodelay": True})
            for kind in ("text", "random"):
                yield _case(where, f"{name}, {over}, {kind}, compressed", payload=kind, **common)


def _calls():
    for measure, name in (("calls", "conn.root.method(...)"),
                          ("bound calls", "method(...), method = conn.root.method")):
        common = {"measure": measure}
        for over in ("tcp", "unix"):
            yield _case("Calls", f"{name}: two small numbers, {over}", 1.3, over=over,
                        argument="small", **common)
            yield _case("Calls", f"{name}: a tuple of 1000 numbers, {over}", 1.3, over=over,
                        argument="tuple", **common)
        for compress, kind, nodelays in ((True, "text", (False, True)), (True, "random", (False,)),
                                         (False, "random", (False, True))):
            for nodelay in nodelays:
                how = "compressed" if compress else "not compressed"
                over = "tcp with NODELAY" if nodelay else "tcp"
                # zlib's part alone is more than nine tenths of a call with text.
                at_least = 1.0 if kind == "text" else 1.3
                yield _case("Calls", f"{name}: 64 KiB of {kind}, {how}, {over}", at_least, over="tcp",
                            argument="bytes", payload=kind, size=64 * KIB, compress=compress,
                            nodelay=nodelay, **common)


def _transfers(quick):
    size = (8 if quick else 100) * MIB
    # Stock rpyc's time for one frame that is not compressed grows with its square.
    whole = (8 if quick else 32) * MIB
    for kind, compress, in_one_call in (("random", False, whole), ("text", True, size)):
        how = f"{kind}, {'' if compress else 'not '}compressed, tcp with NODELAY"
        common = {"measure": "transfer", "over": "tcp", "payload": kind, "compress": compress,
                  "nodelay": True}
        yield _case("Transfers", f"{size // MIB} MiB in calls of 1 MiB, {how}", rounds=5,
                    size=size, piece=MIB, **common)
        yield _case("Transfers", f"{in_one_call // MIB} MiB in one call, {how}", rounds=3,
                    size=in_one_call, piece=in_one_call, **common)


def cases(quick):
    """Everything that is measured; less of it if `quick`."""
    return [*_round_trips(), *_calls(), *_transfers(quick)]
