"""Whether a stream has TCP acknowledge what has come before it waits: a peer without
TCP_NODELAY holds back its next bytes until then."""

import fcntl
import struct
import termios

# After so many exchanges the system puts off what it has to acknowledge.
_EXCHANGES = 50
# One that is not disturbed is enough.
_TRIES = 100


def _unacknowledged(sock):
    return struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0]


def _exchange(stream, peer, between):
    peer.sendall(b"x")
    assert stream.read(1) == b"x"
    seen = between()
    stream.write(b"y")
    assert peer.recv(1)
    return seen


def acknowledges_before_a_wait(stream, peer):
    """peer: the socket at the other end."""
    def poll():
        before = _unacknowledged(peer)
        assert stream.poll(0) is False
        return before != 0 and _unacknowledged(peer) == 0
    for _ in range(_EXCHANGES):
        _exchange(stream, peer, lambda: None)
    return any(_exchange(stream, peer, poll) for _ in range(_TRIES))
