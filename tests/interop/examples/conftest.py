import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SUPPORT = HERE.parents[1] / "support"
sys.path[:0] = [str(HERE), str(SUPPORT)]

from languages import command, settings  # noqa: E402
from rpyc_peers import Child, Peer, environment_for, folder_of  # noqa: E402

VERSION = "6.0.2"


@pytest.fixture(scope="session")
def certificates():
    with tempfile.TemporaryDirectory(prefix="firth-examples-") as folder:
        path = folder_of(VERSION).parent / "certificates"
        subprocess.run([sys.executable, SUPPORT / "certificates.py", folder], check=True,
                       env=environment_for(VERSION) | {"PYTHONPATH": str(path)})
        yield Path(folder)


@pytest.fixture
def place():
    """A path that is short enough for a unix socket."""
    with tempfile.TemporaryDirectory(prefix="firth-examples-") as folder:
        yield Path(folder) / "server"


@pytest.fixture
def start_peer():
    """Starts peer.py; its address as words."""
    peers = []

    def start(*arguments):
        peer = Peer(VERSION, HERE / "peer.py", *arguments)
        peers.append(peer)
        return peer

    yield start
    for peer in peers:
        peer.stop()


def environment_of(language):
    return environment_for(VERSION) | settings(language, folder_of(VERSION))


@pytest.fixture
def start_example():
    """Starts an example that is to go on running beside others."""
    children = []

    def start(language, example, *arguments):
        child = Child(f"{example} in {language}", [*command(language, example), *arguments],
                      environment=environment_of(language))
        children.append(child)
        return child

    yield start
    for child in children:
        child.stop()


@pytest.fixture
def run():
    """Runs an example; the finished process."""
    def run(language, example, *arguments):
        return subprocess.run([*command(language, example), *map(str, arguments)],
                              env=environment_of(language), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)

    return run
