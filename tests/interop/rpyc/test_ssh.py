"""rpyc's ways over ssh, by plumbum, the system's ssh and a real sshd: connections through a tunnel,
and a server that is deployed by them."""

import os
import sys
import time
from pathlib import Path

import pytest
import rpyc
from arrangements import FIRTH, side_of
from plumbum import SshMachine
from rpyc.utils import factory, zerodeploy
from tunnels import start_sshd

LARGE = os.urandom(1 << 20)
BINDING = Path(os.environ["FIRTH_BUILD"], "bindings", "python")
INSTALL = f"sys.path.insert(0, {str(BINDING)!r}); import firth.rpyc; firth.rpyc.install()"


class MeetingService(rpyc.Service):
    def exposed_echo(self, value):
        return value

    def exposed_call(self, function, value):
        return function(value)


@pytest.fixture(scope="module")
def sshd():
    with start_sshd() as tunnel:
        yield tunnel


@pytest.fixture
def machine(sshd):
    """The machine of the sshd, logged in to."""
    options = ["-F", sshd.config_file]
    with SshMachine("hop", ssh_opts=options, scp_opts=options, connect_timeout=60) as machine:
        yield machine


@pytest.fixture
def deployed(machine, arrangement):
    """A server that runs there, over what the arrangement has at that end."""
    setup = INSTALL if arrangement.server == FIRTH else ""
    with zerodeploy.DeployedServer(machine, extra_setup=setup, python_executable=sys.executable) as server:
        yield server


def wait_until(true):
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_connection_goes_through_ssh(serve, machine):
    with factory.ssh_connect(machine, serve(MeetingService).address[1]) as connection:
        root = connection.root
        assert root.echo((1, "two", b"three", None)) == (1, "two", b"three", None)
        assert root.echo(LARGE) == LARGE
        assert root.call(lambda value: value + 1, 41) == 42


def test_a_classic_connection_goes_through_ssh(serve, machine):
    server = serve(rpyc.ClassicService)
    with rpyc.classic.ssh_connect(machine, server.address[1]) as connection:
        connection.execute("answer = 6 * 7")
        assert connection.eval("answer") == connection.namespace["answer"] == 42


def test_closing_the_connection_ends_its_ssh(serve, machine):
    connection = factory.ssh_connect(machine, serve(MeetingService).address[1])
    tunnel = connection._channel.stream.tun
    assert connection.root.echo(1) == 1 and tunnel._session.alive()
    connection.close()
    wait_until(lambda: not tunnel._session.alive())


SIDE = "__import__('rpyc.utils.server').utils.server.SocketStream.__module__.split('.')[0] == 'firth'"


def test_a_deployed_server_answers_several_clients(deployed, arrangement):
    for _ in range(2):
        with deployed.classic_connect() as connection:
            assert side_of(type(connection._channel.stream)) == arrangement.client
            assert connection.eval(SIDE) == (arrangement.server == FIRTH)
            assert connection.modules.os.getpid() != os.getpid()
            connection.execute("def length(value): return len(value)")
            assert connection.namespace["length"](LARGE) == len(LARGE)
    with deployed.connect() as connection:
        assert connection.root.get_service_name() == "SLAVE"


def test_nothing_is_left_of_a_deployed_server(machine, arrangement):
    setup = INSTALL if arrangement.server == FIRTH else ""
    with zerodeploy.DeployedServer(machine, extra_setup=setup, python_executable=sys.executable) as server:
        with server.classic_connect() as connection:
            process = connection.modules.os.getpid()
            folder = Path(connection.modules.sys.path[1 if setup else 0])
            assert (folder / "rpyc").is_dir()
    wait_until(lambda: not Path("/proc", str(process)).exists() and not folder.exists())
