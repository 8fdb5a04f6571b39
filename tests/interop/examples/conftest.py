import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SUPPORT = HERE.parents[1] / "support"
sys.path[:0] = [str(HERE), str(SUPPORT)]

from languages import NEWEST, command, settings  # noqa: E402
from rpyc_peers import Child, Peer, environment_for, folder_of  # noqa: E402



@pytest.fixture
def version():
    """Of the rpyc that Python's examples use, and of every example's peer."""
    return NEWEST


@pytest.fixture(scope="session")
def certificates():
    with tempfile.TemporaryDirectory(prefix="firth-examples-") as folder:
        path = folder_of(NEWEST).parent / "certificates"
        subprocess.run([sys.executable, SUPPORT / "certificates.py", folder], check=True,
                       env=environment_for(NEWEST) | {"PYTHONPATH": str(path)})
        yield Path(folder)


@pytest.fixture
def place():
    """A path that is short enough for a unix socket."""
    with tempfile.TemporaryDirectory(prefix="firth-examples-") as folder:
        yield Path(folder) / "server"


@pytest.fixture
def start_peer(version):
    """Starts peer.py; its address as words."""
    peers = []

    def start(*arguments):
        peer = Peer(version, HERE / "peer.py", *arguments)
        peers.append(peer)
        return peer

    yield start
    for peer in peers:
        peer.stop()


def environment_of(language, version):
    return environment_for(version) | settings(language, folder_of(version))


@pytest.fixture
def start_example(version):
    """Starts an example that is to go on running beside others."""
    children = []

    def start(language, example, *arguments):
        child = Child(f"{example} in {language}", [*command(language, example), *arguments],
                      environment=environment_of(language, version))
        children.append(child)
        return child

    yield start
    for child in children:
        child.stop()


@pytest.fixture
def run(version):
    """Runs an example; the finished process."""
    def run(language, example, *arguments):
        return subprocess.run([*command(language, example), *map(str, arguments)],
                              env=environment_of(language, version), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)

    return run
