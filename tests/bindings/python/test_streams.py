"""Bytes over sockets and pipes."""

import errno
import io
import os
import select
import socket
import subprocess
import sys

import pytest

import firth
from support import LONG, Caller


def option(stream, level, name):
    with socket.socket(fileno=os.dup(stream.fileno())) as copy:
        return copy.getsockopt(level, name)


def test_connect_reaches_a_listener(listener):
    with firth.SocketStream.connect("127.0.0.1", listener.port) as here:
        with listener.accept(LONG) as there:
            there.write(b"abc")
            assert here.read(3) == b"abc"


def test_connect_resolves_names(listener):
    firth.SocketStream.connect("localhost", listener.port, timeout=LONG).close()


def test_connect_nodelay_is_on_unless_turned_off(listener):
    with firth.SocketStream.connect("127.0.0.1", listener.port) as stream:
        assert option(stream, socket.IPPROTO_TCP, socket.TCP_NODELAY)
    with firth.SocketStream.connect("127.0.0.1", listener.port, nodelay=False) as stream:
        assert not option(stream, socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("keepalive, seconds", [(True, 60), (7, 7)])
def test_connect_sets_keepalive(listener, keepalive, seconds):
    with firth.SocketStream.connect("127.0.0.1", listener.port, keepalive=keepalive) as stream:
        assert option(stream, socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert option(stream, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == seconds


@pytest.mark.parametrize("keepalive", [False, 0, None])
def test_connect_leaves_keepalive_off(listener, keepalive):
    with firth.SocketStream.connect("127.0.0.1", listener.port, keepalive=keepalive) as stream:
        assert not option(stream, socket.SOL_SOCKET, socket.SO_KEEPALIVE)


@pytest.mark.parametrize("keepalive", [-1, 0.5])
def test_connect_refuses_keepalive_below_a_second(keepalive):
    with pytest.raises(ValueError):
        firth.SocketStream.connect("127.0.0.1", 1, keepalive=keepalive)


def test_connect_with_ipv4_alone(listener):
    firth.SocketStream.connect("127.0.0.1", listener.port, ipv6=False).close()


def test_connect_with_ipv6_alone_finds_no_ipv4_address(listener):
    with pytest.raises(firth.HostNotFoundError):
        firth.SocketStream.connect("127.0.0.1", listener.port, ipv6=True)


def test_connect_takes_the_numbers_of_the_socket_module(listener):
    firth.SocketStream.connect("127.0.0.1", listener.port, family=socket.AF_INET,
                               socktype=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP).close()


def test_connect_refuses_datagrams(listener):
    with pytest.raises(ValueError):
        firth.SocketStream.connect("127.0.0.1", listener.port, socktype=socket.SOCK_DGRAM)


def test_connect_to_a_port_where_nobody_listens_is_refused(refusing):
    with pytest.raises(firth.ConnectionRefusedError) as caught:
        firth.SocketStream.connect(*refusing)
    assert caught.value.errno == errno.ECONNREFUSED


def test_create_socket_stream_takes_the_options_of_connect(listener):
    with firth.create_socket_stream("127.0.0.1", listener.port, False, 7, nodelay=False,
                                    timeout=LONG) as stream:
        assert isinstance(stream, firth.SocketStream)
        assert option(stream, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 7
        assert not option(stream, socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_create_socket_stream_without_ipv6_tries_both_families(listener):
    firth.create_socket_stream("127.0.0.1", listener.port).close()
    with pytest.raises(firth.HostNotFoundError):
        firth.create_socket_stream("127.0.0.1", listener.port, ipv6=True)


def test_create_unix_stream_reaches_a_listener(unix_listener):
    with firth.create_unix_stream(unix_listener.path, timeout=LONG) as here:
        with unix_listener.accept(LONG) as there:
            here.write(b"abc")
            assert there.read(3) == b"abc"


def test_unix_connect_reaches_a_listener(unix_listener):
    with firth.SocketStream.unix_connect(unix_listener.path) as here:
        with unix_listener.accept(LONG) as there:
            here.write(b"abc")
            assert there.read(3) == b"abc"


def test_unix_connect_takes_a_path_object_and_bytes(unix_listener, tmp_path):
    for path in (tmp_path / "socket", os.fsencode(tmp_path / "socket")):
        firth.SocketStream.unix_connect(path, timeout=LONG).close()


def test_unix_connect_to_nothing_finds_no_file(tmp_path):
    with pytest.raises(firth.FileNotFoundError) as caught:
        firth.SocketStream.unix_connect(tmp_path / "nothing")
    assert caught.value.errno == errno.ENOENT


def test_unix_connect_refuses_a_path_that_is_too_long():
    with pytest.raises(ValueError):
        firth.SocketStream.unix_connect("/" + "x" * 200)


def test_connecting_makes_an_object_of_the_subclass(unix_listener):
    class Mine(firth.SocketStream):
        def __init__(self, sock):
            super().__init__(sock)
            self.mine = True

    with Mine.unix_connect(unix_listener.path) as stream:
        assert type(stream) is Mine and stream.mine


def test_a_socket_given_is_kept_alive(streams):
    here, there = streams
    here.write(b"abc")
    assert there.read(3) == b"abc"


@pytest.mark.parametrize("take", [firth.Stream, firth.SocketStream, firth.BufferedStream])
def test_every_place_that_takes_a_stream_takes_a_socket(sockets, take):
    with take(sockets[0]) as stream:
        stream.write(b"abc")
        stream.flush()
        assert sockets[1].recv(100) == b"abc"
    assert sockets[0].fileno() == -1


def test_a_socket_given_is_closed_with_the_stream(sockets):
    firth.SocketStream(sockets[0]).close()
    assert sockets[0].fileno() == -1


def test_a_socket_given_is_not_closed_when_the_stream_is_forgotten(sockets):
    stream = firth.SocketStream(sockets[0])
    del stream
    sockets[0].sendall(b"abc")
    assert sockets[1].recv(3) == b"abc"


def test_a_socket_with_a_time_out_can_be_given(sockets):
    sockets[0].settimeout(0.01)
    with firth.SocketStream(sockets[0]) as stream:
        reader = Caller(stream.read, 3)
        sockets[1].sendall(b"abc")
        assert reader.result() == b"abc"


def test_a_datagram_socket_is_refused_and_stays_the_callers(no_descriptor_left):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        with pytest.raises(ValueError):
            firth.SocketStream(datagrams)
        assert datagrams.fileno() >= 0


def test_a_closed_socket_is_refused(sockets):
    sockets[0].close()
    with pytest.raises(ValueError):
        firth.SocketStream(sockets[0])


def test_read_gives_exactly_what_was_asked_for(streams):
    streams[0].write(b"abcdef")
    assert streams[1].read(2) == b"ab"
    assert streams[1].read(count=4, timeout=LONG) == b"cdef"
    assert streams[1].read(0) == b""


def test_read_some_gives_what_is_there(streams):
    streams[0].write(b"abc")
    assert streams[1].read_some(100) == b"abc"


def test_a_read_that_timed_out_goes_on(streams):
    streams[0].write(b"abc")
    with pytest.raises(firth.TimeoutError):
        streams[1].read(6, 0.01)
    streams[0].write(b"def")
    assert streams[1].read(6, LONG) == b"abcdef"


def test_a_plain_stream_reads_not_a_byte_more(streams, sockets):
    streams[0].write(b"abcdef")
    streams[1].read(2)
    assert sockets[1].recv(100) == b"cdef"


def test_unread_bytes_come_first(streams):
    streams[0].write(b"c")
    streams[1].unread(b"ab")
    assert streams[1].poll()
    assert streams[1].read(3) == b"abc"


def test_write_some_tells_how_much_it_took(streams):
    assert streams[0].write_some(b"abc") == 3
    taken = streams[0].write_some(b"x" * (64 << 20), timeout=0)
    assert 0 < taken < 64 << 20


def test_a_write_that_timed_out_tells_how_much_it_took(streams):
    data = os.urandom(16 << 20)
    with pytest.raises(firth.TimeoutError) as caught:
        streams[0].write(data, timeout=0)
    assert caught.value.wants == "write"
    taken = caught.value.count
    assert 0 < taken < len(data)
    assert streams[1].read(taken, LONG) == data[:taken]
    assert not streams[1].poll()


def test_flush_of_a_plain_stream_does_nothing(streams):
    assert streams[0].flush() is None


def test_poll_tells_whether_something_came(streams):
    assert streams[0].poll() is False
    streams[1].write(b"x")
    assert streams[0].poll(LONG) is True


def test_the_time_out_of_a_stream_can_be_set(streams):
    assert streams[0].timeout is None
    streams[0].timeout = 0.5
    assert streams[0].timeout == 0.5
    streams[0].timeout = None
    assert streams[0].timeout is None


def test_counters_count_bytes_and_calls(streams):
    streams[0].write(b"abc")
    streams[1].read(3)
    assert streams[0].counters() == firth.Counters(0, 3, 0, 1)
    assert streams[1].counters() == firth.Counters(3, 0, 1, 0)


def test_wake_disturbs_nobody(streams):
    streams[0].wake()
    streams[1].write(b"x")
    assert streams[0].read(1, LONG) == b"x"


def test_an_end_before_the_first_byte_is_clean(streams):
    streams[0].close()
    with pytest.raises(firth.ConnectionLostError) as caught:
        streams[1].read(3)
    assert caught.value.clean is True
    assert streams[1].closed is True


def test_an_end_in_the_middle_of_a_read_is_not_clean(streams):
    streams[0].write(b"a")
    streams[0].close()
    with pytest.raises(firth.ConnectionLostError) as caught:
        streams[1].read(3)
    assert caught.value.clean is False


def test_writing_to_a_peer_that_is_gone_loses_the_connection(streams):
    streams[0].close()
    with pytest.raises(firth.ConnectionLostError) as caught:
        streams[1].write(b"abc")
    assert caught.value.errno == errno.EPIPE
    assert streams[1].closed is True


@pytest.mark.parametrize("question, arguments", [
    ("read", (1,)), ("read_some", (1,)), ("write", (b"x",)), ("write_some", (b"x",)),
    ("poll", ()), ("flush", ()), ("fileno", ()), ("write_fileno", ()), ("unread", (b"x",))])
def test_a_closed_stream_says_so(streams, question, arguments):
    streams[0].close()
    with pytest.raises(firth.ClosedError):
        getattr(streams[0], question)(*arguments)


def test_finish_closes(streams):
    streams[0].finish()
    streams[0].finish(timeout=0)
    assert streams[0].closed is True


def test_a_second_object_on_a_stream_is_the_same_stream(streams):
    again = firth.Stream(streams[0])
    again.write(b"a")
    assert streams[1].read(1) == b"a"
    again.close()
    assert streams[0].closed


def test_a_pair_of_pipes_is_connected_both_ways(pipes):
    pipes[0].write(b"abc")
    pipes[1].write(b"def")
    assert pipes[1].read(3) + pipes[0].read(3) == b"abcdef"


def test_a_pipe_has_two_descriptors(pipes):
    assert pipes[0].fileno() != pipes[0].write_fileno()


def test_a_channel_goes_over_pipes(pipes):
    here, there = map(firth.Channel, pipes)
    payload = os.urandom(1 << 20)
    sender = Caller(here.send, payload)
    assert there.recv(LONG) == payload
    sender.result()


def test_a_pipe_stream_takes_descriptors_and_closes_them(no_descriptor_left):
    (reading, writing), (back, forth) = os.pipe(), os.pipe()
    with firth.PipeStream(reading, forth) as stream:
        os.write(writing, b"abc")
        assert stream.read(3) == b"abc"
        stream.write(b"def")
        assert os.read(back, 3) == b"def"
    for closed in (reading, forth):
        with pytest.raises(OSError):
            os.fstat(closed)
    os.close(writing)
    os.close(back)


def test_a_pipe_stream_takes_files_and_closes_them(no_descriptor_left):
    (reading, writing), (back, forth) = os.pipe(), os.pipe()
    incoming, outgoing = open(reading, "rb"), open(forth, "w")
    outgoing.write("first ")
    with firth.PipeStream(incoming, outgoing) as stream:
        stream.write(b"second")
        assert os.read(back, 100) == b"first second"
    assert incoming.closed and outgoing.closed
    os.close(writing)
    os.close(back)


def test_what_a_file_holds_is_delivered_first(no_descriptor_left):
    reading, writing = os.pipe()
    os.write(writing, b"abcdef")
    incoming = open(reading, "rb")
    assert incoming.read(1) == b"a"
    os.write(writing, b"ghi")
    with firth.PipeStream(incoming, writing) as stream:
        assert stream.read(8, LONG) == b"bcdefghi"


def test_a_file_and_a_descriptor_are_both_closed(no_descriptor_left):
    reading, writing = os.pipe()
    firth.PipeStream(open(reading, "rb", buffering=0), writing).close()


def test_a_pipe_in_the_wrong_direction_is_refused_and_stays_the_callers(no_descriptor_left):
    reading, writing = os.pipe()
    with pytest.raises(ValueError):
        firth.PipeStream(writing, reading)
    os.close(reading)
    os.close(writing)


def test_a_file_that_was_refused_keeps_what_it_holds(no_descriptor_left):
    reading, writing = os.pipe()
    os.write(writing, b"abcdef")
    with open(reading, "rb") as incoming:
        with open(writing, "wb") as outgoing:
            assert incoming.read(1) == b"a"
            outgoing.write(b"ghi")
            outgoing.flush()
            with pytest.raises(ValueError):
                firth.PipeStream(incoming, incoming)
        assert incoming.read() == b"bcdefghi"


@pytest.mark.parametrize("incoming, outgoing", [
    (None, None), ("a", "b"), (0, None), (True, True), (object(), object())])
def test_what_is_no_file_is_refused(incoming, outgoing):
    with pytest.raises(TypeError):
        firth.PipeStream(incoming, outgoing)


def test_a_file_without_a_descriptor_is_refused():
    with pytest.raises(io.UnsupportedOperation):
        firth.PipeStream(io.BytesIO(), io.BytesIO())


CHILD = """
import firth, sys
print("not in a frame")
with firth.Channel(firth.PipeStream.from_std()) as channel:
    print("nor this")
    while True:
        try:
            payload = channel.recv()
        except EOFError:
            break
        channel.send(payload[::-1])
sys.exit(sys.stdin.read() != "")
"""


def test_standard_input_and_output_are_a_stream(no_descriptor_left):
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"not in a frame\n"
    with firth.Channel(firth.PipeStream(child.stdout, child.stdin)) as channel:
        for payload in (b"abc", b"", bytes(range(256)) * 1000):
            channel.send(payload)
            assert channel.recv(LONG) == payload[::-1]
    assert child.wait(LONG) == 0


def test_a_stream_can_be_watched(streams):
    poll = select.poll()
    poll.register(streams[0], select.POLLIN)
    assert poll.poll(0) == []
    streams[1].write(b"x")
    assert poll.poll(LONG * 1000) == [(streams[0].fileno(), select.POLLIN)]
