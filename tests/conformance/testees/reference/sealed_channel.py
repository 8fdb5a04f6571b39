"""A channel between two sides that share a key."""

import time

from channel import Channel
from loop import Fault

PATIENCE = 10  # seconds, of calls without a time-out


def left(deadline):
    return max(0, deadline - time.monotonic())


class SealedChannel(Channel):
    """Shakes hands before it does anything else."""

    def __init__(self, sock, codec, **batch):
        super().__init__(sock, codec, **batch)
        self._sent = False
        self._write(codec.hello())

    def handshake(self, timeout):
        self._check()
        deadline = time.monotonic() + timeout
        while not self.codec.meet():
            self._await(deadline)
        owed = self.codec.owed()
        if owed:
            self._write(owed)

    def _await(self, deadline):
        if not super().poll(left(deadline)):
            raise Fault("timeout", "the peer has not shown what is waited for")
        self._receive()

    def send(self, payload):
        self.handshake(PATIENCE)
        super().send(payload)
        self._sent = True

    def recv(self, timeout):
        deadline = time.monotonic() + timeout
        self.handshake(timeout)
        return super().recv(left(deadline))

    def finish(self, timeout):
        deadline = time.monotonic() + timeout
        try:
            self.flush()
            self._say_the_end(deadline)
        finally:
            self.close()

    def _say_the_end(self, deadline):
        if not self.codec.meet():
            if not super().poll(0):
                return
            self._receive()
        self.handshake(left(deadline))
        self._write(self.codec.encode_end())
        while self._sent and not self.codec.confirmed:
            if self.codec.decode() is None and not self.codec.confirmed:
                self._await(deadline)
