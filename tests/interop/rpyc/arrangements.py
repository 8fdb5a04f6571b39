"""Which end of a connection is firth's, and the witness of what the ends really used."""

from contextlib import contextmanager
from typing import NamedTuple

import rpyc
from rpyc.core import brine

FIRTH = "firth"
STOCK = "stock"


class Arrangement(NamedTuple):
    """What is below rpyc at each end: FIRTH or STOCK."""

    client: str
    server: str

    def __str__(self):
        return f"{self.client}-client-{self.server}-server"


# Stock at both ends says that a test is right.
ARRANGEMENTS = (Arrangement(STOCK, STOCK), Arrangement(FIRTH, FIRTH),
                Arrangement(FIRTH, STOCK), Arrangement(STOCK, FIRTH))


@contextmanager
def in_place(side):
    """For the time of the block this process's rpyc is over firth's classes, or its own."""
    if side == STOCK:
        yield
        return
    import firth.rpyc
    firth.rpyc.install()
    try:
        yield
    finally:
        firth.rpyc.uninstall()


def side_of(thing):
    """Whose class or function it is; subclasses are whose they are."""
    module = getattr(thing, "__module__", type(thing).__module__)
    if isinstance(thing, type):
        module = [base.__module__ for base in thing.__mro__[:-1]
                  if base.__module__.split(".")[0] in ("firth", "rpyc")][0]
    return FIRTH if module.split(".")[0] in ("firth", "_firth") else STOCK


class Witness:
    """Sees every connection that rpyc makes in this process, and keeps whose classes the
    channel and the stream are: `seen` has ("Channel", FIRTH) and so on."""

    def __init__(self):
        self.seen = set()
        self._looks = True
        make = rpyc.Connection.__init__

        def watched(connection, root, channel, *rest, **options):
            if self._looks:
                self.seen |= set(parts_of(channel))
            make(connection, root, channel, *rest, **options)
        rpyc.Connection.__init__ = watched

    def forget(self):
        self.seen.clear()

    @contextmanager
    def looking_away(self):
        """For connections whose parts a test chooses itself."""
        self._looks = False
        try:
            yield
        finally:
            self._looks = True


def parts_of(channel):
    """Name and side of a channel's and its stream's class, and of the encoding in use."""
    yield "Channel", side_of(type(channel))
    yield type(channel.stream).__name__, side_of(type(channel.stream))
    yield "brine", side_of(brine.dump)


def used(seen):
    """The sides that were seen."""
    return {side for _, side in seen}
