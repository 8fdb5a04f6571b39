"""BufferedStream: what it reads ahead, what it collects, and when that leaves."""

import gc
import os
import signal
import weakref

import pytest

import firth
from rpyc_peers import Peer
from support import LONG, PEERS, Rung, in_child, while_blocked
from test_rpyc import check_echo, connect


@pytest.fixture
def buffered(sockets):
    """A buffered stream, whose peer is the second of `sockets`."""
    made = firth.BufferedStream(firth.SocketStream(sockets[0]))
    yield made
    made.lower.close()


@pytest.fixture
def peer(sockets):
    """The socket at the other end of `buffered`, which never waits."""
    sockets[1].setblocking(False)
    return sockets[1]


@pytest.fixture
def stuck(buffered):
    """`buffered` with six collected bytes, of which the peer takes none."""
    with pytest.raises(firth.TimeoutError):
        buffered.lower.write(bytes(16 << 20), 0)
    buffered.write(b"unsent")
    return buffered


def heard(peer):
    """What has arrived at the peer."""
    try:
        return peer.recv(1 << 20)
    except BlockingIOError:
        return b""


def test_one_read_brings_all_that_is_there(buffered, peer):
    peer.send(b"abcdef")
    assert buffered.read(1, LONG) == b"a"
    assert buffered.held() == (5, 0)
    assert buffered.read(5, LONG) == b"bcdef"
    assert buffered.counters().read_calls == 1


def test_it_reads_no_further_ahead_than_its_size(streams):
    buffered = firth.BufferedStream(streams[0], buffer_size=4)
    streams[1].write(b"abcdefgh")
    assert buffered.read(1, LONG) == b"a"
    assert buffered.held() == (4, 0)


def test_what_is_written_waits_for_flush(buffered, peer):
    buffered.write(b"abc")
    buffered.write(b"def")
    assert (buffered.held(), heard(peer)) == ((0, 6), b"")
    buffered.flush(LONG)
    assert (buffered.held(), heard(peer)) == ((0, 0), b"abcdef")


def test_more_than_its_size_leaves_by_itself(streams):
    buffered = firth.BufferedStream(streams[0], 4)
    buffered.write(b"abc")
    buffered.write(b"defgh")
    assert streams[1].read(8, LONG) == b"abcdefgh"


def test_a_read_that_must_wait_sends_first(buffered, peer):
    buffered.write(b"question")
    with while_blocked(buffered.read, 6):
        assert heard(peer) == b"question"
        peer.send(b"answer")


def test_a_poll_that_must_wait_sends_first(buffered, peer):
    buffered.write(b"abc")
    assert buffered.poll() is False
    assert heard(peer) == b"abc"


def test_poll_looks_at_what_was_read_ahead(buffered, peer):
    peer.send(b"ab")
    buffered.read(1, LONG)
    assert buffered.poll() is True


def test_a_time_out_loses_nothing(buffered, peer):
    peer.send(b"ab")
    with pytest.raises(firth.TimeoutError):
        buffered.read(4, 0)
    assert buffered.held() == (2, 0)
    peer.send(b"cd")
    assert buffered.read(4, LONG) == b"abcd"


def test_its_time_out_is_that_of_the_stream_below(streams):
    streams[0].timeout = 7
    assert firth.BufferedStream(streams[0]).timeout == 7


def test_close_sends_what_can_leave_at_once(buffered, peer):
    buffered.write(b"last words")
    buffered.close()
    assert heard(peer) == b"last words"


def test_close_tells_what_was_unsent(stuck):
    with pytest.raises(firth.UnsentError) as caught:
        stuck.close()
    assert caught.value.count == 6
    assert stuck.closed and stuck.lower.closed


def test_finish_sends_what_is_collected(buffered, peer):
    buffered.write(b"last words")
    buffered.finish(LONG)
    assert heard(peer) == b"last words"
    assert buffered.lower.closed


def test_finish_tells_that_it_could_not_send(stuck):
    with pytest.raises(firth.TimeoutError):
        stuck.finish(0)
    assert stuck.closed


def test_flush_tells_that_the_peer_is_gone(buffered, peer):
    buffered.write(b"abc")
    peer.close()
    with pytest.raises(firth.ConnectionLostError):
        buffered.flush(LONG)


def test_a_with_block_that_ends_well_sends(sockets):
    with firth.BufferedStream(firth.SocketStream(sockets[0])) as stream:
        stream.write(b"abc")
    assert heard(sockets[1]) == b"abc"


def test_a_with_block_does_not_hide_its_error_behind_what_was_unsent(stuck):
    with pytest.raises(Rung):
        with stuck:
            raise Rung
    assert stuck.closed


@pytest.mark.parametrize("end", ["close", "finish"])
def test_the_socket_below_is_closed_with_it(buffered, sockets, end):
    getattr(buffered, end)()
    assert sockets[0].fileno() == -1


def test_the_socket_below_is_closed_once_a_blocked_call_has_left(buffered, sockets):
    with while_blocked(buffered.read, 1) as blocked:
        buffered.close()
    with pytest.raises(firth.ClosedError):
        blocked.result()
    assert sockets[0].fileno() == -1


def test_the_files_below_are_closed_with_it(no_descriptor_left):
    incoming, outgoing = os.pipe()
    reader, writer = os.fdopen(incoming, "rb"), os.fdopen(outgoing, "wb")
    with firth.BufferedStream(firth.PipeStream(reader, writer)) as stream:
        stream.write(b"around")
        assert stream.read(6, LONG) == b"around"
    assert (reader.closed, writer.closed) == (True, True)


def test_it_keeps_what_lies_below(buffered, sockets, peer):
    gc.collect()
    assert type(buffered.lower) is firth.SocketStream
    buffered.write(b"abc")
    buffered.flush(LONG)
    assert heard(peer) == b"abc"


def test_it_is_collected_with_what_lies_below_and_sends_nothing(sockets):
    sockets[1].setblocking(False)
    buffered = firth.BufferedStream(firth.SocketStream(sockets[0]))
    gone = weakref.ref(buffered.lower)
    buffered.write(b"never sent")
    del buffered
    gc.collect()
    assert gone() is None
    assert heard(sockets[1]) == b""


def test_it_may_lie_over_pipes_and_over_another(pipes):
    lower = firth.BufferedStream(pipes[0])
    upper = firth.BufferedStream(lower, 100)
    upper.write(b"abc")
    upper.flush(LONG)
    assert pipes[1].read(3, LONG) == b"abc"
    pipes[1].write(b"def")
    assert upper.read(3, LONG) == b"def"
    upper.close()
    assert (lower.closed, pipes[0].closed) == (True, True)


def test_a_channel_has_it_as_its_stream(buffered):
    assert firth.Channel(buffered).stream is buffered


def test_payloads_that_are_there_are_read_at_once(streams):
    here, there = firth.Channel(firth.BufferedStream(streams[0])), firth.Channel(streams[1])
    there.send(b"one")
    there.send(b"two")
    assert (here.recv(LONG), here.recv(LONG)) == (b"one", b"two")
    assert here.stream.counters().read_calls == 1


def test_payloads_leave_with_flush(streams):
    here, there = firth.Channel(firth.BufferedStream(streams[0])), firth.Channel(streams[1])
    here.send(b"one")
    here.send(b"two")
    assert not there.poll()
    here.flush(LONG)
    assert (there.recv(LONG), there.recv(LONG)) == (b"one", b"two")
    assert here.stream.counters().write_calls == 1


@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_what_rpyc_accepts_it_echoes(kind):
    with Peer("6.0.2", PEERS / "echo.py", kind) as echo:
        with firth.Channel(firth.BufferedStream(connect(echo.address()))) as channel:
            check_echo(channel)
        echo.wait()


CALLS = {
    "read": lambda stream: stream.read(1),
    "read_some": lambda stream: stream.read_some(1),
    "poll": lambda stream: stream.poll(LONG),
    "write": lambda stream: stream.write(bytes(16 << 20)),
    "write_some": lambda stream: (stream.write(bytes(9000), LONG), stream.write_some(b"x")),
    "flush": lambda stream: stream.flush(),
    "finish": lambda stream: stream.finish(None),
    "recv": lambda stream: firth.Channel(stream).recv(),
}


@pytest.mark.parametrize("name", ["read", "read_some", "poll", "write", "flush", "recv"])
def test_close_from_another_thread_wakes(stuck, name):
    with while_blocked(CALLS[name], stuck) as blocked:
        try:
            stuck.close()
        except firth.UnsentError:
            pass
    with pytest.raises(firth.ClosedError):
        blocked.result()


@pytest.mark.parametrize("name", CALLS)
def test_what_a_signal_handler_raises_ends_a_blocked_call(stuck, ring, name):
    with pytest.raises(Rung):
        ring(CALLS[name], stuck)


@pytest.mark.parametrize("name", ["read", "read_some", "poll", "recv"])
def test_control_c_ends_a_wait_with_nothing_collected(buffered, ring, name):
    with pytest.raises(KeyboardInterrupt):
        ring(CALLS[name], buffered, handler=signal.default_int_handler)


def test_an_interrupted_read_loses_nothing(buffered, peer, ring):
    peer.send(b"ab")
    with pytest.raises(Rung):
        ring(buffered.read, 4)
    peer.send(b"cd")
    assert buffered.read(4, LONG) == b"abcd"


def test_a_signal_handler_that_raises_nothing_lets_the_read_go_on(buffered, peer, ring):
    assert ring(buffered.read, 4, handler=lambda *_: peer.send(b"rung")) == b"rung"


def test_a_forked_child_sends_nothing_of_its_parents(buffered, peer):
    buffered.write(b"abc")

    def child():
        try:
            buffered.flush(0)
        except firth.ForkedError:
            buffered.close()
            return 0
        return 1
    assert in_child(child) == 0
    buffered.flush(LONG)
    assert heard(peer) == b"abc"


def test_the_sizes_are_those_of_the_documents():
    assert (firth.DEFAULT_BUFFER_SIZE, firth.MAX_BUFFER_SIZE) == (8192, 1048576)


@pytest.mark.parametrize("size", [1048577, 1 << 40, 1 << 80])
def test_a_size_above_the_limit_overflows(streams, size):
    with pytest.raises(firth.BufferOverflowError):
        firth.BufferedStream(streams[0], size)


def test_a_size_up_to_the_limit_is_taken(streams):
    for size in (1, firth.MAX_BUFFER_SIZE):
        firth.BufferedStream(streams[0], size)


@pytest.mark.parametrize("size, error", [
    (0, ValueError), (-1, ValueError), (1.5, TypeError), ("8192", TypeError), (None, TypeError)])
def test_what_is_no_size_is_refused(streams, size, error):
    with pytest.raises(error):
        firth.BufferedStream(streams[0], size)


@pytest.mark.parametrize("lower", [None, 5, "text", b"bytes", object()])
def test_what_is_no_stream_is_refused(lower):
    with pytest.raises(TypeError):
        firth.BufferedStream(lower)


def test_a_stream_without_its_init_is_refused():
    with pytest.raises(ValueError, match="never initialised"):
        firth.BufferedStream(firth.SocketStream.__new__(firth.SocketStream))


def test_a_channel_is_no_stream(channel):
    with pytest.raises(TypeError):
        firth.BufferedStream(channel)


def test_init_twice_is_refused(buffered, pipes):
    with pytest.raises(ValueError, match="initialised already"):
        buffered.__init__(pipes[0])
    assert type(buffered.lower) is firth.SocketStream


@pytest.mark.parametrize("build", [firth.Channel, firth.BufferedStream, firth.TunneledSocketStream])
def test_a_closed_stream_is_none_to_build_upon(streams, build):
    streams[0].close()
    with pytest.raises(firth.ClosedError):
        build(streams[0])
