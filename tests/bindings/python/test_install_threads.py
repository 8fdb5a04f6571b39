"""install and uninstall from several threads, and beside imports of other threads."""

import importlib
import sys
import threading

import pytest

import firth
import firth.rpyc
from rpyc_versions import snapshot
from support import LONG, Caller, wait_until

THREADS = 8
ROUNDS = 25


def at_once(function):
    """The function in THREADS threads that begin together."""
    barrier = threading.Barrier(THREADS)

    def call(number):
        barrier.wait()
        function(number)
    callers = [Caller(call, number) for number in range(THREADS)]
    for caller in callers:
        caller.result()


def test_threads_that_install_together_install_once(rpyc):
    before = snapshot()
    at_once(lambda number: firth.rpyc.install())
    assert rpyc.Channel is rpyc.utils.server.Channel is firth.Channel
    firth.rpyc.uninstall()
    assert snapshot() == before


def test_threads_that_install_and_uninstall_leave_all_or_nothing(rpyc):
    before = snapshot()

    def toggle(number):
        for turn in range(ROUNDS):
            (firth.rpyc.install if (number + turn) % 2 else firth.rpyc.uninstall)()
    at_once(toggle)
    firth.rpyc.install()
    assert rpyc.Channel is rpyc.utils.server.Channel is firth.Channel
    firth.rpyc.uninstall()
    assert snapshot() == before


class Gate:
    """Where the import of a module stops until the test goes on."""

    def __init__(self):
        self.reached = threading.Event()
        self.opened = threading.Event()

    def wait(self):
        self.reached.set()
        assert self.opened.wait(LONG)


def importing(rpyc, monkeypatch, tmp_path, text):
    """A module of rpyc's whose import another thread has begun, and is stopped in."""
    (tmp_path / "slow.py").write_text(text)
    monkeypatch.setattr(rpyc, "__path__", [*rpyc.__path__, str(tmp_path)])
    gate = Gate()
    monkeypatch.setitem(sys.modules, "the_gate", gate)
    caller = Caller(importlib.import_module, "rpyc.slow")
    assert gate.reached.wait(LONG)
    return gate, caller


def install_past(gate, rpyc):
    """Installs; the gate opens when install has begun and comes to what is loaded."""
    installer = Caller(firth.rpyc.install)
    wait_until(lambda: rpyc.Channel is firth.Channel, lambda: rpyc.Channel)
    gate.opened.set()
    installer.result()


def test_a_module_that_another_thread_is_importing_is_waited_for(rpyc, monkeypatch, tmp_path):
    gate, importer = importing(rpyc, monkeypatch, tmp_path, """
def imported():
    from rpyc.core.stream import SocketStream
    import the_gate
    the_gate.wait()
    return SocketStream
SocketStream = imported()
""")
    install_past(gate, rpyc)
    assert importer.result().SocketStream is firth.SocketStream


def test_an_import_of_another_thread_that_fails_is_no_concern(rpyc, monkeypatch, tmp_path):
    gate, importer = importing(rpyc, monkeypatch, tmp_path, """
import the_gate
the_gate.wait()
raise LookupError("not today")
""")
    install_past(gate, rpyc)
    with pytest.raises(LookupError, match="not today"):
        importer.result()
    assert firth.rpyc.installed()
