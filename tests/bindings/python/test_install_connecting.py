"""firth.rpyc's own connect, unix_connect and ssl_connect: rpyc's, with nothing replaced."""

import inspect
import importlib
import socket
import sys

import pytest

import firth
import firth.rpyc
from rpyc_versions import serving, snapshot


@pytest.mark.parametrize("name", ["connect", "unix_connect", "ssl_connect"])
def test_the_parameters_are_rpycs_in_its_order(rpyc, name):
    theirs = inspect.signature(getattr(rpyc.utils.factory, name)).parameters
    ours = inspect.signature(getattr(firth.rpyc, name)).parameters
    assert list(ours)[:len(theirs)] == list(theirs)


def test_a_connection_lies_over_firth_and_rpyc_stays_as_it_is(rpyc, service):
    before = snapshot()
    with serving(service) as port:
        connection = firth.rpyc.connect("127.0.0.1", port)
        assert type(connection._channel) is firth.Channel
        assert type(connection._channel.stream) is firth.SocketStream
        assert isinstance(connection, rpyc.Connection)
        assert connection.root.echo((1, "text")) == (1, "text")
        connection.close()
    assert snapshot() == before


def test_service_and_config_are_this_ends(rpyc):
    class Mine(rpyc.Service):
        def exposed_name(self):
            return "mine"

    class Asking(rpyc.Service):
        def on_connect(self, connection):
            self.connection = connection

        def exposed_ask(self):
            return self.connection.root.name()

    with serving(Asking) as port:
        connection = firth.rpyc.connect("127.0.0.1", port, Mine, {"connid": "the one"})
        assert connection._config["connid"] == "the one"
        assert connection.root.ask() == "mine"
        connection.close()


def test_options_are_those_of_the_stream(rpyc, service):
    with serving(service) as port:
        connection = firth.rpyc.connect("127.0.0.1", port, timeout=20, nodelay=False,
                                        keepalive=7)
        assert connection.root.echo(1) == 1
        sock = connection._channel.stream.sock
        assert not sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 7
        connection.close()
    with pytest.raises(TypeError, match="colour"):
        firth.rpyc.connect("127.0.0.1", port, colour="red")


def test_ipv6_is_asked_for_as_in_rpyc(rpyc, service):
    with serving(service, ipv6=True, hostname="::1") as port:
        with pytest.raises(socket.gaierror):
            firth.rpyc.connect("::1", port)
        connection = firth.rpyc.connect("::1", port, ipv6=True)
        assert connection.root.echo(1) == 1
        connection.close()


def test_a_unix_socket(rpyc, service, tmp_path):
    kind = importlib.import_module("rpyc.utils.server").ThreadedServer
    path = str(tmp_path / "socket")
    server = kind(service, socket_path=path)
    thread = server._start_in_thread()
    connection = firth.rpyc.unix_connect(path)
    assert connection.root.echo(1) == 1
    connection.close()
    server.close()
    thread.join()


def test_a_service_that_refuses_leaves_nothing_open(rpyc, service):
    class Refusing(rpyc.Service):
        def on_connect(self, connection):
            raise LookupError("not you")

    with serving(service) as port:
        with pytest.raises(LookupError, match="not you") as kept:
            firth.rpyc.connect("127.0.0.1", port, service=Refusing)
    del kept


def test_limits_of_another_type_leave_nothing_open(rpyc, service):
    with serving(service) as port:
        with pytest.raises(TypeError, match="limits") as kept:
            firth.rpyc.connect("127.0.0.1", port, limits=3)
    del kept


def test_without_rpyc_it_is_said_before_anything_is_connected(monkeypatch):
    monkeypatch.setitem(sys.modules, "rpyc", None)
    with pytest.raises(ImportError, match="wants the package rpyc"):
        firth.rpyc.connect("127.0.0.1", 1)
