"""rpyc below gevent's greenlets, in a process whose sockets and threads gevent has replaced.

    gevent_side.py SIDE together           a server and its clients, all in one thread
    gevent_side.py SIDE serve              says its port, and serves until its input ends
    gevent_side.py SIDE ask PORT           many clients of a server in another process

SIDE is what rpyc is over here: firth or stock.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
import threading  # noqa: E402
from contextlib import closing  # noqa: E402

import gevent  # noqa: E402
import gevent.event  # noqa: E402
import rpyc  # noqa: E402
from gevent.fileobject import FileObject  # noqa: E402
from rpyc.utils.server import GeventServer  # noqa: E402

from arrangements import Witness, in_place, used  # noqa: E402

LOCALHOST = "127.0.0.1"
LONG = 120
MANY = 30
ROUNDS = 10


class GreenService(rpyc.Service):
    """Every client is a greenlet of one thread."""

    def __init__(self):
        self.met = 0
        self.everybody = gevent.event.Event()

    def exposed_echo(self, value):
        return value

    def exposed_call(self, function, value):
        return function(value)

    def exposed_thread(self):
        return monkey.get_original("threading", "get_ident")()

    def exposed_meet(self, count):
        """Returns when that many clients are in here at once."""
        self.met += 1
        if self.met == count:
            self.everybody.set()
        return self.everybody.wait(LONG)


def start():
    server = GeventServer(GreenService(), hostname=LOCALHOST, port=0, auto_register=False)
    server._listen()
    gevent.spawn(server.start)
    return server


def talk(connection, number):
    """Calls, calls back, and large values."""
    root = connection.root
    for turn in range(ROUNDS):
        assert root.echo((number, turn)) == (number, turn)
    assert root.call(lambda value: value + number, 1) == 1 + number
    payload = bytes([number]) * 200_000
    assert root.echo(payload) == payload


def ask(port):
    connections = [rpyc.connect(LOCALHOST, port) for _ in range(MANY)]
    talking = [gevent.spawn(talk, connection, number)
               for number, connection in enumerate(connections)]
    gevent.joinall(talking, timeout=LONG, raise_error=True)
    assert all(greenlet.successful() for greenlet in talking)
    return connections


def together():
    with closing(start()) as server:
        connections = ask(server.port)
        here = monkey.get_original("threading", "get_ident")()
        assert {connection.root.thread() for connection in connections} == {here}
        meeting = [gevent.spawn(connection.root.meet, MANY) for connection in connections]
        gevent.joinall(meeting, timeout=LONG, raise_error=True)
        assert [greenlet.value for greenlet in meeting] == [True] * MANY
        share(connections[0])
        for connection in connections:
            connection.close()


def share(connection):
    """Several greenlets of one connection."""
    sharing = [gevent.spawn(connection.root.echo, number) for number in range(ROUNDS)]
    gevent.joinall(sharing, timeout=LONG, raise_error=True)
    assert [greenlet.value for greenlet in sharing] == list(range(ROUNDS))


def serve():
    with closing(start()) as server:
        print(server.port, flush=True)
        FileObject(sys.stdin).read()


def main(side, do, *ports):
    assert threading.Lock is not monkey.get_original("threading", "Lock")
    witness = Witness()
    with in_place(side):
        {"together": together, "serve": serve, "ask": lambda port: [
            connection.close() for connection in ask(int(port))]}[do](*ports)
    assert used(witness.seen) == {side}


if __name__ == "__main__":
    main(*sys.argv[1:])
