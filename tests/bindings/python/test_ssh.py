"""Through a real sshd to real rpyc, and to nothing."""

import gc
import os
import socket

import pytest

import firth
import tunnels
from rpyc_peers import Peer
from support import LONG, PEERS
from test_rpyc import check_echo


@pytest.fixture(scope="module")
def sshd():
    with tunnels.start_sshd() as running:
        yield running


@pytest.fixture
def echo():
    """The address of an rpyc that echoes for one connection."""
    with Peer("6.0.2", PEERS / "echo.py", "tcp") as peer:
        yield peer.address()[1:]


def connect(sshd, *target, **options):
    options = {"user": sshd.user, "identity_file": sshd.identity_file,
               "known_hosts": sshd.known_hosts, "config_file": "none", **options}
    return firth.TunneledSocketStream.ssh_connect(sshd.host, *target, ssh_port=sshd.port,
                                                  timeout=LONG, **options)


def test_payloads_go_through_ssh(sshd, echo):
    stream = connect(sshd, *echo)
    assert type(stream) is firth.TunneledSocketStream
    with firth.Channel(stream) as channel:
        check_echo(channel)


def test_a_config_file_may_say_it_all(sshd, echo):
    stream = firth.TunneledSocketStream.ssh_connect("hop", *echo, config_file=sshd.config_file,
                                                    timeout=LONG)
    with firth.Channel(stream) as channel:
        channel.send(b"payload")
        assert channel.recv(LONG) == b"payload"


@pytest.mark.parametrize("options, words", [
    ({"identity_file": "refused_identity_file"}, "Permission denied"),
    ({"known_hosts": "changed_known_hosts"}, "HOST IDENTIFICATION HAS CHANGED|verification failed"),
    ({"known_hosts": "unknown_known_hosts"}, "verification failed")])
def test_the_message_of_ssh_reaches_the_user(sshd, options, words):
    options = {name: getattr(sshd, fact) for name, fact in options.items()}
    with pytest.raises(firth.TunnelError, match=words):
        connect(sshd, "127.0.0.1", 1, **options)


def test_a_target_that_refuses_is_a_tunnel_error(sshd):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(firth.TunnelError, match="refused"):
        connect(sshd, "127.0.0.1", port)


def test_no_sshd_is_a_tunnel_error(sshd):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(firth.TunnelError, match="refused"):
        firth.TunneledSocketStream.ssh_connect("127.0.0.1", "127.0.0.1", 1, ssh_port=port,
                                               config_file="none", timeout=LONG)


def test_a_missing_program_is_an_error_at_once(sshd, tmp_path):
    with pytest.raises(firth.FileNotFoundError):
        connect(sshd, "127.0.0.1", 1, program=tmp_path / "nothing")


def test_a_target_that_is_no_host_is_refused(sshd):
    with pytest.raises(ValueError):
        connect(sshd, "-oProxyCommand=x", 1)


def test_the_death_of_the_tunnel_is_a_loss():
    with tunnels.start_sshd() as sshd, socket.create_server(("127.0.0.1", 0)) as target:
        stream = connect(sshd, *target.getsockname())
        sshd.kill()
        with pytest.raises(firth.ConnectionLostError):
            stream.read(1, LONG)
        assert stream.closed


def children():
    """The children of this process."""
    task = f"/proc/self/task/{os.getpid()}/children"
    with open(task) as file:
        return set(file.read().split())


def test_closing_the_stream_ends_ssh(sshd):
    with socket.create_server(("127.0.0.1", 0)) as target:
        before = children()
        stream = connect(sshd, *target.getsockname())
        assert children() > before
        with target.accept()[0] as far:
            stream.close()
            assert far.recv(1) == b""
    del stream
    gc.collect()


def test_ssh_in_an_address_opens_a_tunneled_stream(sshd, echo):
    uri = f"ssh://hop/{echo[0]}:{echo[1]}?config_file={sshd.config_file}"
    with firth.Channel(firth.open(uri)) as channel:
        assert type(channel.stream) is firth.TunneledSocketStream
        channel.send(b"payload")
        assert channel.recv(LONG) == b"payload"
