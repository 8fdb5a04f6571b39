"""firth's channels and streams given to rpyc one by one, whatever is in rpyc's place."""

import socket

import firth
import firth.rpyc
import pytest
import rpyc

from arrangements import FIRTH, side_of

pytestmark = pytest.mark.usefixtures("chosen")

DATA = bytes(range(256)) * 2000


class EchoService(rpyc.Service):
    def exposed_echo(self, value):
        return value

    def exposed_call(self, function, *arguments):
        return function(*arguments)

    def exposed_fail(self):
        raise ValueError("as it should")


class CountingStream(firth.SocketStream):
    """Overrides what a stream does, as subclasses of rpyc's streams do."""

    written = 0

    def write(self, data):
        self.written += len(data)
        super().write(data)


class LoudChannel(firth.Channel):
    sent = 0

    def send(self, data):
        self.sent += 1
        super().send(data)


class SocketsMethods:
    """An object with a stream's methods, of no class of firth's or rpyc's."""

    def __init__(self, sock):
        self._sock = sock

    closed = property(lambda self: self._sock.fileno() < 0)

    def fileno(self):
        return self._sock.fileno()

    def poll(self, timeout):
        timeleft = getattr(timeout, "timeleft", None)
        self._sock.settimeout(timeleft() if timeleft else timeout)
        try:
            self._sock.recv(1, socket.MSG_PEEK)
            return True
        except (TimeoutError, BlockingIOError):
            return False
        finally:
            self._sock.settimeout(None)

    def read(self, count):
        return self._sock.recv(count)

    def write(self, data):
        self._sock.sendall(data)

    def close(self):
        self._sock.close()


@pytest.fixture
def address(serve):
    return serve(EchoService).address


@pytest.fixture
def talk():
    """talk(connection) uses it, in every way that differs below, and closes it."""
    def use(connection):
        with connection:
            root = connection.root
            assert root.echo(DATA) == DATA
            assert root.call(lambda value: value + 1, 16) == 17
            with pytest.raises(ValueError, match="as it should"):
                root.fail()
            assert [root.echo(number) for number in range(20)] == list(range(20))
            echo = rpyc.async_(root.echo)
            assert [result.value for result in [echo(number) for number in range(50)]] == [
                *range(50)]
            connection.ping(timeout=60)
    return use


def test_a_channel_and_a_service_make_a_connection(talk, address):
    channel = firth.Channel(firth.SocketStream.connect(*address))
    talk(rpyc.Connection(rpyc.VoidService(), channel, {}))


def test_connect_stream_takes_a_stream(talk, address):
    talk(rpyc.connect_stream(firth.SocketStream.connect(*address)))


def test_connect_channel_takes_a_channel(talk, address):
    talk(rpyc.connect_channel(firth.Channel(firth.SocketStream.connect(*address))))


def test_the_channel_that_was_given_is_the_connections(address):
    channel = firth.Channel(firth.SocketStream.connect(*address))
    with rpyc.connect_channel(channel) as connection:
        assert connection._channel is channel


def test_the_classic_connect_stream_takes_a_stream(serve, host):
    address = serve(rpyc.SlaveService).address
    with rpyc.classic.connect_stream(firth.SocketStream.connect(*address)) as connection:
        assert connection.modules.os.getpid() == host.pid


def test_a_socket_is_taken(talk, address):
    talk(rpyc.connect_stream(firth.SocketStream(socket.create_connection(address))))


def test_a_stream_by_uri_is_taken(talk, address):
    talk(rpyc.connect_stream(firth.open("tcp://{}:{}".format(*address))))


def test_a_unix_socket_is_taken(talk, serve, tmp_path):
    path = serve(EchoService, path=tmp_path / "socket").address
    talk(rpyc.connect_stream(firth.SocketStream.unix_connect(path)))


def test_a_channel_that_does_not_compress_is_taken(talk, address):
    talk(rpyc.connect_channel(firth.Channel(firth.SocketStream.connect(*address), compress=False)))


def test_a_compressed_channel_is_taken(talk, address):
    stream = firth.SocketStream.connect(*address)
    talk(rpyc.connect_channel(firth.CompressedChannel(stream, compression_level=9)))


def test_a_batching_channel_is_taken(talk, address):
    stream = firth.SocketStream.connect(*address)
    talk(rpyc.connect_channel(firth.BatchingChannel(stream, batch_size=10, batch_timeout=0.001)))


def test_a_subclass_of_a_stream_is_taken(talk, address):
    stream = CountingStream.connect(*address)
    talk(rpyc.connect_stream(stream))
    assert stream.written > len(DATA) // 100


def test_a_subclass_of_a_channel_is_taken(talk, address):
    channel = LoudChannel(firth.SocketStream.connect(*address))
    talk(rpyc.connect_channel(channel))
    assert channel.sent > 70


def test_a_channel_over_any_object_with_the_methods_is_taken(talk, address):
    channel = firth.Channel(SocketsMethods(socket.create_connection(address)))
    talk(rpyc.connect_channel(channel))


def test_firths_connect_needs_nothing_in_place(talk, address):
    connection = firth.rpyc.connect(*address)
    assert side_of(type(connection._channel)) == FIRTH
    talk(connection)


def test_firths_connect_takes_a_service_and_a_configuration(address):
    class AnsweringService(rpyc.Service):
        def exposed_answer(self):
            return 42
    with firth.rpyc.connect(*address, service=AnsweringService,
                            config={"sync_request_timeout": 7}) as connection:
        assert connection._config["sync_request_timeout"] == 7
        assert connection.root.echo(connection._local_root) is connection._local_root


def test_firths_unix_connect_needs_nothing_in_place(talk, serve, tmp_path):
    connection = firth.rpyc.unix_connect(serve(EchoService, path=tmp_path / "socket").address)
    assert side_of(type(connection._channel)) == FIRTH
    talk(connection)
