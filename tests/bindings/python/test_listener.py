"""Listening and accepting."""

import errno
import os
import stat

import pytest

import firth
from support import LONG, while_blocked


def test_the_system_chooses_a_port(listener):
    assert 0 < listener.port < 65536
    assert listener.path == ""


def test_a_unix_listener_has_a_path_and_no_port(unix_listener, tmp_path):
    assert unix_listener.path == str(tmp_path / "socket")
    assert unix_listener.port == 0


def test_accept_gives_a_socket_stream(listener):
    with firth.SocketStream.connect("127.0.0.1", listener.port):
        with listener.accept() as accepted:
            assert type(accepted) is firth.SocketStream


@pytest.mark.parametrize("timeout", [0, 0.01])
def test_accept_times_out(listener, timeout):
    with pytest.raises(firth.TimeoutError):
        listener.accept(timeout)


def test_a_listener_can_be_watched(listener):
    assert os.fstat(listener.fileno()).st_mode & stat.S_IFSOCK


def test_close_wakes_who_accepts(listener):
    with while_blocked(listener.accept) as accepting:
        listener.close()
    with pytest.raises(firth.ClosedError):
        accepting.result()


def test_close_removes_the_path(tmp_path):
    path = tmp_path / "socket"
    listener = firth.Listener.unix_listen(str(path))
    assert path.exists()
    listener.close()
    listener.close()
    assert listener.closed is True
    assert not path.exists()


def test_a_closed_listener_says_so(listener):
    listener.close()
    for question in (listener.accept, listener.fileno):
        with pytest.raises(firth.ClosedError):
            question()


def test_a_port_in_use_is_an_error_of_the_system(listener):
    with pytest.raises(firth.SystemCallError) as caught:
        firth.Listener.listen("127.0.0.1", listener.port)
    assert caught.value.errno == errno.EADDRINUSE


def test_a_path_in_use_is_an_error_of_the_system(unix_listener):
    with pytest.raises(firth.SystemCallError) as caught:
        firth.Listener.unix_listen(unix_listener.path)
    assert caught.value.errno == errno.EADDRINUSE


@pytest.mark.parametrize("host", [None, ""])
def test_every_address_can_be_listened_on(host):
    with firth.Listener.listen(host, 0, ipv6=False) as listener:
        firth.SocketStream.connect("127.0.0.1", listener.port).close()


def test_a_host_that_is_not_here_does_not_resolve():
    with pytest.raises(firth.HostNotFoundError):
        firth.Listener.listen("no.such.host.invalid", 0)


def test_with_closes(tmp_path):
    with firth.Listener.unix_listen(tmp_path / "socket", backlog=1) as listener:
        assert repr(listener) == "<firth.Listener, open>"
    assert listener.closed


def test_a_subclass_may_be_made_by_listen(tmp_path):
    class Mine(firth.Listener):
        """Mine."""

    with Mine.unix_listen(tmp_path / "socket") as listener:
        assert type(listener) is Mine


def test_a_listener_in_use_cannot_be_taken_over(listener):
    with while_blocked(listener.accept, LONG) as accepting:
        with pytest.raises(TypeError):
            firth.Listener(listener)
        firth.SocketStream.connect("127.0.0.1", listener.port).close()
    accepting.result().close()


def test_accepting_with_the_lock_released_lets_a_client_connect(listener):
    with while_blocked(listener.accept, LONG) as accepting:
        firth.SocketStream.connect("127.0.0.1", listener.port).close()
    accepting.result().close()
