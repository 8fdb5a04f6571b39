"""What the processes of the comparisons with rpyc share: PEER server|client stock|firth.

The server says in one line of JSON where it listens. The client is told, one line of JSON
each, what to do how often, and answers with the seconds that it took. Both are the same
program on either side, which calls rpyc alone; on firth's it runs after
firth.rpyc.install().
"""

import contextlib
import functools
import json
import os
import random
import socket
import sys
import threading
import time

import rpyc

if sys.argv[2] == "firth":
    import firth.rpyc
    firth.rpyc.install()

from rpyc.core.channel import Channel  # noqa: E402
from rpyc.core.stream import SocketStream  # noqa: E402
from rpyc.utils.factory import connect_channel  # noqa: E402

LOCALHOST = "127.0.0.1"
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

    def exposed_payload(self, kind, size):
        return payload(kind, size)


# --- The server ------------------------------------------------------------------------


def echo(channel):
    while True:
        channel.send(channel.recv())


def serve_calls(channel):
    connect_channel(channel, Service, CONFIG).serve_all()


def serve(sock):
    """One connection, whose first payload says what it is for, until its end."""
    channel = Channel(SocketStream(sock))
    with contextlib.suppress(EOFError), channel.stream:
        wanted = json.loads(channel.recv())
        if wanted["nodelay"]:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        channel.compress = wanted["compress"]
        {"echo": echo, "calls": serve_calls}[wanted["what"]](channel)


def listen(listener, wrapped=lambda sock: sock):
    """Serves whoever connects, in threads."""
    def accept():
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=lambda: serve(wrapped(sock)), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()


def listen_on_tcp(wrapped=lambda sock: sock):
    """The port."""
    listener = socket.create_server((LOCALHOST, 0))
    listen(listener, wrapped)
    return listener.getsockname()[1]


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
        self.addresses = addresses
        self._channels, self._connections = {}, {}

    def stream(self, case):
        """A new stream."""
        options = {"nodelay": True} if case["nodelay"] else {}
        return SocketStream.connect(LOCALHOST, self.addresses["tcp"], **options)

    def connection(self, case):
        """A new connection."""
        return connect_channel(self._connected("calls", case), rpyc.VoidService, CONFIG)

    def _connected(self, what, case):
        wanted = {"what": what, "compress": case["compress"], "nodelay": case["nodelay"]}
        channel = Channel(self.stream(case), case["compress"])
        channel.send(json.dumps(wanted).encode())
        return channel

    def _kept(self, kept, case, make):
        key = case["over"], case["compress"], case["nodelay"]
        if key not in kept:
            kept[key] = make()
        return kept[key]

    def channel(self, case):
        return self._kept(self._channels, case, lambda: self._connected("echo", case))

    def root(self, case):
        return self._kept(self._connections, case, lambda: self.connection(case)).root


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
    kind, size = case["payload"], case["size"]
    if case["argument"] == "wanted":
        return "payload", (kind, size), payload(kind, size)
    return "size", (payload(kind, size),), size


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


def work(client_class):
    peer = client_class(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        asked = json.loads(line)
        say(MEASURES[asked["case"]["measure"]](peer, asked["case"], asked["times"]))


def wait_for_the_end():
    sys.stdin.read()


def main(serving, client_class, wait=wait_for_the_end):
    """`serving()` gives a context manager over what the client is to know."""
    os.sched_setaffinity(0, {int(os.environ.get("FIRTH_BENCH_CORE", "0"))})
    if sys.argv[1] == "client":
        work(client_class)
        return
    with serving() as addresses:
        say({**addresses, "versions": versions()})
        wait()
