"""rpyc's own streams below a channel of firth's, with rpyc's own channel opposite.

    python rpyc_streams.py

Run with firth and one version of rpyc on PYTHONPATH; says "good" at the end.
"""

import os
import socket
import threading

import firth
from rpyc.core.channel import Channel
from rpyc.core.stream import PipeStream, SocketStream

LONG = 20
PAYLOADS = [os.urandom(size) for size in (0, 1, 3000, 3001, 70000, 5 << 20)] + [b"x" * (4 << 20)]


def pair(kind):
    if kind is SocketStream:
        return tuple(map(SocketStream, socket.socketpair()))
    return PipeStream.create_pair()


def echo(channel):
    try:
        while True:
            channel.send(channel.recv())
    except EOFError:
        channel.close()


def check_echo(kind, buffered, timeout):
    here, there = pair(kind)
    echoing = threading.Thread(target=echo, args=(Channel(there),), daemon=True)
    echoing.start()
    channel = firth.Channel(firth.BufferedStream(here) if buffered else here)
    for payload in PAYLOADS:
        sending = threading.Thread(target=lambda: (channel.send(payload), channel.flush()))
        sending.start()
        assert channel.recv(*timeout) == payload
        sending.join()
    channel.close()
    assert here.closed
    echoing.join()


def check_time_and_end(kind):
    here, there = pair(kind)
    channel = firth.Channel(here)
    assert channel.poll() is False and channel.poll(0.01) is False
    try:
        channel.recv(0.01)
        raise AssertionError("no time-out")
    except firth.TimeoutError:
        pass
    assert channel.fileno() == here.fileno()
    Channel(there).send(b"last")
    there.close()
    assert channel.recv(LONG) == b"last"
    try:
        channel.recv()
        raise AssertionError("no end")
    except EOFError:
        pass
    assert channel.closed


for kind in (SocketStream, PipeStream):
    check_time_and_end(kind)
    check_echo(kind, False, ())
    check_echo(kind, False, (LONG,))
    # Without a time: what another thread has not flushed yet cannot be written in time.
    check_echo(kind, True, ())
print("good")
