"""Threads, signals, forks, and the end of the interpreter."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import weakref

import pytest

import firth
from support import LONG, Caller, Rung, in_child, wait_until_blocked, while_blocked


@pytest.mark.parametrize("kind", ["sockets", "pipes"])
def test_one_thread_may_read_while_another_writes(request, kind):
    ends = request.getfixturevalue(kind)
    if kind == "sockets":
        ends = tuple(map(firth.SocketStream, ends))
    here, there = map(firth.Channel, ends)
    payloads = [os.urandom(size) for size in (0, 10, 3001, 70000, 300000) * 20]

    def send_all(channel):
        for payload in payloads:
            channel.send(payload, LONG)

    def receive_all(channel):
        return [channel.recv(LONG) for _ in payloads]

    senders = [Caller(send_all, here), Caller(send_all, there)]
    receivers = [Caller(receive_all, here), Caller(receive_all, there)]
    assert [receiver.result() for receiver in receivers] == [payloads, payloads]
    for sender in senders:
        sender.result()
    here.close()
    there.close()


def test_several_senders_do_not_mix_their_frames(channels):
    here, there = channels
    payloads = [bytes([n]) * (n * 10000) for n in range(1, 9)]
    senders = [Caller(lambda p=p: [here.send(p, LONG) for _ in range(10)]) for p in payloads]
    received = sorted(there.recv(LONG) for _ in range(80))
    assert received == sorted(payloads * 10)
    for sender in senders:
        sender.result()


def test_several_receivers_take_turns(channels):
    receivers = [Caller(channels[1].recv, LONG) for _ in range(8)]
    for n in range(8):
        channels[0].send(bytes([n]) * 5000)
    assert sorted(r.result() for r in receivers) == [bytes([n]) * 5000 for n in range(8)]


def call_of(channel, name):
    return {"recv": channel.recv, "poll": lambda: channel.poll(LONG),
            "read": lambda: channel.stream.read(1),
            "read_some": lambda: channel.stream.read_some(1),
            "send": lambda: channel.send(os.urandom(16 << 20)),
            "write": lambda: channel.stream.write(bytes(16 << 20)),
            "finish": lambda: (fill(channel), channel.finish(None))}[name]


def fill(channel):
    try:
        while True:
            channel.send(bytes(range(256)) * 1000, 0)
    except firth.TimeoutError:
        pass


CALLS = ["recv", "poll", "read", "read_some", "send", "write"]


@pytest.mark.parametrize("name", CALLS)
def test_close_from_another_thread_wakes(channel, name):
    with while_blocked(call_of(channel, name)) as blocked:
        try:
            channel.close()
        except firth.UnsentError:
            assert name == "send"
    with pytest.raises(firth.ClosedError):
        blocked.result()


def test_close_of_the_stream_wakes_the_channel(channel):
    with while_blocked(channel.recv) as blocked:
        channel.stream.close()
    with pytest.raises(firth.ClosedError):
        blocked.result()


def test_close_from_another_thread_wakes_on_pipes(pipes):
    with while_blocked(pipes[0].read, 1) as blocked:
        pipes[0].close()
    with pytest.raises(firth.ClosedError):
        blocked.result()


def test_a_blocked_call_lets_other_threads_run(channels):
    with while_blocked(channels[1].recv) as blocked:
        channels[0].send(b"from another thread")
    assert blocked.result() == b"from another thread"


def test_unread_waits_for_its_turn_while_other_threads_run(streams):
    with while_blocked(streams[1].read, 1) as reading:
        unreading = Caller(streams[1].unread, b"b")
        streams[0].write(b"a")
    unreading.result()
    assert sorted([reading.result(), streams[1].read(1, LONG)]) == [b"a", b"b"]


def test_wake_alone_ends_no_call(channels):
    with while_blocked(channels[1].recv) as blocked:
        channels[1].stream.wake()
        wait_until_blocked(blocked)
        channels[0].send(b"later")
    assert blocked.result() == b"later"


@pytest.mark.parametrize("name", [*CALLS, "finish"])
def test_what_a_signal_handler_raises_ends_a_blocked_call(channel, ring, name):
    with pytest.raises(Rung):
        ring(call_of(channel, name))
    try:
        channel.close()
    except firth.UnsentError:
        assert name == "send"


def test_what_a_signal_handler_raises_ends_accept(listener, ring):
    with pytest.raises(Rung):
        ring(listener.accept)


def test_what_a_signal_handler_raises_ends_connect(ring):
    with firth.Listener.listen("127.0.0.1", 0, backlog=1) as busy:
        waiting = []
        with pytest.raises(firth.TimeoutError):
            while True:
                waiting.append(firth.SocketStream.connect("127.0.0.1", busy.port, timeout=0.1))
        with pytest.raises(Rung):
            ring(lambda: firth.SocketStream.connect("127.0.0.1", busy.port, timeout=None))


def test_control_c_ends_a_blocked_call(channel, ring):
    with pytest.raises(KeyboardInterrupt):
        ring(channel.recv, handler=signal.default_int_handler)


def test_an_interrupted_receive_loses_nothing(channels, ring):
    channels[0].stream.write(b"\0\0\0\5\0ab")
    with pytest.raises(Rung):
        ring(channels[1].recv)
    channels[0].stream.write(b"cde\n")
    assert channels[1].recv() == b"abcde"


def test_an_interrupted_send_is_finished_by_flush(channels, ring):
    payload = os.urandom(16 << 20)
    with pytest.raises(Rung):
        ring(channels[0].send, payload)
    assert channels[0].pending() > 0
    flusher = Caller(channels[0].flush)
    assert channels[1].recv(LONG) == payload
    flusher.result()


def test_a_signal_handler_that_raises_nothing_lets_the_call_go_on(channels, ring):
    def answer(*_):
        channels[0].send(b"rung")
    assert ring(channels[1].recv, handler=answer) == b"rung"


def test_a_signal_handler_may_itself_block_in_firth(channels, pipes, ring):
    heard = []

    def answer(*_):
        writer = Caller(pipes[0].write, b"x")
        heard.append(pipes[1].read(1))
        writer.result()
        channels[0].send(b"rung")
    assert ring(channels[1].recv, handler=answer) == b"rung"
    assert heard == [b"x"]


def test_a_signal_handler_that_has_called_firth_is_heard_again(channels, pipes, ring):
    def strike_again(main):
        wait_until_blocked(main)
        signal.pthread_kill(main.ident, signal.SIGUSR1)

    bells = []

    def answer(*_):
        if bells:
            raise Rung
        pipes[0].poll()
        bells.append(Caller(strike_again, threading.main_thread()))
    with pytest.raises(Rung):
        ring(channels[1].recv, handler=answer)
    bells[0].result()


def test_a_signal_handler_may_close_what_is_blocked(channel, ring):
    with pytest.raises(firth.ClosedError):
        ring(channel.recv, handler=lambda *_: channel.close())


def test_a_forked_child_may_use_a_plain_stream(channels):
    def child():
        channels[0].send(b"from the child")
        return 0
    assert in_child(child) == 0
    assert channels[1].recv(LONG) == b"from the child"


def test_a_close_in_a_forked_child_leaves_the_parents_connection(channels):
    def child():
        channels[0].close()
        return 0 if channels[0].closed else 1
    assert in_child(child) == 0
    channels[0].send(b"still here")
    assert channels[1].recv(LONG) == b"still here"


def test_a_forked_child_does_not_finish_its_parents_frame(channels):
    fill(channels[0])

    def child():
        try:
            channels[0].flush(0)
        except firth.ForkedError:
            return 0
        return 1
    assert in_child(child) == 0


def test_streams_in_cycles_are_collected(sockets):
    class Knot(firth.Channel):
        """A channel that refers to itself."""

    knot = Knot(firth.SocketStream(sockets[0]))
    knot.knot = knot
    gone = weakref.ref(knot)
    del knot
    gc.collect()
    assert gone() is None


def test_many_objects_leave_nothing_behind():
    for _ in range(2000):
        here, there = socket.socketpair()
        with firth.Channel(firth.SocketStream(here)) as channel:
            channel.send(b"x")
        there.close()


LEAVERS = {
    "a daemon thread blocked in recv": """
import firth, socket, sys, threading
sys.path.insert(0, {support!r})
from support import wait_until_blocked
here, there = socket.socketpair()
channel = firth.Channel(firth.SocketStream(here))
thread = threading.Thread(target=channel.recv, daemon=True)
thread.start()
wait_until_blocked(thread)
there.sendall(b"\\0")
""",
    "a batch that waits": """
import firth, socket
here, there = socket.socketpair()
channel = firth.BatchingChannel(firth.SocketStream(here), 10, 1000)
channel.send(b"x")
""",
    "batches that leave at the same time": """
import firth, socket
pairs = [socket.socketpair() for _ in range(50)]
channels = [firth.BatchingChannel(firth.SocketStream(here), 10, 0.001) for here, _ in pairs]
for (_, there), channel in zip(pairs, channels):
    there.close()
    channel.send(b"x")
""",
    "a daemon thread blocked in a hand-shake": """
import firth, socket, sys, threading
sys.path.insert(0, {support!r})
from support import wait_until_blocked
here, there = socket.socketpair()
channel = firth.EncryptedChannel(firth.SocketStream(here), b"k" * 32)
thread = threading.Thread(target=channel.handshake, daemon=True)
thread.start()
wait_until_blocked(thread)
""",
    "a stream in a module": """
import firth, socket
here, there = socket.socketpair()
stream = firth.SocketStream(here)
""",
    "a stream in a cycle": """
import firth, socket
class Knot(firth.SocketStream): pass
knot = Knot(socket.socketpair()[0])
knot.knot = knot
""",
    "a stream kept by the interpreter itself": """
import builtins, firth, socket
builtins.kept = firth.Channel(firth.SocketStream(socket.socketpair()[0]))
""",
}


@pytest.mark.parametrize("leaver", LEAVERS)
def test_the_interpreter_ends_well_with(leaver):
    program = LEAVERS[leaver].format(support=os.path.dirname(os.path.abspath(__file__)))
    done = subprocess.run([sys.executable, "-c", program], timeout=LONG, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
