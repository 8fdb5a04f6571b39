"""rpyc on firth against stock rpyc over gevent's sockets: what is measured, and between whom."""

from pathlib import Path

import stock_rpyc
from stock_rpyc import BASE, SUBJECT

__all__ = ["BASE", "SUBJECT", "TITLE", "cases", "contender"]

TITLE = "rpyc on firth over gevent, against stock rpyc"
PEER = Path(__file__).resolve().with_name("peer.py")


def contender(name, build, peers):
    return stock_rpyc.contender(name, build, peers, PEER, "gevent")


def cases(_quick):
    """Everything that is measured."""
    return list(stock_rpyc.cases_of_driven_sockets(
        "gevent's sockets", "a GeventServer"))
