"""Streams by their addresses."""

import os
import socket
import subprocess
import sys

import pytest

import firth
from rpyc_peers import Peer
from support import LONG, PEERS


def test_tcp_opens_a_socket_stream(listener):
    with firth.open(f"tcp://127.0.0.1:{listener.port}?nodelay=no") as stream:
        assert type(stream) is firth.SocketStream
        with listener.accept(LONG) as accepted:
            stream.write(b"abc")
            assert accepted.read(3, LONG) == b"abc"


def test_unix_opens_a_socket_stream(unix_listener):
    with firth.open(f"unix:{unix_listener.path}") as stream:
        assert type(stream) is firth.SocketStream


def test_a_descriptor_of_a_socket_becomes_a_socket_stream():
    here, there = socket.socketpair()
    with firth.open(f"fd:{here.detach()}") as stream, there:
        assert type(stream) is firth.SocketStream
        stream.write(b"abc")
        assert there.recv(3) == b"abc"


def test_two_descriptors_become_a_pipe_stream():
    incoming, outgoing = os.pipe()
    with firth.open(f"fd:{incoming},{outgoing}") as stream:
        assert type(stream) is firth.PipeStream
        stream.write(b"abc")
        assert stream.read(3, LONG) == b"abc"


def test_exec_opens_a_pipe_stream():
    with firth.open("exec:sh?arg=-c&arg=echo%20$NAME&env=NAME=value") as stream:
        assert type(stream) is firth.PipeStream
        assert stream.read(6, LONG) == b"value\n"
    assert stream.exit_status(LONG) == 0


def test_stdio_opens_a_pipe_stream():
    program = ("import firth; stream = firth.open('STDIO:'); "
               "stream.write(type(stream).__name__.encode() + stream.read(3))")
    done = subprocess.run([sys.executable, "-c", program], input=b"abc", capture_output=True,
                          timeout=LONG)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"PipeStreamabc", b"")


def test_what_was_opened_speaks_with_rpyc():
    with Peer("6.0.2", PEERS / "echo.py", "unix") as peer:
        with firth.Channel(firth.open(f"unix:{peer.address()[1]}", timeout=LONG)) as channel:
            channel.send(b"payload")
            assert channel.recv(LONG) == b"payload"
        peer.wait()


@pytest.mark.parametrize("uri, words", [
    ("tpc://localhost:1", "byte 0 of the URI: expected one of tcp:, .* found \"tpc\""),
    ("tcp://localhost", "byte 15 of the URI: expected ':' and a port, found the end"),
    ("tcp://h\xf6st:1", "byte 7 of the URI"), ("", "byte 0 of the URI"),
    ("tcp://localhost:1\0", "null")])
def test_a_wrong_address_is_a_value_error_that_says_where(uri, words):
    with pytest.raises(ValueError, match=words):
        firth.open(uri)


@pytest.mark.parametrize("uri", [None, 5, b"tcp://localhost:1", object()])
def test_an_address_is_a_str(uri):
    with pytest.raises(TypeError, match="an address must be a str"):
        firth.open(uri)


def test_the_errors_of_the_scheme_come_out(tmp_path):
    with pytest.raises(firth.FileNotFoundError):
        firth.open(f"unix:{tmp_path}/nothing")


def test_a_descriptor_that_is_not_open_is_refused():
    with pytest.raises((ValueError, OSError)):
        firth.open("fd:1000000")
