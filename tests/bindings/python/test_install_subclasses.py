"""Classes of a program's own, derived from what rpyc has after install."""

import os

import pytest

import firth
import firth.rpyc
from rpyc_versions import serving
from support import LONG, Caller

SIZES = (0, 1, 3001, 100_000)


def check_echo(here, there):
    for size in SIZES:
        payload = os.urandom(size)
        sending = Caller(here.send, payload)
        assert there.recv() == payload
        sending.result()
    here.close()
    there.close()


def socket_stream_of(stream_base, sock):
    """A stream written for rpyc: its base class gives poll and `with`, and no __init__."""
    class Mine(stream_base):
        __slots__ = ("sock",)
        MAX_IO_CHUNK = 8000

        def __init__(self, sock):
            self.sock = sock

        @property
        def closed(self):
            return self.sock.fileno() == -1

        def close(self):
            self.sock.close()

        def fileno(self):
            return self.sock.fileno()

        def read(self, count):
            found = b""
            while len(found) < count:
                more = self.sock.recv(min(self.MAX_IO_CHUNK, count - len(found)))
                if not more:
                    self.close()
                    raise EOFError("the peer is gone")
                found += more
            return found

        def write(self, data):
            self.sock.sendall(data)
    return Mine(sock)


def test_a_stream_derived_from_rpycs_base_class_carries_a_channel(rpyc, sockets):
    firth.rpyc.install()
    mine = socket_stream_of(rpyc.core.stream.Stream, sockets[0])
    here, there = rpyc.Channel(mine), rpyc.Channel(rpyc.SocketStream(sockets[1]))
    assert isinstance(mine, rpyc.core.stream.Stream)
    assert here.stream is mine
    assert not here.poll(0)
    check_echo(here, there)
    assert mine.closed


def test_a_stream_that_was_derived_before_install_carries_a_channel(rpyc, sockets):
    mine = socket_stream_of(rpyc.core.stream.Stream, sockets[0])
    firth.rpyc.install()
    check_echo(rpyc.Channel(mine), rpyc.Channel(rpyc.SocketStream(sockets[1])))


def test_such_a_stream_polls_by_what_it_inherits(rpyc, sockets):
    firth.rpyc.install()
    channel = rpyc.Channel(socket_stream_of(rpyc.core.stream.Stream, sockets[0]))
    assert channel.poll(0) is False
    assert channel.poll(rpyc.lib.Timeout(0.01)) is False
    sockets[1].sendall(b"\0\0\0\1\0x\n")
    assert channel.poll(rpyc.lib.Timeout(None)) is True
    assert channel.poll(rpyc.lib.Timeout(LONG)) is True
    assert channel.poll(-1) is True
    assert channel.recv() == b"x"
    channel.close()


def test_a_stock_stream_made_before_install_carries_a_channel_of_firths(rpyc, sockets):
    stock = rpyc.SocketStream(sockets[0])
    firth.rpyc.install()
    assert type(stock) is not rpyc.SocketStream
    check_echo(rpyc.Channel(stock), rpyc.Channel(rpyc.SocketStream(sockets[1])))


def test_a_connection_over_a_subclass_of_the_stream_that_counts(rpyc, service):
    firth.rpyc.install()

    class Counting(rpyc.SocketStream):
        def __init__(self, sock):
            super().__init__(sock)
            self.written = 0

        def write(self, data, *timeout):
            self.written += len(data)
            super().write(data, *timeout)

    with serving(service) as port:
        stream = Counting.connect("127.0.0.1", port)
        connection = rpyc.utils.factory.connect_stream(stream)
        assert connection.root.echo("x" * 100) == "x" * 100
        assert stream.written > 100
        assert connection._channel.stream is stream
        connection.close()


def test_a_connection_over_a_subclass_of_the_channel_that_looks_on(rpyc, service):
    firth.rpyc.install()
    seen = []

    class Watched(rpyc.Channel):
        COMPRESSION_THRESHOLD = 10

        def send(self, data):
            seen.append(("sent", len(data)))
            super().send(data)

        def recv(self):
            data = super().recv()
            seen.append(("received", len(data)))
            return data

    with serving(service) as port:
        channel = Watched(rpyc.SocketStream.connect("127.0.0.1", port))
        connection = rpyc.utils.factory.connect_channel(channel)
        assert connection.root.echo("x" * 100) == "x" * 100
        connection.close()
    assert {"sent", "received"} == {what for what, _ in seen}


def test_what_is_put_into_the_class_of_streams_is_called(rpyc, service, monkeypatch):
    """As by a program that counts or traces."""
    firth.rpyc.install()
    written = []
    write = rpyc.SocketStream.write

    def counted(self, data, *timeout):
        written.append(len(data))
        return write(self, data, *timeout)

    with serving(service) as port:
        monkeypatch.setattr(rpyc.core.stream.SocketStream, "write", counted)
        connection = rpyc.connect("127.0.0.1", port)
        assert connection.root.echo("x" * 100) == "x" * 100
        assert any(length > 100 for length in written)
        monkeypatch.undo()
        del written[:]
        second = rpyc.connect("127.0.0.1", port)
        assert second.root.echo("text") == "text"
        assert written == []
        connection.close()
        second.close()


def test_what_is_put_into_the_class_of_channels_is_called(rpyc, service, monkeypatch):
    firth.rpyc.install()
    sent = []
    send = rpyc.Channel.send

    def counted(self, data):
        sent.append(len(data))
        return send(self, data)

    monkeypatch.setattr(rpyc.Channel, "send", counted)
    with serving(service) as port:
        connection = rpyc.connect("127.0.0.1", port)
        assert connection.root.echo("x" * 100) == "x" * 100
        connection.close()
    assert any(length > 100 for length in sent)


def test_rpycs_own_channel_lies_over_firths_stream(rpyc, sockets):
    """As for a moment while another thread installs or uninstalls."""
    stock = rpyc.Channel
    check_echo(stock(firth.SocketStream(sockets[0])), stock(rpyc.SocketStream(sockets[1])))


def test_the_stream_of_a_channel_stays_what_it_is(rpyc, streams):
    firth.rpyc.install()
    channel = rpyc.Channel(streams[0])
    with pytest.raises(AttributeError, match="stream"):
        channel.stream = streams[1]


@pytest.mark.parametrize("name", ["Channel", "SocketStream", "PipeStream"])
def test_objects_show_their_class_and_whether_they_are_open(rpyc, sockets, name):
    firth.rpyc.install()
    stream = (rpyc.PipeStream.create_pair()[0] if name == "PipeStream"
              else rpyc.SocketStream(sockets[0]))
    shown = rpyc.Channel(stream) if name == "Channel" else stream
    assert repr(shown) == f"<firth.{name}, open>"
    shown.close()
    assert repr(shown) == f"<firth.{name}, closed>"
