"""What test_gevent.py runs in processes of their own, where gevent has put its sockets and
threads in the place of Python's: gevent_programs.py NAME FOLDER_OF_CERTIFICATES."""

from gevent import monkey

monkey.patch_all()

import contextlib  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import ssl  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

import firth  # noqa: E402
from acknowledging import acknowledges_before_a_wait  # noqa: E402

LONG = 20
MANY = 60


@contextlib.contextmanager
def fails_with(kind):
    """The error, afterwards, as `value`."""
    class Caught:
        value = None
    try:
        yield Caught
    except kind as error:
        Caught.value = error
        return
    raise AssertionError(f"no {kind}")


def channels():
    return [firth.Channel(firth.SocketStream(sock)) for sock in socket.socketpair()]


def while_blocked(function, *arguments):
    """A greenlet that waits in the call, or has gone as far as it can."""
    greenlet = gevent.spawn(function, *arguments)
    gevent.idle()
    assert not greenlet.ready(), greenlet.value
    return greenlet


def echo(channel):
    with contextlib.suppress(EOFError):
        while True:
            channel.send(channel.recv())


def ask(channel, payloads):
    return [(channel.send(payload), channel.recv())[1] for payload in payloads]


# ---- The programs ---------------------------------------------------------------------------


def many_greenlets_talk_in_one_thread(_):
    pairs = [channels() for _ in range(MANY)]
    for _, there in pairs:
        gevent.spawn(echo, there)
    payloads = [[bytes([number]) * size for size in (0, 1, 5000, 300_000)]
                for number in range(MANY)]
    asking = [gevent.spawn(ask, here, sent) for (here, _), sent in zip(pairs, payloads)]
    gevent.joinall(asking, timeout=LONG, raise_error=True)
    assert [greenlet.value for greenlet in asking] == payloads


def calls_end_in_another_order_than_they_began(_):
    pairs = [channels() for _ in range(9)]
    receiving = [while_blocked(here.recv) for here, _ in pairs]
    for number in (4, 0, 8, 2, 6, 1, 7, 3, 5):
        pairs[number][1].send(b"%d" % number)
        assert receiving[number].get(timeout=LONG) == b"%d" % number
        receiving[number] = while_blocked(pairs[number][0].recv)
    for number in reversed(range(9)):
        pairs[number][1].close()
        with fails_with(EOFError):
            receiving[number].get(timeout=LONG)


def one_greenlet_reads_while_another_writes(_):
    here, there = channels()
    payload = os.urandom(5 << 20)
    sending = [gevent.spawn(channel.send, payload) for channel in (here, there)]
    receiving = [gevent.spawn(channel.recv) for channel in (here, there)]
    gevent.joinall(sending, timeout=LONG, raise_error=True)
    assert [greenlet.get(timeout=LONG) for greenlet in receiving] == [payload] * 2


def two_readers_of_one_stream_are_refused_and_do_not_hang(_):
    here, there = channels()
    first = while_blocked(here.recv)
    with fails_with(ValueError):
        here.recv()
    with fails_with(firth.TimeoutError):
        here.recv(0)
    there.send(b"payload")
    assert first.get(timeout=LONG) == b"payload"


def close_wakes_who_waits(_):
    here, there = channels()
    for call in (here.recv, here.poll):
        here, there = channels()
        waiting = while_blocked(getattr(here, call.__name__), None)
        here.close()
        with fails_with(firth.ClosedError):
            waiting.get(timeout=LONG)
        there.close()


def time_outs_let_others_run_and_lose_nothing(_):
    here, there = channels()
    with fails_with(firth.TimeoutError):
        here.recv(0.01)
    assert here.poll(0) is False and here.poll(0.01) is False
    there.stream.write(b"\0\0\0\3\0ab")
    with fails_with(firth.TimeoutError):
        here.recv(0.01)
    there.stream.write(b"c\n")
    assert here.poll(LONG) is True
    assert here.recv(LONG) == b"abc"


def a_write_keeps_its_time_out(_):
    here, there = channels()
    payload = os.urandom(20 << 20)
    with fails_with(firth.TimeoutError):
        here.send(payload, 0.05)
    receiving = gevent.spawn(there.recv)
    here.flush(LONG)
    assert receiving.get(timeout=LONG) == payload


def a_time_out_of_gevent_comes_out(_):
    here, there = channels()
    with fails_with(gevent.Timeout), gevent.Timeout(0.01):
        here.recv()
    there.send(b"later")
    assert here.recv() == b"later"


def a_time_out_of_gevent_with_an_error_of_its_own_comes_out(_):
    here, there = channels()
    mine = TimeoutError("mine")
    with fails_with(TimeoutError) as caught, gevent.Timeout(0.01, mine):
        here.recv()
    assert caught.value is mine
    there.send(b"later")
    assert here.recv() == b"later"


def a_time_out_that_a_socket_of_gevents_is_given_is_none_of_the_streams(_):
    sockets = socket.socketpair()
    here, there = [firth.Channel(firth.SocketStream(sock)) for sock in sockets]
    for seconds in (0, 0.001):
        sockets[0].settimeout(seconds)
        receiving = gevent.spawn(here.recv)
        gevent.sleep(0.01)
        there.send(b"payload")
        assert receiving.get(timeout=LONG) == b"payload"


def a_time_out_of_gevent_that_is_a_timeout_error_comes_out_too(_):
    for call, argument in (("read", 1), ("poll", None), ("write", bytes(1 << 24))):
        sock, peer = socket.socketpair()
        timed_out = TimeoutError("the caller's")
        with firth.SocketStream(sock) as stream, peer:
            with gevent.Timeout(LONG), fails_with(TimeoutError) as caught:
                with gevent.Timeout(0.01, timed_out):
                    getattr(stream, call)(argument)
        assert caught.value is timed_out


def a_greenlet_that_waits_can_be_killed(_):
    here, there = channels()
    waiting = while_blocked(here.recv)
    other = while_blocked(there.recv)
    waiting.kill(timeout=LONG)
    here.send(b"payload")
    assert other.get(timeout=LONG) == b"payload"
    there.send(b"answer")
    assert here.recv() == b"answer"


class Slow:
    """Over a stream: lets other greenlets run in each of its methods."""

    def __init__(self, stream):
        self._stream = stream

    def read(self, count):
        gevent.sleep(0)
        return self._stream.read_some(count)

    def write(self, data):
        gevent.sleep(0)
        try:
            return self._stream.write(data, 0.01)
        finally:
            gevent.sleep(0)

    def close(self):
        self._stream.close()

    @property
    def closed(self):
        return self._stream.closed


def a_write_counts_what_it_had_taken_whatever_other_greenlets_do_meanwhile(_):
    """Many greenlets write more than fits at once, over objects that write with a time-out
    and switch before they fail: no byte goes out twice, and none is lost."""
    made = [socket.socketpair() for _ in range(20)]
    pairs = [[firth.Channel(Slow(firth.SocketStream(sock))) for sock in pair] for pair in made]

    def send_all(channel, payload):
        with contextlib.suppress(firth.TimeoutError):
            channel.send(payload)
        while channel.pending():
            with contextlib.suppress(firth.TimeoutError):
                channel.flush()
    payloads = [os.urandom(1 << 20) for _ in pairs]
    receiving = [gevent.spawn(there.recv) for _, there in pairs]
    sending = [gevent.spawn(send_all, here, payload)
               for (here, _), payload in zip(pairs, payloads)]
    gevent.joinall(sending, timeout=LONG, raise_error=True)
    assert [greenlet.get(timeout=LONG) for greenlet in receiving] == payloads


def connecting_lets_others_run(folder):
    """Client and server are greenlets of one thread: blocking the thread would hang."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = gevent.spawn(listening.accept)
        with firth.SocketStream.connect("localhost", listening.getsockname()[1]) as here:
            assert type(here.sock) is socket.socket
            with firth.SocketStream(accepting.get(timeout=LONG)[0]) as there:
                reading = while_blocked(there.read, 3)
                here.write(b"abc")
                assert reading.get(timeout=LONG) == b"abc"


def connecting_to_a_unix_socket_lets_others_run(_):
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.join(folder, "socket"))
        listening.listen()
        accepting = gevent.spawn(listening.accept)
        with firth.SocketStream.unix_connect(os.path.join(folder, "socket")) as here:
            with firth.SocketStream(accepting.get(timeout=LONG)[0]) as there:
                reading = while_blocked(there.read, 3)
                here.write(b"abc")
                assert reading.get(timeout=LONG) == b"abc"


def server_context(folder):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    return context


def connecting_over_tls_lets_others_run(folder):
    """firth's TLS over gevent's sockets talks to gevent's TLS below firth."""
    context = server_context(folder)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def accept():
            return firth.Channel(firth.SocketStream(
                context.wrap_socket(listening.accept()[0], server_side=True)))
        accepting = gevent.spawn(accept)
        stream = firth.SocketStream.ssl_connect(
            "localhost", listening.getsockname()[1], {"ca_certs": folder / "ca.crt"}, ipv6=False)
        assert stream.tls_version() == "TLSv1.3"
        here, there = firth.Channel(stream), accepting.get(timeout=LONG)
        gevent.spawn(echo, there)
        payloads = [b"", b"x" * 5000, os.urandom(2 << 20)]
        receiving = gevent.spawn(lambda: [here.recv() for _ in payloads])
        for payload in payloads:
            here.send(payload)
        assert receiving.get(timeout=LONG) == payloads
        here.close()


@contextlib.contextmanager
def full_port():
    """A port whose queue is full: to connect takes for ever."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        with socket.create_connection(listening.getsockname()):
            yield listening.getsockname()[1]


def a_peer_that_waits_to_be_acknowledged_is_before_a_stream_waits(_):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with firth.SocketStream(socket.create_connection(listening.getsockname())) as stream:
            with listening.accept()[0] as peer:
                assert acknowledges_before_a_wait(stream, peer)


def connecting_runs_out_of_time(_):
    with full_port() as port, gevent.Timeout(LONG), fails_with(firth.TimeoutError):
        firth.SocketStream.connect("127.0.0.1", port, timeout=0.05)


def connecting_to_a_unix_socket_runs_out_of_time(_):
    """gevent's sockets fail at once where the queue is full; this one waits, as they do
    elsewhere."""
    class Unanswered(socket.socket):
        def connect(self, _):
            with gevent.Timeout(self.gettimeout(), TimeoutError("timed out")):
                gevent.get_hub().switch()
    socket.socket = Unanswered
    with gevent.Timeout(LONG), fails_with(firth.TimeoutError):
        firth.SocketStream.unix_connect("/", timeout=0.05)


def connecting_over_tls_runs_out_of_time_in_the_hand_shake(_):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with gevent.Timeout(LONG), fails_with(firth.TimeoutError):
            firth.SocketStream.ssl_connect("localhost", listening.getsockname()[1], {},
                                           ipv6=False, timeout=0.05)


def one_greenlet_reads_while_another_writes_before_the_hand_shake_of_tls(folder):
    """Both wait for the same of the peer."""
    ends = socket.socketpair()
    with firth.SocketStream(ssl.create_default_context(cafile=folder / "ca.crt").wrap_socket(
            ends[0], server_hostname="localhost", do_handshake_on_connect=False)) as here:
        reading = while_blocked(here.read, 3)
        writing = while_blocked(here.write, b"abc")
        with server_context(folder).wrap_socket(ends[1], server_side=True) as there:
            assert there.recv(3) == b"abc"
            there.sendall(b"def")
            assert reading.get(timeout=LONG) == b"def"
            writing.get(timeout=LONG)


def a_certificate_that_is_not_trusted_is_told(folder):
    context = server_context(folder)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def accept():
            with contextlib.suppress(OSError):
                context.wrap_socket(listening.accept()[0], server_side=True)
        gevent.spawn(accept)
        with fails_with(firth.CertificateError):
            firth.SocketStream.ssl_connect(
                "localhost", listening.getsockname()[1], {"ca_certs": folder / "other_ca.crt"},
                ipv6=False)


def interrupt_ends_a_receive(_):
    here, there = channels()
    gevent.spawn(os.kill, os.getpid(), signal.SIGINT)
    with fails_with(KeyboardInterrupt):
        here.recv()


def close_gives_a_reader_over_tls_nothing_that_is_not_deciphered(folder):
    contexts = server_context(folder), ssl.create_default_context(cafile=folder / "ca.crt")
    sock, peer = socket.socketpair()
    serving = gevent.spawn(contexts[0].wrap_socket, peer, server_side=True)
    stream = firth.SocketStream(contexts[1].wrap_socket(sock, server_hostname="localhost"))
    with serving.get(timeout=LONG) as there:
        there.sendall(b"x")
        assert stream.read(1) == b"x"
        reading = while_blocked(stream.read, 5)
        there.sendall(b"abc")
        stream.close()
        with fails_with(firth.ClosedError):
            reading.get(timeout=LONG)


def others_run_while_a_stream_waits(_):
    here, there = channels()
    ran = []
    gevent.spawn(lambda: [(ran.append(number), gevent.sleep(0)) for number in range(5)])
    waiting = gevent.spawn(here.recv)
    gevent.idle()
    there.send(b"x")
    waiting.get(timeout=LONG)
    assert ran == list(range(5))


if __name__ == "__main__":
    name, folder = sys.argv[1:]
    globals()[name](Path(folder))
