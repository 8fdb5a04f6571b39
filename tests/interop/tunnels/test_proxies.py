"""Channels through real SOCKS5 and HTTP proxies, to real rpyc."""

import contextlib

import pytest
from driver import (Through, answers_of, check_echo, echo_peer, failure, refused_port, server_peer)
from tunnels import HOST, start_http_proxy, start_socks_proxy

LOGIN = ("me", "secret word")
START = {"socks5": start_socks_proxy, "http": start_http_proxy}
NO_PASSWORD = {"socks5": "it wants authentication; no user and password are set",
               "http": "it wants a user and password; none are set (407 "}
WRONG_PASSWORD = {"socks5": "it refused the user and password (status ",
                  "http": "it refused the user and password (407 "}
NOT_CONNECTED = {"socks5": "connection refused (reply 5)", "http": "502 Bad Gateway"}


@pytest.fixture(scope="module", params=["socks5", "http"])
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def proxy(kind):
    with START[kind]() as tunnel:
        yield tunnel


@pytest.fixture(scope="module")
def guarded(kind):
    """A proxy that wants a user and password."""
    with START[kind](*LOGIN) as tunnel:
        yield tunnel


def words(kind, proxy, port, *login, host=HOST, timeout=60):
    return kind, HOST, proxy.port, host, port, timeout, *login


@pytest.mark.parametrize("host", [HOST, "localhost"])
def test_payloads_of_all_sizes_go_through(kind, proxy, host):
    with echo_peer() as echo:
        check_echo(words(kind, proxy, echo.address()[2], host=host))


def test_payloads_go_through_with_user_and_password(kind, guarded):
    with echo_peer() as echo:
        check_echo(words(kind, guarded, echo.address()[2], *LOGIN))


@pytest.mark.parametrize("version", ["5.3.1", "6.0.2"])
def test_a_server_answers_as_it_does_without_the_proxy(kind, proxy, version):
    with server_peer(version) as server:
        port = server.address()[2]
        through = answers_of(version, words(kind, proxy, port))
        assert through.startswith("ok ") and through == answers_of(version, ("tcp", HOST, port))


def test_a_user_and_password_do_no_harm_where_none_are_wanted(kind, proxy):
    with echo_peer() as echo:
        check_echo(words(kind, proxy, echo.address()[2], *LOGIN))


def test_a_missing_password_is_told(kind, guarded):
    name, _, detail = failure(*words(kind, guarded, 1)).partition(" ")
    assert name == "tunnel" and NO_PASSWORD[kind] in detail


def test_a_wrong_password_is_told_and_not_shown(kind, guarded):
    name, _, detail = failure(*words(kind, guarded, 1, "me", "guessed")).partition(" ")
    assert name == "tunnel" and WRONG_PASSWORD[kind] in detail
    assert "guessed" not in detail


def test_a_target_that_refuses_is_told(kind, proxy):
    port, taken = refused_port()
    with taken:
        name, _, detail = failure(*words(kind, proxy, port)).partition(" ")
    assert name == "tunnel"
    assert detail.endswith(f"it did not connect to {HOST}:{port}: {NOT_CONNECTED[kind]}")


def test_a_target_that_does_not_exist_is_told(kind, proxy):
    name, _, detail = failure(*words(kind, proxy, 1, host="no-such-host.invalid")).partition(" ")
    assert name == "tunnel" and "it did not connect to no-such-host.invalid:1: " in detail


def test_a_proxy_that_answers_no_http_is_told_at_once():
    with start_socks_proxy() as proxy:
        said = failure(*words("http", proxy, 1))
    assert said == (f"tunnel HTTP proxy {HOST} port {proxy.port}: "
                    "expected 'HTTP/1.' as the beginning of an answer, found 0x05 at byte 0")


def test_a_proxy_that_waits_for_http_is_a_time_out():
    with start_http_proxy() as proxy:
        said = failure(*words("socks5", proxy, 1, timeout=2))
    assert said == (f"timeout SOCKS5 proxy {HOST} port {proxy.port}: "
                    "the time ran out while waiting for its choice of a method")


def test_a_proxy_that_dies_ends_the_stream(kind):
    with contextlib.ExitStack() as stack:
        proxy = stack.enter_context(START[kind]())
        echo = stack.enter_context(echo_peer())
        through = stack.enter_context(Through(*words(kind, proxy, echo.address()[2])))
        assert through("echo", 5) == "ok"
        proxy.kill()
        name = through("recv").split()[1]
        assert name in ("eof", "connection_lost")
        assert through("closed") == "ok true"
        assert through("send", "00").split()[1] == name


def test_the_end_of_the_target_is_the_end_of_the_stream(kind, proxy):
    with echo_peer() as echo, Through(*words(kind, proxy, echo.address()[2])) as through:
        assert through("echo", 5) == "ok"
        echo.stop()
        assert through("recv").split()[:2] == ["error", "eof"]


def test_closing_reaches_the_target(kind, proxy):
    with echo_peer() as echo, Through(*words(kind, proxy, echo.address()[2])) as through:
        assert through("echo", 5) == "ok"
        assert through("close") == "ok"
        echo.wait()
