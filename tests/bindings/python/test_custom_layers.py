"""Streams over objects together with the rest: layers, threads, forks, real rpyc."""

import gc
import os
import socket
import subprocess
import sys
import threading
import weakref

import pytest

import firth
from custom_objects import MonitoredStream, Plain, Polling, Scripted, Some
from rpyc_peers import Peer, environment_for
from support import LONG, PEERS, Caller, Rung, frame, in_child, while_blocked
from test_rpyc import VERSIONS, connect


@pytest.fixture
def monitored(streams):
    """Counts what goes through the first of `streams`."""
    return MonitoredStream(streams[0])


def payloads():
    return [b"", b"x" * 3000, b"x" * 3001, os.urandom(70000), os.urandom(5 << 20), b"y" * (4 << 20)]


# ---- Layers ---------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("buffered", [False, True])
def test_a_monitored_stream_counts_what_rpyc_echoes(version, buffered):
    with Peer(version, PEERS / "echo.py", "tcp") as peer:
        stream = MonitoredStream(connect(peer.address()))
        with firth.Channel(firth.BufferedStream(stream) if buffered else stream) as channel:
            for payload in payloads():
                sending = Caller(lambda p=payload: (channel.send(p), channel.flush()))
                assert channel.recv() == payload
                sending.result()
        assert stream.bytes_sent == stream.bytes_received > 5 << 20
        assert stream.closed
        peer.wait()


class CustomSecureStream:
    """Sends a token first, and is a stream once that was accepted."""

    def __init__(self, host, port, token):
        self.sock = socket.create_connection((host, port))
        self.sock.sendall(token.encode() + b"\n")
        if self.sock.recv(8, socket.MSG_WAITALL) != b"AUTH_OK\n":
            self.sock.close()
            raise PermissionError("Authentication failed")

    def read(self, count):
        return self.sock.recv(count)

    def write(self, data):
        self.sock.sendall(data)

    def close(self):
        self.sock.close()

    @property
    def closed(self):
        return self.sock.fileno() < 0


def guard(listening, address):
    """Accepts one client, asks it for the token, and joins it to the peer at `address`."""
    client = listening.accept()[0]
    with client, client.makefile("rb", 0) as lines:
        if lines.readline() != b"secret\n":
            client.sendall(b"AUTH_NO\n")
            return
        client.sendall(b"AUTH_OK\n")
        with socket.create_connection(address[1:]) as peer:
            back = threading.Thread(target=pass_on, args=(peer, client))
            back.start()
            pass_on(client, peer)
            back.join()


def pass_on(source, sink):
    while data := source.recv(65536):
        sink.sendall(data)
    sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def guarded():
    """A port behind which rpyc echoes once the token was given."""
    with Peer("6.0.2", PEERS / "echo.py", "tcp") as peer, \
            socket.create_server(("127.0.0.1", 0)) as listening:
        guarding = Caller(guard, listening, peer.address())
        yield listening.getsockname()
        guarding.result()


def test_a_stream_that_authenticates_first_carries_payloads_of_rpyc(guarded):
    with firth.Channel(CustomSecureStream(*guarded, "secret")) as channel:
        channel.send(b"payload")
        assert channel.recv() == b"payload"


def test_a_stream_that_may_not_authenticate_is_no_stream(guarded):
    with pytest.raises(PermissionError, match="Authentication failed"):
        CustomSecureStream(*guarded, "wrong")


@pytest.mark.parametrize("version", VERSIONS)
def test_streams_of_rpyc_lie_below_a_channel(version):
    environment = environment_for(version)
    environment["PYTHONPATH"] += os.pathsep + os.path.dirname(os.path.dirname(firth.__file__))
    program = os.path.join(os.path.dirname(__file__), "rpyc_streams.py")
    done = subprocess.run([sys.executable, program], env=environment, capture_output=True,
                          text=True, timeout=3 * LONG)
    assert (done.stdout, done.stderr) == ("good\n", "")


def test_an_object_over_a_channel_over_an_object_carries_frames(sockets):
    class Enveloped:
        """A stream whose every write is a payload of another channel."""

        closed = False

        def __init__(self, channel):
            self.channel = channel
            self.rest = b""

        def read(self, count):
            self.rest = self.rest or self.channel.recv()
            data, self.rest = self.rest[:count], self.rest[count:]
            return data

        def write(self, data):
            self.channel.send(data)

        def close(self):
            self.channel.close()

    here, there = (firth.Channel(Enveloped(firth.Channel(Plain(sock)))) for sock in sockets)
    here.send(b"x" * 5000)
    assert there.recv() == b"x" * 5000
    here.close()
    with pytest.raises(firth.ConnectionLostError):
        there.recv()


def test_what_a_write_below_had_taken_is_not_sent_again(monitored, streams):
    channel = firth.Channel(monitored)
    payload = os.urandom(8 << 20)
    streams[0].timeout = 0
    with pytest.raises(firth.TimeoutError):
        channel.send(payload)
    assert 0 < channel.pending() < len(payload)
    streams[0].timeout = None
    flushing = Caller(channel.flush)
    assert firth.Channel(streams[1]).recv(LONG) == payload
    flushing.result()


def test_what_an_interrupted_write_below_had_taken_is_not_sent_again(monitored, streams, ring):
    channel = firth.Channel(monitored)
    payload = os.urandom(8 << 20)
    with pytest.raises(Rung):
        ring(channel.send, payload)
    assert 0 < channel.pending() < len(payload)
    flushing = Caller(channel.flush)
    assert firth.Channel(streams[1]).recv(LONG) == payload
    flushing.result()


def test_an_interrupted_read_below_loses_nothing(monitored, streams, ring):
    channel = firth.Channel(monitored)
    streams[1].write(b"\0\0\0\5\0ab")
    with pytest.raises(Rung):
        ring(channel.recv)
    streams[1].write(b"cde\n")
    assert channel.recv() == b"abcde"


def test_a_signal_still_ends_a_call_after_the_object_has_blocked(streams, ring):
    """The object's own calls of firth do not take the outer call's place."""
    streams[1].write(b"\0\0\0\5\0")
    buffered = firth.BufferedStream(MonitoredStream(streams[0]), 16)
    channel = firth.Channel(buffered)
    with pytest.raises(Rung):
        ring(channel.recv)
    with pytest.raises(Rung):
        ring(channel.recv)


# ---- Threads and processes -----------------------------------------------------------


def test_one_thread_reads_while_another_writes(sockets):
    here, there = (firth.Channel(Some(sock)) for sock in sockets)
    sent = payloads() * 3

    def send_all(channel):
        for payload in sent:
            channel.send(payload)

    senders = [Caller(send_all, here), Caller(send_all, there)]
    receivers = [Caller(lambda c=c: [c.recv() for _ in sent]) for c in (here, there)]
    assert [receiver.result() for receiver in receivers] == [sent, sent]
    for sender in senders:
        sender.result()


def test_several_senders_do_not_mix_their_frames(sockets):
    here, there = firth.Channel(Plain(sockets[0])), firth.Channel(Plain(sockets[1]))
    sent = [bytes([n]) * (n * 10000) for n in range(1, 9)]
    senders = [Caller(lambda p=p: [here.send(p) for _ in range(5)]) for p in sent]
    assert sorted(there.recv() for _ in range(40)) == sorted(sent * 5)
    for sender in senders:
        sender.result()


def test_close_from_another_thread_while_one_is_inside(streams):
    channel = firth.Channel(MonitoredStream(streams[0]))
    with while_blocked(channel.recv) as blocked:
        channel.close()
    with pytest.raises(firth.ClosedError):
        blocked.result()


def test_a_forked_child_may_use_the_stream(sockets):
    channel = firth.Channel(Plain(sockets[0]))

    def child():
        channel.send(b"from the child")
        return 0
    assert in_child(child) == 0
    assert sockets[1].recv(100) == frame(b"from the child")


# ---- Lifetimes ------------------------------------------------------------------------


def test_a_channel_keeps_its_object_alive():
    channel = firth.Channel(firth.BufferedStream(firth.Stream(Scripted())))
    gc.collect()
    with pytest.raises(firth.ConnectionLostError):
        channel.recv()


MAKERS = {
    "a channel": lambda thing: firth.Channel(thing),
    "a stream": lambda thing: firth.Stream(thing),
    "a second stream": lambda thing: firth.Stream(firth.Stream(thing)),
    "a channel over a buffered stream": lambda thing: firth.Channel(firth.BufferedStream(thing)),
    "all of them": lambda thing: firth.Channel(firth.Stream(firth.BufferedStream(
        firth.Stream(thing)))),
}


@pytest.mark.parametrize("maker", MAKERS)
def test_an_object_that_holds_what_lies_above_it_is_collected(maker):
    class Knot(Scripted):
        pass

    knot = Knot()
    knot.above = MAKERS[maker](knot)
    gone = weakref.ref(knot)
    del knot
    assert gone() is not None
    gc.collect()
    assert gone() is None


def test_a_finaliser_of_the_object_may_still_use_what_lies_above_it():
    written, closed = [], []

    class Knot(Scripted):
        def __del__(self):
            self.above.send(b"bye")
            self.above.close()

    knot = Knot(write=lambda data: written.append(data), close=lambda: closed.append(True))
    knot.above = firth.Channel(knot)
    del knot
    gc.collect()
    assert (written, closed) == ([frame(b"bye")], [True])


def test_what_outlives_its_object_says_so():
    channel = firth.Channel(Scripted())
    vars(channel).clear()
    with pytest.raises(firth.ClosedError, match="the object behind this stream was collected"):
        channel.recv()
    channel.close()


def test_an_object_may_close_its_channel_while_it_is_called(sockets):
    class ClosesAbove(Polling):
        def read(self, count):
            self.channel.close()
            return bytes(count)

    thing = ClosesAbove(sockets[0])
    thing.channel = firth.Channel(thing)
    with pytest.raises(firth.ClosedError):
        thing.channel.recv()
    assert thing.closes == 1


def test_nothing_is_left_behind_by_errors():
    def churn():
        for _ in range(300):
            thing = Scripted(write=lambda data: "nonsense")
            channel = firth.Channel(firth.BufferedStream(thing, 1))
            with pytest.raises(TypeError):
                channel.send(b"payload")
            with pytest.raises(firth.ConnectionLostError):
                channel.recv()
        gc.collect()
        return sys.getallocatedblocks()

    counts = [churn() for _ in range(4)]
    assert min(later - earlier for earlier, later in zip(counts, counts[1:])) < 150
