"""rpyc in this process, one version at a time, and gone again."""

import contextlib
import importlib
import os
import sys
from pathlib import Path

import firth.rpyc
from support import LONG, wait_until

# What a version brings with it, that the next one must not find.
BROUGHT = ("rpyc", "plumbum")


def packages(version):
    """The folder of a version's packages."""
    return Path(os.environ["FIRTH_PEERS"]) / f"rpyc-{version}"


def _forget():
    for name in list(sys.modules):
        if name.partition(".")[0] in BROUGHT:
            del sys.modules[name]


@contextlib.contextmanager
def importable(version):
    """`import rpyc` finds this version; afterwards nothing of it is left."""
    folder = str(packages(version))
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        firth.rpyc.uninstall()
        sys.path.remove(folder)
        _forget()


def modules():
    """rpyc's modules that are loaded, by name."""
    return {name: module for name, module in list(sys.modules.items())
            if name.partition(".")[0] == "rpyc" and module is not None}


def snapshot():
    """What every module of rpyc's has, by module and name."""
    return {(name, attribute): thing for name, module in modules().items()
            for attribute, thing in vars(module).items()}


@contextlib.contextmanager
def serving(service, kind="ThreadedServer", **options):
    """The port of a server of rpyc's in a thread of its own. At the end all of its
    connections are over, or the test fails."""
    server = getattr(importlib.import_module("rpyc.utils.server"), kind)(
        service, **{"hostname": "127.0.0.1", "port": 0, **options})
    thread = server._start_in_thread()
    try:
        yield server.port
        # What still is served would be cut off, which 4.1.5 does not take well.
        wait_until(lambda: not server.clients, lambda: f"still served: {server.clients}")
    finally:
        server.close()
        thread.join(LONG)
        assert not thread.is_alive(), "the server goes on"
