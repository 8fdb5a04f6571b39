"""Payloads to and from real rpyc."""

import os
import subprocess
import sys

import pytest

import firth
from rpyc_peers import Peer
from support import LONG, PEERS, ROOT

VERSIONS = ("5.3.1", "6.0.2")
SIZES = (0, 1, 16, 2999, 3000, 3001, 64000, 65536, 1 << 20, 4 << 20)


def check_echo(channel):
    for size in SIZES:
        for payload in (b"x" * size, os.urandom(size)):
            channel.send(payload, LONG)
            assert channel.recv(LONG) == payload


def connect(address):
    if address[0] == "unix":
        return firth.SocketStream.unix_connect(address[1])
    return firth.SocketStream.connect(*address[1:])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_what_rpyc_accepts_it_echoes(version, kind):
    with Peer(version, PEERS / "echo.py", kind) as peer:
        with firth.Channel(connect(peer.address())) as channel:
            check_echo(channel)
        peer.wait()


@pytest.mark.parametrize("version", VERSIONS)
def test_an_rpyc_that_connects_over_tcp_echoes(version, listener):
    with Peer(version, PEERS / "dial.py", "tcp", "127.0.0.1", listener.port) as peer:
        with firth.Channel(listener.accept(LONG)) as channel:
            check_echo(channel)
        peer.wait()


@pytest.mark.parametrize("version", VERSIONS)
def test_an_rpyc_that_connects_over_a_unix_socket_echoes(version, unix_listener):
    with Peer(version, PEERS / "dial.py", "unix", unix_listener.path) as peer:
        with firth.Channel(unix_listener.accept(LONG)) as channel:
            check_echo(channel)
        peer.wait()


PRESETS = {
    "compressed": lambda stream: firth.CompressedChannel(stream, 9, compression_threshold=0),
    "uncompressed": lambda stream: firth.CompressedChannel(stream, 0),
    "batching": lambda stream: firth.BatchingChannel(stream, 5, 0.01),
    "both": lambda stream: firth.CompressedChannel(stream, batch_size=5, batch_timeout=None),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("preset", PRESETS)
def test_rpyc_reads_every_channel_and_is_read(version, preset):
    with Peer(version, PEERS / "echo.py", "unix") as peer:
        with PRESETS[preset](connect(peer.address())) as channel:
            check_echo(channel)
        peer.wait()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["corked", "batched"])
def test_rpyc_reads_many_payloads_of_one_write(version, kind):
    payloads = [b"%d" % n for n in range(50)]
    with Peer(version, PEERS / "echo.py", "unix") as peer:
        batch = 50 if kind == "batched" else 1
        with firth.BatchingChannel(connect(peer.address()), batch, None) as channel:
            if kind == "corked":
                channel.cork()
            for payload in payloads:
                channel.send(payload)
            assert [channel.recv(LONG) for _ in payloads] == payloads
            assert channel.stream.counters().write_calls == 1
        peer.wait()


def test_rpyc_reads_what_is_sent_uncompressed():
    with Peer("6.0.2", PEERS / "echo.py", "unix") as peer:
        with firth.Channel(connect(peer.address()), compress=False) as channel:
            channel.send(b"x" * 5000)
            assert channel.recv(LONG) == b"x" * 5000
        peer.wait()


def test_the_first_example_works():
    with Peer("6.0.2", PEERS / "echo.py", "tcp") as peer:
        _, host, port = peer.address()
        example = ROOT / "examples" / "python" / "hello.py"
        done = subprocess.run([sys.executable, str(example), host, str(port)], capture_output=True,
                              text=True, timeout=LONG)
        assert (done.stdout, done.stderr) == ("hello, brine\n", "")
        peer.wait()
