"""One side of an rpyc connection, over stock rpyc's Channel or over one of firth's.

    talker.py server CHANNEL
    talker.py client CHANNEL HOST PORT

CHANNEL is `stock`, or firth's class and its keywords in JSON: ["BatchingChannel", {...}].
The server says `listening tcp HOST PORT`, and serves one connection. The client says in JSON
what came of its calls; see talk(). Then it does what it is told by lines on its standard input:

    say      calls the server without waiting, and does nothing more; the server says `said`
    later    waits for the server to call; says `late`
    close    closes
"""

import gc
import json
import os
import socket
import sys
import threading

import rpyc
from rpyc.core.channel import Channel
from rpyc.core.stream import SocketStream

COUNT = 100
SIZES = (0, 1, 3000, 3001, 64000, 300000)
TEXT = bytes(n * n >> 6 & 63 for n in range(max(SIZES)))


class CountingChannel(Channel):
    """Stock rpyc's, but that it counts what it receives."""

    received = 0

    def recv(self):
        payload = super().recv()
        self.received += 1
        return payload


class Writes:
    """How many writes firth's stream has made since this was made; None with stock rpyc."""

    def __init__(self, channel):
        self._stream = None if isinstance(channel, Channel) else channel.stream
        self._before = self._count()

    def _count(self):
        return self._stream and self._stream.counters().write_calls

    def made(self):
        return self._stream and self._count() - self._before


class TalkService(rpyc.Service):
    """What the server exposes."""

    def __init__(self, channel):
        super().__init__()
        self._channel = channel
        self._notes = []

    def exposed_echo(self, value):
        return value

    def exposed_fail(self):
        raise ValueError("as it should")

    def exposed_map(self, function, count):
        return tuple(function(number) for number in range(count))

    def exposed_note(self, number):
        self._notes.append(number)

    def exposed_say(self, text):
        print(text, flush=True)

    def exposed_notes(self):
        return tuple(self._notes)

    def exposed_count(self):
        """Bytes written (firth), payloads received (stock)."""
        return counted(self._channel)

    def exposed_give(self, function, count):
        """Call without waiting, again and again; how many writes that took."""
        give = rpyc.async_(function)
        writes = Writes(self._channel)
        self._given = [give(number) for number in range(count)]
        return writes.made()

    def exposed_give_later(self, function):
        """Call without waiting, from another thread, when this call is over."""
        give = rpyc.async_(function)
        threading.Timer(0.05, lambda: setattr(self, "_late", give("late"))).start()


def counted(channel):
    if isinstance(channel, CountingChannel):
        return channel.received
    return channel.stream.counters().bytes_written


def channel_over(sock, kind):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if kind == "stock":
        return CountingChannel(SocketStream(sock))
    sys.path.insert(0, os.path.join(os.environ["FIRTH_BUILD"], "bindings", "python"))
    import firth
    name, options = json.loads(kind)
    return getattr(firth, name)(firth.SocketStream(sock), **options)


def serve(kind):
    listener = socket.create_server(("127.0.0.1", 0))
    print("listening tcp", *listener.getsockname(), flush=True)
    sock, _ = listener.accept()
    channel = channel_over(sock, kind)
    TalkService(channel)._connect(channel, {}).serve_all()


def talk(connection, channel):
    """Every kind of call; what came of it."""
    root = connection.root
    echoes = [root.echo(TEXT[:size]) == TEXT[:size] for size in SIZES]
    try:
        root.fail()
        failure = None
    except ValueError as error:
        failure = str(error).split("\n")[0]
    mapped = root.map(lambda number: number * number, 5)
    note = rpyc.async_(root.note)
    writes = Writes(channel)
    pending = [note(number) for number in range(COUNT)]
    sent = writes.made()
    for result in pending:
        result.wait()
    given = []
    server_sent = root.give(given.append, COUNT)
    return {"echoes": echoes, "failure": failure, "mapped": mapped, "writes": sent,
            "notes": root.notes(), "given": given, "server_writes": server_sent,
            "server": root.count(), "client": counted(channel)}


def call(kind, host, port):
    channel = channel_over(socket.create_connection((host, int(port))), kind)
    connection = rpyc.connect_channel(channel)
    print(json.dumps(talk(connection, channel)), flush=True)
    for line in sys.stdin:
        if line == "say\n":
            rpyc.async_(connection.root.say)("said")
        elif line == "later\n":
            late = []
            connection.root.give_later(late.append)
            while not late:
                connection.serve(5)
            print(*late, flush=True)
        else:
            break
    connection.close()


if __name__ == "__main__":
    gc.disable()  # what a collection frees is told to the peer, at a time of its own
    {"server": serve, "client": call}[sys.argv[1]](*sys.argv[2:])
