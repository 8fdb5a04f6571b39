"""The processes of the comparison with rpyc: that they do what is measured, over what they say."""

import contextlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "rpyc")]

import comparison  # noqa: E402
from pair import Pair  # noqa: E402

BUILD, PEERS = Path(os.environ["FIRTH_BUILD"]), Path(os.environ["FIRTH_PEERS"])
CORE = min(os.sched_getaffinity(0))
SIDES = {comparison.BASE: "stock", comparison.SUBJECT: "firth"}
# Runs in a process of its own, where `check` is a function of this file.
PROGRAM = "import sys; sys.path[:0] = {folders!r}; import test_peer; test_peer.run_check({name!r}, {side!r})"


def run_check(name, side):
    sys.argv[1:] = ["client", side]
    print(json.dumps(globals()[name](importlib.import_module("rpyc_peer"))))


def in_peer(check, contender):
    """What a function of this file returns for the module rpyc_peer, on that contender's side."""
    _, environment = comparison.contender(contender, BUILD, PEERS)
    folders = [str(HERE), str(HERE / "rpyc"), str(PEERS / "pytest")]
    program = PROGRAM.format(folders=folders, name=check.__name__, side=SIDES[contender])
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True,
                          env=dict(environment, FIRTH_BUILD=str(BUILD), FIRTH_PEERS=str(PEERS)))
    return json.loads(done.stdout)


def case(**settings):
    return {"over": "tcp", "compress": True, "nodelay": False, "payload": "text", "size": 65536,
            "argument": "small", **settings}


both = pytest.mark.parametrize("contender", SIDES)


# --- What runs in the peer -----------------------------------------------------------------


def classes(peer):
    return [each.__module__.partition(".")[0] for each in (peer.Channel, peer.SocketStream, peer.rpyc.Channel)]


def digests(peer):
    import hashlib
    return [hashlib.sha256(peer.payload(kind, 5000)).hexdigest() for kind in ("text", "random")]


class Wrong:
    """A channel, and a root, whose answers are wrong."""

    def __init__(self):
        self.root = self
        self.calls = 0

    def send(self, data):
        self.calls += 1

    def recv(self):
        return b"wrong"

    def add(self, *_):
        self.calls += 1
        return -1

    size = total = add


class Client:
    """Gives the same channel and root for every case."""

    def __init__(self, thing):
        self._thing = thing

    def channel(self, case):
        return self._thing

    def root(self, case):
        return self._thing


def not_noticed(peer):
    """The measures that take a wrong answer for a right one."""
    found = []
    for name, measure in peer.MEASURES.items():
        with contextlib.suppress(AssertionError):
            measure(Client(Wrong()), case(piece=65536), 1)
            found.append(name)
    return found


class Right(Wrong):
    def send(self, data):
        self.calls += 1
        self._data = data

    def recv(self):
        return self._data

    def add(self, a, b):
        self.calls += 1
        return a + b

    def size(self, data):
        self.calls += 1
        return len(data)


def operations(peer):
    """How often each measure asks, of three times."""
    found = {}
    for name, measure in peer.MEASURES.items():
        thing = Right()
        measure(Client(thing), case(piece=65536 // 4), 3)
        found[name] = thing.calls
    return found


def settings(peer):
    """Of a connection for each case: [family of the socket, NODELAY of client and server, whether
    client and server compress]."""
    import socket
    import tempfile
    import threading
    with tempfile.TemporaryDirectory() as folder:
        listeners = {"tcp": socket.create_server(("127.0.0.1", 0)), "unix": socket.socket(socket.AF_UNIX)}
        listeners["unix"].bind(folder + "/socket")
        listeners["unix"].listen()
        for listener in listeners.values():
            listener.settimeout(20)
        addresses = {"tcp": listeners["tcp"].getsockname()[1], "unix": folder + "/socket"}
        client, found = importlib.import_module("peer").Client(addresses), []
        for over, compress, nodelay in (("tcp", True, False), ("tcp", False, True), ("unix", False, False)):
            wanted = case(over=over, compress=compress, nodelay=nodelay)
            channel = client.channel(wanted)
            assert client.channel(wanted) is channel
            served = listeners[over].accept()[0]
            threading.Thread(target=peer.serve, args=(served,), daemon=True).start()
            found.append(facts(peer, channel, served, over))
        return found


def facts(peer, channel, served, over):
    import socket
    here = socket.socket(fileno=os.dup(channel.fileno()))
    here.settimeout(20)
    channel.send(peer.payload("text", 65536))
    flag = [here.recv(1) for _ in range(5)][4][0]
    delays = [sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) if over == "tcp" else None
              for sock in (here, served)]
    return [here.family.name, *delays, channel.compress, flag]


# --- The tests -------------------------------------------------------------------------------


@both
def test_each_side_is_over_what_it_is_called(contender):
    assert set(in_peer(classes, contender)) == {"firth" if contender == comparison.SUBJECT else "rpyc"}


def test_payloads_are_the_same_on_both_sides_and_in_every_run():
    assert in_peer(digests, comparison.BASE) == in_peer(digests, comparison.SUBJECT)


@both
def test_a_wrong_answer_is_never_measured(contender):
    assert in_peer(not_noticed, contender) == []


def test_a_measure_does_a_case_as_often_as_told():
    assert in_peer(operations, comparison.BASE) == {
        "round trips": 3, "calls": 3, "bound calls": 3, "transfer": 12}


def test_a_connection_has_the_settings_of_its_case():
    assert in_peer(settings, comparison.BASE) == [
        ["AF_INET", 0, 0, True, 1], ["AF_INET", 1, 1, False, 0], ["AF_UNIX", None, None, False, 0]]


@both
def test_both_processes_are_on_the_core_and_end_with_their_pair(contender):
    with Pair(*comparison.contender(contender, BUILD, PEERS), CORE) as pair:
        assert pair.seconds(case(measure="round trips", size=16), 1) > 0
        processes = pair._processes
        assert [os.sched_getaffinity(process.pid) for process in processes] == [{CORE}] * 2
    assert [process.returncode for process in processes] == [0, 0]
