"""SocketStream over an ssl.SSLSocket, which only its own recv and send can drive."""

import os
import socket
import ssl

import pytest

import firth
from acknowledging import acknowledges_before_a_wait
from support import LONG, Caller, Rung, frame, in_child, stall, wait_until, while_blocked


def secured(sockets, certificates, version=ssl.TLSVersion.TLSv1_3):
    """A client's and a server's SSLSocket over connected ones, hands shaken."""
    here = ssl.create_default_context(cafile=certificates / "ca.crt")
    there = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    there.load_cert_chain(certificates / "server.crt", certificates / "server.key")
    here.maximum_version = there.maximum_version = version
    serving = Caller(there.wrap_socket, sockets[1], server_side=True)
    client = here.wrap_socket(sockets[0], server_hostname="localhost")
    server = serving.result()
    # What TLS 1.3 sends after the hand-shake comes first.
    server.sendall(b"x")
    assert client.recv(1) == b"x"
    return client, server


@pytest.fixture(params=["TLSv1.2", "TLSv1.3"])
def secure(sockets, certificates, request):
    version = ssl.TLSVersion[request.param.replace(".", "_")]
    client, server = secured(sockets, certificates, version)
    yield client, server
    client.close()
    server.close()


@pytest.fixture
def streams(secure):
    """Streams over both."""
    here, there = map(firth.SocketStream, secure)
    yield here, there
    here.close()
    there.close()


def test_payloads_of_every_size_go_through_an_ssl_socket(channels):
    for payload in (b"", b"x" * 5000, os.urandom(3 << 20)):
        sending = Caller(channels[0].send, payload)
        assert channels[1].recv() == payload
        sending.result()


def test_an_ssl_socket_carries_frames_for_pythons_own_peer(secure):
    with firth.Channel(firth.SocketStream(secure[0])) as channel:
        channel.send(b"question")
        assert secure[1].recv(100) == frame(b"question")
        secure[1].sendall(frame(b"answer"))
        assert channel.recv() == b"answer"


def test_both_directions_of_an_ssl_socket_go_at_once(channels):
    payloads = [os.urandom(200_000) for _ in range(20)]

    def send_all(channel):
        for payload in payloads:
            channel.send(payload)

    def receive_all(channel):
        return [channel.recv() for _ in payloads]
    sending = [Caller(send_all, channel) for channel in channels]
    receiving = [Caller(receive_all, channel) for channel in channels]
    for calls in receiving:
        assert calls.result() == payloads
    for calls in sending:
        calls.result()


def test_the_stream_keeps_the_ssl_socket_it_was_given(secure):
    stream = firth.SocketStream(secure[0])
    assert stream.fileno() == secure[0].fileno()
    stream.close()
    assert secure[0].fileno() == -1


def test_poll_sees_what_the_ssl_socket_has_deciphered_already(streams):
    streams[0].write(b"abcdef")
    assert streams[1].read(2) == b"ab"
    assert streams[1].poll(0) is True
    assert streams[1].read(4) == b"cdef"
    assert streams[1].poll(0) is False


class RecordPeer:
    """A client of TLS whose records are there to be cut, over a socket."""

    def __init__(self, sock, certificates):
        self._sock, self._incoming, self._outgoing = sock, ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context(cafile=certificates / "ca.crt")
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname="localhost")

    def shake_hands(self):
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._sock.sendall(self._outgoing.read())
                self._incoming.write(self._sock.recv(65536))
        self._sock.sendall(self._outgoing.read())

    def record(self, data):
        self._tls.write(data)
        return self._outgoing.read()


def test_poll_looks_through_half_a_record_of_an_ssl_socket(sockets, certificates):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates / "server.crt", certificates / "server.key")
    peer = RecordPeer(sockets[1], certificates)
    shaking = Caller(peer.shake_hands)
    with firth.SocketStream(context.wrap_socket(sockets[0], server_side=True)) as stream:
        shaking.result()
        record = peer.record(b"abc")
        sockets[1].sendall(record[:10])
        assert stream.poll(0) is False
        sockets[1].sendall(record[10:])
        assert stream.poll(0) is True
        assert stream.read(3) == b"abc"


def test_an_ssl_socket_may_have_its_hand_shake_still_before_it(sockets, certificates):
    context = ssl.create_default_context(cafile=certificates / "ca.crt")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificates / "server.crt", certificates / "server.key")
    serving = Caller(server.wrap_socket, sockets[1], server_side=True)
    with firth.SocketStream(context.wrap_socket(
            sockets[0], server_hostname="localhost", do_handshake_on_connect=False)) as stream:
        stream.write(b"abc")
        with serving.result() as there:
            assert there.recv(3) == b"abc"
            there.sendall(b"def")
            assert stream.read(3) == b"def"


def test_poll_is_true_at_the_end_of_an_ssl_socket(streams):
    streams[0].close()
    assert streams[1].poll(LONG) is True
    with pytest.raises(EOFError):
        streams[1].read(1)
    assert streams[1].closed


def test_the_end_of_tls_that_poll_saw_is_read_though_the_connection_goes_on(secure):
    with firth.SocketStream(secure[1]) as stream:
        secure[0].settimeout(0)
        with pytest.raises(ssl.SSLWantReadError):
            secure[0].unwrap()
        assert stream.poll(LONG) is True
        with pytest.raises(EOFError):
            stream.read(1, LONG)


def test_what_comes_once_others_shut_tls_down_is_not_taken_for_data(secure):
    with firth.SocketStream(secure[1]) as stream:
        secure[1].shutdown(socket.SHUT_WR)
        secure[0].sendall(b"abc")
        with pytest.raises(firth.ConnectionLostError, match="closed or unwrapped SSL socket"):
            stream.read(3, LONG)


def test_nothing_is_sent_in_clear_text_once_others_shut_tls_down(secure):
    with firth.SocketStream(secure[1]) as stream:
        secure[1].shutdown(socket.SHUT_RD)
        with pytest.raises(firth.ConnectionLostError, match="closed or unwrapped SSL socket"):
            stream.write(b"abc")


class Sipping(ssl.SSLSocket):
    """Keeps what it has read, and gives a byte of it at a time."""

    read_before = b""

    def recv(self, *_):
        self.read_before = self.read_before or super().recv(65536)
        data, self.read_before = self.read_before[:1], self.read_before[1:]
        return data


@pytest.fixture
def sipping(sockets, certificates):
    """(Sipping, what is at its other end)."""
    here = ssl.create_default_context(cafile=certificates / "ca.crt")
    here.sslsocket_class = Sipping
    there = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    there.load_cert_chain(certificates / "server.crt", certificates / "server.key")
    serving = Caller(there.wrap_socket, sockets[1], server_side=True)
    with here.wrap_socket(sockets[0], server_hostname="localhost") as client:
        with serving.result() as server:
            yield client, server


def test_an_ssl_socket_that_holds_what_it_has_read_is_asked_for_it(sipping):
    with firth.SocketStream(sipping[0]) as stream:
        sipping[1].sendall(b"abc")
        assert stream.read(3, LONG) == b"abc"


def test_nothing_is_taken_from_an_ssl_socket_of_ones_own_that_was_shut_down(sipping):
    with firth.SocketStream(sipping[0]) as stream:
        sipping[0].shutdown(socket.SHUT_WR)
        sipping[1].sendall(b"abc")
        with pytest.raises(firth.ConnectionLostError, match="TLS was shut down"):
            stream.read(3, LONG)


@pytest.mark.parametrize("seconds", [LONG, 10**9, 1e308, None])
def test_a_poll_of_an_ssl_socket_waits(streams, seconds):
    with while_blocked(streams[1].poll, seconds) as polling:
        streams[0].write(b"x")
    assert polling.result() is True


def test_the_time_out_of_the_ssl_socket_itself_loses_nothing(secure):
    for sock in secure:
        sock.settimeout(0.001)
    with firth.SocketStream(secure[0]) as stream:
        secure[0].settimeout(0.001)
        with while_blocked(stream.read, 6) as reading:
            secure[1].sendall(b"abc")
            secure[0].settimeout(0.001)
            wait_until(lambda: stream.counters().bytes_read == 3, stream.counters)
            secure[1].sendall(b"def")
        assert reading.result() == b"abcdef"


def test_a_read_over_an_ssl_socket_that_timed_out_goes_on(streams):
    streams[0].write(b"abc")
    with pytest.raises(firth.TimeoutError):
        streams[1].read(6, 0.01)
    streams[0].write(b"def")
    assert streams[1].read(6, LONG) == b"abcdef"


def test_a_send_over_an_ssl_socket_that_timed_out_goes_on(channels):
    payload = os.urandom(8 << 20)
    with pytest.raises(firth.TimeoutError):
        channels[0].send(payload, 0.01)
    receiving = Caller(channels[1].recv)
    channels[0].flush()
    assert receiving.result() == payload


def test_a_write_over_an_ssl_socket_that_timed_out_must_be_made_again(streams):
    taken = stall(streams[0])
    with pytest.raises(ValueError, match="must begin with the same"):
        streams[0].write(b"other bytes", 0)
    reading = Caller(streams[1].read, taken + (1 << 16))
    streams[0].write(bytes(1 << 16))
    assert reading.result() == bytes(taken + (1 << 16))


@pytest.mark.parametrize("blocked", ["read", "poll", "write"])
def test_close_wakes_who_is_blocked_in_an_ssl_socket(streams, secure, blocked):
    calls = {"read": (streams[0].read, 1), "poll": (streams[0].poll, None),
             "write": (streams[0].write, bytes(1 << 20))}
    if blocked == "write":
        stall(streams[0])
        calls["write"] = streams[0].write, bytes(1 << 16)
    with while_blocked(*calls[blocked]) as call:
        streams[0].close()
    with pytest.raises(firth.ClosedError):
        call.result()
    assert secure[0].fileno() == -1


def test_a_blocked_reader_wakes_when_the_ssl_socket_itself_is_shut_down_and_closed(secure):
    stream = firth.SocketStream(secure[0])
    with while_blocked(stream.read, 1) as reading:
        secure[0].shutdown(socket.SHUT_RDWR)
        secure[0].close()
    with pytest.raises(EOFError):
        reading.result()
    assert stream.closed
    with pytest.raises(EOFError):
        stream.fileno()


def test_a_child_of_fork_that_closes_leaves_the_ssl_socket_to_its_parent(streams):
    assert in_child(lambda: streams[0].close() or 0) == 0
    streams[1].write(b"abc")
    assert streams[0].read(3, LONG) == b"abc"


def test_calls_on_a_closed_stream_over_an_ssl_socket_say_so(streams):
    streams[0].close()
    for call in (streams[0].fileno, streams[0].poll):
        with pytest.raises(EOFError):
            call()
    with pytest.raises(EOFError):
        streams[0].read(1)
    with pytest.raises(EOFError):
        streams[0].write(b"x")


def test_a_signal_handler_ends_a_read_of_an_ssl_socket_and_nothing_is_lost(streams, ring):
    streams[0].write(b"abc")
    with pytest.raises(Rung):
        ring(streams[1].read, 6)
    streams[0].write(b"def")
    assert streams[1].read(6) == b"abcdef"


def test_a_signal_handler_may_write_while_a_read_of_an_ssl_socket_waits(streams, ring):
    def answer(*_):
        streams[1].write(b"from the handler")
        streams[0].write(b"on")
    assert ring(streams[1].read, 2, handler=answer) == b"on"
    assert streams[0].read(16) == b"from the handler"


def test_the_loss_of_the_peer_of_an_ssl_socket_is_an_eof_error(sockets, streams):
    raw = socket.socket(fileno=os.dup(streams[0].fileno()))
    raw.shutdown(socket.SHUT_WR)
    raw.close()
    with pytest.raises(firth.ConnectionLostError):
        streams[1].read(1)


def test_what_is_no_tls_ends_an_ssl_socket_with_an_eof_error(secure):
    stream = firth.SocketStream(secure[1])
    raw = socket.socket(fileno=os.dup(secure[0].fileno()))
    raw.sendall(b"x" * 100)
    raw.close()
    with pytest.raises(EOFError):
        stream.read(1)
    assert stream.closed


def test_a_peer_that_waits_to_be_acknowledged_is_before_an_ssl_socket_waits(
        no_descriptor_left, certificates):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        tcp_sockets = socket.create_connection(listening.getsockname()), listening.accept()[0]
    here, there = secured(tcp_sockets, certificates)
    with there, firth.SocketStream(here) as stream:
        assert acknowledges_before_a_wait(stream, there)
