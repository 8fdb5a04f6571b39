"""Imported by every Python process of a run: once rpyc is imported there, installs firth in
its place if FIRTH_SUITE_SIDE is "firth", and counts what rpyc does in either case.

The counts stand in a file of the process's own in the folder FIRTH_SUITE_COUNTS, as they
are now: a process that is killed leaves them too. Layout: `read_counts` of counts.py.
"""

import importlib.abc
import importlib.util
import itertools
import mmap
import os
import sys
import tempfile

# Of each, by firth's classes and by others, in this order.
EVENTS = ("channels", "sent", "received", "dumps", "loads")
SLOTS = 2 * len(EVENTS)
PATCHED = "rpyc.core.protocol"


class Counts:
    """Unsigned numbers of 64 bits in a file which is mapped."""

    def __init__(self):
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self):
        descriptor, _ = tempfile.mkstemp(
            prefix=f"{os.getpid()}-", suffix=".counts", dir=os.environ["FIRTH_SUITE_COUNTS"])
        os.ftruncate(descriptor, 8 * SLOTS)
        self._slots = memoryview(mmap.mmap(descriptor, 8 * SLOTS)).cast("Q")
        os.close(descriptor)
        self._next = [itertools.count(1) for _ in range(SLOTS)]

    def add(self, event, by_firth):
        slot = 2 * EVENTS.index(event) + (not by_firth)
        self._slots[slot] = next(self._next[slot])


def nothing_is_firths(channel):
    return False


def installed():
    """Installs firth; what says whether a channel is firth's, until the process has ended."""
    import firth
    import firth.rpyc
    firth.rpyc.install()
    kind, below = firth.Channel, firth.Stream
    return lambda channel: isinstance(channel, kind) and isinstance(channel.stream, below)


def count_connections(kind, is_firths, counts):
    """Counts what the class Connection does with its channel."""
    init, send, dispatch = kind.__init__, kind._send, kind._dispatch

    def counting_init(self, *args, **kwargs):
        init(self, *args, **kwargs)
        counts.add("channels", is_firths(self._channel))

    def counting_send(self, *args, **kwargs):
        counts.add("sent", is_firths(self._channel))
        return send(self, *args, **kwargs)

    def counting_dispatch(self, *args, **kwargs):
        counts.add("received", is_firths(self._channel))
        return dispatch(self, *args, **kwargs)

    kind.__init__, kind._send, kind._dispatch = counting_init, counting_send, counting_dispatch


def count_brine(brine, stock, counts):
    """Counts calls of brine's functions; `stock` are those that rpyc came with."""
    def counting(event, function, by_firth):
        def count(*args, **kwargs):
            counts.add(event, by_firth)
            return function(*args, **kwargs)
        return count

    for name, event in (("dump", "dumps"), ("load", "loads")):
        function = getattr(brine, name)
        setattr(brine, name, counting(event, function, function is not stock[name]))


def rpyc_was_imported():
    from rpyc.core import brine, protocol
    stock = {"dump": brine.dump, "load": brine.load}
    is_firths = installed() if os.environ["FIRTH_SUITE_SIDE"] == "firth" else nothing_is_firths
    counts = Counts()
    count_connections(protocol.Connection, is_firths, counts)
    count_brine(brine, stock, counts)


class Loader(importlib.abc.Loader):
    """Loads a module as another loader does, and then calls `after`."""

    def __init__(self, loader, after):
        self._loader, self._after = loader, after

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        module.__spec__.loader = module.__loader__ = self._loader
        self._after()

    def __getattr__(self, name):
        return getattr(self._loader, name)


class Finder(importlib.abc.MetaPathFinder):
    """Finds rpyc, where it would be found without this."""

    def find_spec(self, name, path, target=None):
        if name != "rpyc":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = Loader(spec.loader, rpyc_was_imported)
        return spec


if "FIRTH_SUITE_SIDE" in os.environ:
    sys.meta_path.insert(0, Finder())
