"""One process of the comparison with rpyc: peer.py server|client stock|firth.

The server listens on a TCP port and a unix socket and says both in one line of JSON; a
connection's first payload says what it is for. The client is told, one line of JSON each,
what to do how often, and answers with the seconds that it took. Both are the same program
on either side, which calls rpyc alone; on firth's it runs after firth.rpyc.install().
"""

import contextlib
import functools
import json
import os
import random
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

import rpyc

if sys.argv[2] == "firth":
    import firth.rpyc
    firth.rpyc.install()

from rpyc.core.channel import Channel  # noqa: E402
from rpyc.core.stream import SocketStream  # noqa: E402
from rpyc.utils.factory import connect_channel  # noqa: E402

# Nothing that is measured may run into a time-out of rpyc's.
CONFIG = {"sync_request_timeout": 120}
WORDS = b"the quick brown fox jumps over the lazy dog and finds nothing there to eat "


@functools.cache
def payload(kind, size):
    """The same bytes in every run. Text deflates to about a quarter, random bytes not at all."""
    generator = random.Random(size)
    if kind == "random":
        return generator.randbytes(size)
    words = WORDS.split()
    text = b" ".join(generator.choice(words) for _ in range(size // 3 + 1))
    return text[:size]


class Service(rpyc.Service):
    """What is called."""

    def exposed_add(self, a, b):
        return a + b

    def exposed_size(self, data):
        return len(data)

    def exposed_total(self, numbers):
        return sum(numbers)


# --- The server ------------------------------------------------------------------------


def echo(channel):
    while True:
        channel.send(channel.recv())


def serve_calls(channel):
    connect_channel(channel, Service, CONFIG).serve_all()


def serve(sock):
    """One connection until its end."""
    channel = Channel(SocketStream(sock))
    with contextlib.suppress(EOFError), channel.stream:
        wanted = json.loads(channel.recv())
        if wanted["nodelay"]:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        channel.compress = wanted["compress"]
        {"echo": echo, "calls": serve_calls}[wanted["what"]](channel)


def accept(listener):
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(sock,), daemon=True).start()


def server():
    tcp = socket.create_server(("127.0.0.1", 0))
    with tempfile.TemporaryDirectory(prefix="firth-bench-") as folder:
        path = str(Path(folder, "socket"))
        local = socket.socket(socket.AF_UNIX)
        local.bind(path)
        local.listen()
        for listener in (tcp, local):
            threading.Thread(target=accept, args=(listener,), daemon=True).start()
        say({"tcp": tcp.getsockname()[1], "unix": path, "versions": versions()})
        sys.stdin.read()


def versions():
    found = {"python": sys.version.split()[0], "rpyc": rpyc.__version__}
    if "firth" in sys.modules and firth.rpyc.installed():
        found.update(firth=firth.__version__, zlib=firth.zlib_version())
    return found


# --- The client ------------------------------------------------------------------------


def say(what):
    print(json.dumps(what), flush=True)


class Client:
    """Keeps a connection for each way to connect that it was asked for."""

    def __init__(self, addresses):
        self._addresses = addresses
        self._channels, self._connections = {}, {}

    def _connect(self, what, case):
        wanted = {"what": what, "compress": case["compress"], "nodelay": case.get("nodelay", False)}
        if case["over"] == "unix":
            stream = SocketStream.unix_connect(self._addresses["unix"])
        else:
            options = {"nodelay": True} if wanted["nodelay"] else {}
            stream = SocketStream.connect("127.0.0.1", self._addresses["tcp"], **options)
        channel = Channel(stream, case["compress"])
        channel.send(json.dumps(wanted).encode())
        return channel

    def _kept(self, kept, what, case, make):
        key = what, case["over"], case["compress"], case.get("nodelay")
        if key not in kept:
            kept[key] = make(self._connect(what, case))
        return kept[key]

    def channel(self, case):
        return self._kept(self._channels, "echo", case, lambda channel: channel)

    def root(self, case):
        connection = self._kept(self._connections, "calls", case,
                                lambda channel: connect_channel(channel, rpyc.VoidService, CONFIG))
        return connection.root


def round_trips(client, case, times):
    """Of one payload over a channel."""
    channel, data = client.channel(case), payload(case["payload"], case["size"])
    started = time.perf_counter()
    for _ in range(times):
        channel.send(data)
        got = channel.recv()
    took = time.perf_counter() - started
    assert got == data
    return took


def calls(client, case, times):
    """conn.root.method(argument), as a program writes it."""
    root, name, arguments, result = client.root(case), *argument(case)
    started = time.perf_counter()
    for _ in range(times):
        got = getattr(root, name)(*arguments)
    took = time.perf_counter() - started
    assert got == result
    return took


def bound_calls(client, case, times):
    """method(argument), where method = conn.root.method."""
    root, name, arguments, result = client.root(case), *argument(case)
    method = getattr(root, name)
    started = time.perf_counter()
    for _ in range(times):
        got = method(*arguments)
    took = time.perf_counter() - started
    assert got == result
    return took


def argument(case):
    """(method, arguments, result) of a kind of call."""
    if case["argument"] == "small":
        return "add", (7, 35), 42
    if case["argument"] == "tuple":
        numbers = tuple(range(-100, 900))
        return "total", (numbers,), sum(numbers)
    return "size", (payload(case["payload"], case["size"]),), case["size"]


def transfer(client, case, times):
    """case["size"] bytes in all, in calls of at most case["piece"]."""
    method = client.root(case).size
    data = payload(case["payload"], case["piece"])
    started = time.perf_counter()
    for _ in range(times * (case["size"] // case["piece"])):
        assert method(data) == len(data)
    return time.perf_counter() - started


MEASURES = {"round trips": round_trips, "calls": calls, "bound calls": bound_calls,
            "transfer": transfer}


def client():
    peer = Client(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        asked = json.loads(line)
        say(MEASURES[asked["case"]["measure"]](peer, asked["case"], asked["times"]))


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(os.environ.get("FIRTH_BENCH_CORE", "0"))})
    {"server": server, "client": client}[sys.argv[1]]()
