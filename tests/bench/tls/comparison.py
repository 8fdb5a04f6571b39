"""rpyc on firth against stock rpyc over ssl.SSLSocket: what is measured, and between whom."""

from pathlib import Path

import stock_rpyc
from stock_rpyc import BASE, SUBJECT

__all__ = ["BASE", "SUBJECT", "TITLE", "cases", "contender"]

TITLE = "rpyc on firth over TLS, against stock rpyc"
PEER = Path(__file__).resolve().with_name("peer.py")


def contender(name, build, peers):
    return stock_rpyc.contender(name, build, peers, PEER, "certificates")


def cases(_quick):
    """Everything that is measured."""
    return list(stock_rpyc.cases_of_driven_sockets(
        "ssl.SSLSocket", "a ThreadedServer with an SSLAuthenticator"))
