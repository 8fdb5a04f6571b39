"""Channels through the system's ssh and a real sshd, to real rpyc."""

import contextlib
import os
import signal
import socket
import time

import pytest
from driver import (Through, answers_of, check_echo, echo_peer, failure, refused_port, server_peer)
from tunnels import HOST, family, start_sshd

# As an ssh older than 8.5 refuses an option that it does not know.
OLDER_SSH = """#!/bin/sh
for word; do
    case $word in LogVerbose=*)
        echo "command-line: line 0: Bad configuration option: logverbose" >&2
        exit 255;;
    esac
done
exec ssh "$@"
"""


@pytest.fixture(scope="module")
def sshd():
    with start_sshd() as tunnel:
        yield tunnel


@pytest.fixture(scope="module")
def ample(sshd):
    """Seconds that ssh surely needs less than to log in, as busy as this machine is."""
    began = time.monotonic()
    failure(*words(sshd, 1))
    return 1 + 10 * (time.monotonic() - began)


@pytest.fixture
def older_ssh(tmp_path):
    program = tmp_path / "older ssh"
    program.write_text(OLDER_SSH)
    program.chmod(0o755)
    return program


def words(sshd, port, *, timeout=60, **options):
    """The command line of `through`; an option that is None is left out."""
    options = {"user": sshd.user, "identity_file": sshd.identity_file,
               "known_hosts": sshd.known_hosts, "config_file": "none", **options}
    return ("ssh", HOST, sshd.port, HOST, port, timeout,
            *(f"{name}={value}" for name, value in options.items() if value is not None))


def why(sshd, **options):
    """(name, detail) of a failure on the way to a target that does not matter."""
    name, _, detail = failure(*words(sshd, 1, **options)).partition(" ")
    return name, detail


def wait_until_alone(through):
    """Until nothing that the program has started is left, no zombie either."""
    deadline = time.monotonic() + 60
    while family(through.pid) != [through.pid]:
        assert time.monotonic() < deadline, family(through.pid)
        time.sleep(0.01)


@contextlib.contextmanager
def silent_port():
    """A port where connections are neither accepted nor refused: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((HOST, 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_payloads_of_all_sizes_go_through(sshd):
    with echo_peer() as echo:
        check_echo(words(sshd, echo.address()[2]))


@pytest.mark.parametrize("version", ["5.3.1", "6.0.2"])
def test_a_server_answers_as_it_does_without_the_tunnel(sshd, version):
    with server_peer(version) as server:
        port = server.address()[2]
        through = answers_of(version, words(sshd, port))
        assert through.startswith("ok ") and through == answers_of(version, ("tcp", HOST, port))


def test_a_configuration_can_name_the_host(sshd):
    with echo_peer() as echo:
        check_echo(("ssh", "hop", 0, "localhost", echo.address()[2], 20,
                    f"config_file={sshd.config_file}"))


def test_an_older_ssh_connects(sshd, older_ssh):
    with echo_peer() as echo:
        check_echo(words(sshd, echo.address()[2], program=older_ssh))


def test_files_may_have_names_that_ssh_would_expand(sshd, tmp_path):
    for name in ("identity_file", "known_hosts"):
        copy = tmp_path / f"~ %h of {name}"
        copy.write_bytes(open(getattr(sshd, name), "rb").read())
        copy.chmod(0o600)
    with echo_peer() as echo:
        check_echo(words(sshd, echo.address()[2], identity_file=tmp_path / "~ %h of identity_file",
                         known_hosts=tmp_path / "~ %h of known_hosts"))


def test_a_refused_key_is_told(sshd):
    name, detail = why(sshd, identity_file=sshd.refused_identity_file)
    assert name == "tunnel"
    assert f"ssh to {HOST} port {sshd.port}: " in detail
    assert f"{sshd.user}@{HOST}: Permission denied (publickey)." in detail


def test_an_unknown_host_key_is_told(sshd):
    name, detail = why(sshd, known_hosts=sshd.unknown_known_hosts)
    assert name == "tunnel"
    assert f"host key is known for [{HOST}]:{sshd.port}" in detail
    assert "Host key verification failed." in detail


def test_a_changed_host_key_is_told(sshd):
    name, detail = why(sshd, known_hosts=sshd.changed_known_hosts)
    assert name == "tunnel"
    assert f"Host key for [{HOST}]:{sshd.port} has changed" in detail
    assert "Host key verification failed." in detail


def test_a_configuration_cannot_let_an_unknown_host_in(sshd, tmp_path):
    config = tmp_path / "config"
    config.write_text("StrictHostKeyChecking no\nNoHostAuthenticationForLocalhost yes\n"
                      f"UserKnownHostsFile {tmp_path}/learned\n")
    name, detail = why(sshd, known_hosts=None, config_file=config)
    assert name == "tunnel" and "Host key verification failed." in detail
    assert not (tmp_path / "learned").exists()


def test_a_configuration_cannot_send_ssh_away(sshd, tmp_path):
    config = tmp_path / "config"
    config.write_text("ForkAfterAuthentication yes\nStdinNull yes\n")
    with echo_peer() as echo:
        with Through(*words(sshd, echo.address()[2], config_file=config)) as through:
            assert through("echo", 5) == "ok"
            assert through("close") == "ok"
            echo.wait()
            wait_until_alone(through)


@pytest.mark.parametrize("program, found", [
    ("no-such-ssh", "program 'no-such-ssh', looked up in PATH: No such file"),
    ("/nowhere/ssh", "program '/nowhere/ssh': No such file")])
def test_a_missing_program_is_told_at_once(sshd, program, found):
    name, detail = why(sshd, program=program)
    assert name == "file_not_found" and detail.startswith(found)


@pytest.mark.parametrize("option", ["identity_file", "known_hosts", "config_file"])
def test_a_missing_file_is_told_at_once(sshd, option):
    name, detail = why(sshd, **{option: "/nowhere/file"})
    assert (name, detail) == ("file_not_found", f"{option} '/nowhere/file': No such file or directory")


@pytest.mark.parametrize("option", ["identity_file", "known_hosts", "config_file"])
def test_a_folder_is_no_file(sshd, tmp_path, option):
    name, detail = why(sshd, **{option: tmp_path})
    assert (name, detail) == ("system", f"{option} '{tmp_path}': Is a directory")


@pytest.mark.parametrize("option", ["identity_file", "known_hosts", "config_file"])
def test_a_pipe_is_no_file_to_wait_for(sshd, tmp_path, option):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    name, detail = why(sshd, **{option: pipe})
    assert name == "system"
    assert detail.startswith(f"{option} '{pipe}' is a pipe, expected a file: ")


def test_a_malformed_key_is_told(sshd, tmp_path):
    key = tmp_path / "key"
    key.write_text("no key\n")
    key.chmod(0o600)
    name, detail = why(sshd, identity_file=key)
    assert name == "tunnel" and f'Load key "{key}"' in detail and "Permission denied" in detail


def test_a_malformed_configuration_is_told(sshd, tmp_path):
    config = tmp_path / "config"
    config.write_text("Frobnicate yes\n")
    name, detail = why(sshd, config_file=config)
    assert name == "tunnel" and "Bad configuration option: frobnicate" in detail


def test_a_host_without_sshd_is_told(sshd):
    port, taken = refused_port()
    with taken:
        name, _, detail = failure("ssh", HOST, port, HOST, 1, 20, "config_file=none").partition(" ")
    assert name == "tunnel"
    assert f"connect to host {HOST} port {port}: Connection refused" in detail


def test_a_target_that_refuses_is_told_by_the_constructor(sshd):
    port, taken = refused_port()
    with taken:
        name, _, detail = failure(*words(sshd, port)).partition(" ")
    assert name == "tunnel"
    assert "open failed: connect failed: Connection refused" in detail


def test_with_an_older_ssh_the_first_read_tells_that_the_target_refuses(sshd, older_ssh):
    port, taken = refused_port()
    with taken, Through(*words(sshd, port, program=older_ssh)) as through:
        assert through.connected == "ok"
        answer = through("recv")
        assert answer.startswith("error connection_lost ")
        assert "open failed: connect failed: Connection refused" in answer
        assert through("closed") == "ok true"


def test_an_sshd_that_says_nothing_is_a_time_out():
    with socket.create_server((HOST, 0)) as silent:
        port = silent.getsockname()[1]
        said = failure("ssh", HOST, port, HOST, 1, 0.5, "config_file=none")
    assert said == f"timeout ssh to {HOST} port {port}: the time ran out before it had logged in"


def test_a_target_that_says_nothing_is_a_time_out(sshd, ample):
    with silent_port() as port:
        said = failure(*words(sshd, port, timeout=ample))
    assert said == (f"timeout ssh to {HOST} port {sshd.port}: "
                    f"the time ran out before it was connected to {HOST} port {port}")


def test_ssh_that_is_killed_ends_the_stream(sshd):
    with echo_peer() as echo, Through(*words(sshd, echo.address()[2])) as through:
        assert through("echo", 5) == "ok"
        _, ssh = family(through.pid)
        os.kill(ssh, signal.SIGKILL)
        assert through("recv") == (f"error connection_lost ssh to {HOST} port {sshd.port}: "
                                   "it was ended by signal 9")
        assert through("closed") == "ok true"
        assert through("send 00").startswith("error connection_lost ")
        wait_until_alone(through)


def test_sshd_that_is_killed_ends_the_stream_with_the_words_of_ssh():
    with start_sshd() as sshd, echo_peer() as echo:
        with Through(*words(sshd, echo.address()[2])) as through:
            assert through("echo", 5) == "ok"
            sshd.kill()
            answer = through("recv")
            assert answer.startswith(f"error connection_lost ssh to {HOST} port {sshd.port}: ")
            assert "closed by remote host" in answer or "Connection reset by peer" in answer
            assert through("closed") == "ok true"
            wait_until_alone(through)


def test_the_end_of_the_target_is_the_end_of_the_stream(sshd):
    with echo_peer() as echo, Through(*words(sshd, echo.address()[2])) as through:
        assert through("echo", 5) == "ok"
        echo.stop()
        assert through("recv") == (f"error eof ssh to {HOST} port {sshd.port}: "
                                   "the target closed the connection")
        assert through("closed") == "ok true"
        wait_until_alone(through)


@pytest.mark.parametrize("end", ["close", "finish 60"])
def test_ending_the_stream_ends_ssh_and_reaches_the_target(sshd, end):
    with echo_peer() as echo, Through(*words(sshd, echo.address()[2])) as through:
        assert through("echo", 5) == "ok"
        assert len(family(through.pid)) == 2
        assert through(end) == "ok"
        echo.wait()
        wait_until_alone(through)


def test_a_failed_connection_leaves_no_ssh_behind(ample):
    with socket.create_server((HOST, 0)) as silent:
        silent.settimeout(20)
        port = silent.getsockname()[1]
        failure("ssh", HOST, port, HOST, 1, ample, "config_file=none")
        connection, _ = silent.accept()
        with connection:
            connection.settimeout(20)
            while connection.recv(1024):  # what ssh said before it was ended
                pass
