"""The reference testee does not wait where it must not."""

import socket
import sys
import threading
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "testees"), str(HERE / "testees" / "reference")]

from channel import Channel  # noqa: E402
from codec import Codec  # noqa: E402

PAYLOAD = bytes(300000)
PATIENCE = 30


@pytest.fixture
def sockets():
    pair = socket.socketpair()
    yield pair
    for each in pair:
        each.close()


def receive(peer, length):
    received = bytearray()
    while len(received) < length:
        received += peer.recv(1 << 20)
    return bytes(received)


def test_a_batch_whose_time_has_come_does_not_wait_for_the_peer(sockets):
    channel = Channel(sockets[0], Codec(compress=0), batch_size=10, batch_timeout=0.001)
    channel.send(PAYLOAD)
    sockets[1].settimeout(PATIENCE)
    start = sockets[1].recv(1)  # its time has come, and the socket cannot hold it
    another = threading.Thread(target=channel.send, args=(PAYLOAD,), daemon=True)
    another.start()
    another.join(PATIENCE)
    assert not another.is_alive()
    frame = Codec(compress=0).encode(PAYLOAD)
    assert start + receive(sockets[1], 2 * len(frame) - 1) == 2 * frame
