"""Fixtures: connected ends, and the check that no descriptor is left behind."""

import contextlib
import gc
import importlib
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

import firth
import firth.rpyc
from rpyc_versions import importable
from support import ROOT, Rung, wait_until, wait_until_blocked


def open_descriptors():
    found = {}
    for number in os.listdir("/proc/self/fd"):
        # The one that lists them is closed by now; a thread may have closed another.
        with contextlib.suppress(FileNotFoundError):
            found[number] = os.readlink(f"/proc/self/fd/{number}")
    return found


def opened_since(before):
    return {number: what for number, what in open_descriptors().items()
            if before.get(number) != what}


@pytest.fixture(scope="session", autouse=True)
def nothing_left():
    """After the last test nothing of the library is left."""
    yield
    gc.collect()
    wait_until(lambda: firth.live() == (0, 0), firth.live)


@pytest.fixture(autouse=True)
def no_descriptor_left(request):
    """Every test gives back the descriptors that it opens."""
    before = open_descriptors()

    def none_left():
        if opened_since(before):
            gc.collect()
        return not opened_since(before)
    yield
    # pytest keeps what the last test was given until after the session's own fixtures.
    request.node.funcargs.clear()
    # A thread of the library's that waits for the ends of children takes its own time.
    wait_until(none_left, lambda: opened_since(before))


@pytest.fixture
def sockets(no_descriptor_left):
    """Two connected Python sockets."""
    here, there = socket.socketpair()
    yield here, there
    here.close()
    there.close()


@pytest.fixture
def streams(sockets):
    """Two connected streams over a unix socket."""
    here, there = map(firth.SocketStream, sockets)
    yield here, there
    here.close()
    there.close()


@pytest.fixture
def channels(streams):
    """Two connected channels."""
    return tuple(map(firth.Channel, streams))


@pytest.fixture
def channel(sockets):
    """A channel, whose peer is the second of `sockets`."""
    made = firth.Channel(firth.SocketStream(sockets[0]))
    yield made
    made.close()


@pytest.fixture
def peer(sockets):
    """The socket at the other end of `channel`."""
    return sockets[1]


@pytest.fixture
def pipes(no_descriptor_left):
    """Two connected streams over pipes."""
    here, there = firth.PipeStream.create_pair()
    yield here, there
    here.close()
    there.close()


@pytest.fixture
def listener(no_descriptor_left):
    """A listener on a TCP port that the system chose."""
    with firth.Listener.listen("127.0.0.1", 0) as made:
        yield made


@pytest.fixture
def refusing(no_descriptor_left):
    """(host, port) where nobody listens, and nobody else will."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()


@pytest.fixture
def unix_listener(no_descriptor_left, tmp_path):
    """A listener on a unix socket."""
    with firth.Listener.unix_listen(tmp_path / "socket") as made:
        yield made


@pytest.fixture
def many_descriptors():
    """The process may have descriptors above 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def ring():
    """Calls a function while a signal strikes the main thread blocked in it."""
    def handler(*_):
        raise Rung

    def strike(main):
        wait_until_blocked(main)
        signal.pthread_kill(main.ident, signal.SIGUSR1)

    def call(function, *arguments, handler=handler):
        before = signal.signal(signal.SIGUSR1, handler)
        bell = threading.Thread(target=strike, args=(threading.main_thread(),))
        bell.start()
        try:
            return function(*arguments)
        finally:
            bell.join()
            signal.signal(signal.SIGUSR1, before)
    return call


@pytest.fixture(scope="session")
def certificates():
    """A folder with what tests/support/certificates.py makes."""
    support = ROOT / "tests" / "support"
    packages = Path(os.environ["FIRTH_PEERS"]) / "certificates"
    with tempfile.TemporaryDirectory(prefix="firth-certificates-") as folder:
        subprocess.run([sys.executable, support / "certificates.py", folder], check=True,
                       env={**os.environ, "PYTHONPATH": str(packages)})
        yield Path(folder)


@pytest.fixture(params=firth.rpyc.KNOWN_VERSIONS)
def rpyc_version(request):
    """Each version of rpyc, importable but not imported."""
    with importable(request.param):
        yield request.param


@pytest.fixture
def rpyc(rpyc_version):
    """rpyc, imported, in each version, as it is without firth."""
    yield importlib.import_module("rpyc")


@pytest.fixture
def service(rpyc):
    """A service with a method that gives back what it is given."""
    class Echo(rpyc.Service):
        def exposed_echo(self, thing):
            return thing
    return Echo
