"""rpyc on firth against stock rpyc: what is measured, and between whom."""

import functools
from pathlib import Path

from stock_rpyc import BASE, KIB, MIB, SUBJECT, case, contender

__all__ = ["BASE", "SUBJECT", "TITLE", "cases", "contender"]

TITLE = "rpyc on firth, against stock rpyc"
contender = functools.partial(contender, program=Path(__file__).resolve().with_name("peer.py"))


def _round_trips():
    for size, name in ((16, "16 B"), (64 * KIB, "64 KiB"), (MIB, "1 MiB")):
        at_least = 10.0 if size == MIB else 1.0
        for over in ("unix", "tcp"):
            common = {"measure": "round trips", "over": over, "size": size}
            where = "Round trips of a Channel"
            if size == 16:
                yield case(where, f"{name}, {over}", payload="random", **common)
                continue
            yield case(where, f"{name}, {over}, random, not compressed", at_least,
                        payload="random", **common | {"compress": False})
            if over == "tcp":
                yield case(where, f"{name}, {over} with NODELAY, random, not compressed",
                            payload="random", **common | {"compress": False, "nodelay": True})
            for kind in ("text", "random"):
                yield case(where, f"{name}, {over}, {kind}, compressed", payload=kind, **common)


def _calls():
    for measure, name in (("calls", "conn.root.method(...)"),
                          ("bound calls", "method(...), method = conn.root.method")):
        common = {"measure": measure}
        for over in ("tcp", "unix"):
            yield case("Calls", f"{name}: two small numbers, {over}", 1.3, over=over,
                        argument="small", **common)
            yield case("Calls", f"{name}: a tuple of 1000 numbers, {over}", 1.3, over=over,
                        argument="tuple", **common)
        for compress, kind, nodelays in ((True, "text", (False, True)), (True, "random", (False,)),
                                         (False, "random", (False, True))):
            for nodelay in nodelays:
                how = "compressed" if compress else "not compressed"
                over = "tcp with NODELAY" if nodelay else "tcp"
                # zlib's part alone is more than nine tenths of a call with text.
                at_least = 1.0 if kind == "text" else 1.3
                yield case("Calls", f"{name}: 64 KiB of {kind}, {how}, {over}", at_least, over="tcp",
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
        yield case("Transfers", f"{size // MIB} MiB in calls of 1 MiB, {how}", rounds=5,
                    size=size, piece=MIB, **common)
        yield case("Transfers", f"{in_one_call // MIB} MiB in one call, {how}", rounds=3,
                    size=in_one_call, piece=in_one_call, **common)


def cases(quick):
    """Everything that is measured; less of it if `quick`."""
    return [*_round_trips(), *_calls(), *_transfers(quick)]
