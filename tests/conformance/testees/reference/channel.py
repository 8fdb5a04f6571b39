"""Payloads over a socket: what is collected, and when it leaves."""

import select
import socket
import threading
import time

from loop import Fault

NEVER = -1
QUEUE = 1 << 20
BATCH = 1 << 20


class Channel:
    """A codec over a socket. One lock: a time-out that sends does not meet a user's call."""

    def __init__(self, sock, codec, batch_size=1, batch_timeout=NEVER, queue=QUEUE):
        self.codec = codec
        self.writes = 0
        self._socket = sock
        self._batch_size, self._batch_timeout, self._queue = batch_size, batch_timeout, queue
        self._collected, self._payloads, self._corks = bytearray(), 0, 0
        self._lock = threading.RLock()
        self._timer = None
        self._failure = None

    @property
    def corked(self):
        return self._corks > 0

    def send(self, payload):
        with self._lock:
            self._check()
            frame = self.codec.encode(payload)
            if len(self._collected) + len(frame) > self._queue:
                self.flush()
            self._collected += frame
            self._payloads += 1
            if self._is_due():
                self.flush()
            elif self._payloads == 1 and self._batch_timeout > 0 and not self._corks:
                self._start_timer()

    def _start_timer(self):
        self._timer = threading.Timer(self._batch_timeout, self._time_has_come)
        self._timer.daemon = True
        self._timer.start()

    def _is_due(self):
        if len(self._collected) > min(self._queue, BATCH):
            return True
        return not self._corks and self._payloads >= self._batch_size

    def _time_has_come(self):
        with self._lock:
            if self._corks or self._socket.fileno() < 0:
                return
            try:
                self._send_without_waiting()
            except OSError as error:
                self._failure = Fault("connection_lost", error)

    def _send_without_waiting(self):
        """What the socket takes; the rest goes when the time has come again."""
        if not self._collected:
            return
        try:
            sent = self._socket.send(self._collected, socket.MSG_DONTWAIT)
            self.writes += 1
        except BlockingIOError:
            sent = 0
        del self._collected[:sent]
        if self._collected:
            self._start_timer()
        else:
            self._payloads = 0

    def flush(self):
        with self._lock:
            self._check()
            if self._timer:
                self._timer.cancel()
            data, self._collected, self._payloads = bytes(self._collected), bytearray(), 0
            if data:
                self._write(data)

    def _write(self, data):
        self.writes += 1
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Fault("connection_lost", error) from None

    def cork(self):
        self._corks += 1

    def uncork(self):
        if not self._corks:
            raise Fault("invalid", "there is no cork")
        self._corks -= 1
        if not self._corks:
            self.flush()

    def recv(self, timeout):
        self.flush()
        deadline = time.monotonic() + timeout
        while (payload := self.codec.decode()) is None:
            if not self.poll(max(0, deadline - time.monotonic())):
                raise Fault("timeout", "nothing came")
            self._receive()
        return payload

    def _receive(self):
        try:
            data = self._socket.recv(1 << 20)
        except OSError as error:
            raise Fault("connection_lost", error) from None
        if not data:
            self.codec.end()
        self.codec.feed(data)

    def poll(self, timeout):
        self.flush()
        return bool(select.select([self._socket], [], [], timeout)[0])

    def handshake(self, timeout):
        """There is none."""

    def finish(self, timeout):
        self.flush()
        self.close()

    def close(self):
        with self._lock:
            if self._socket.fileno() < 0:
                return
            try:
                self.flush()
            except Fault:
                pass
            self._socket.close()

    def _check(self):
        if self._socket.fileno() < 0:
            raise Fault("closed", "closed on this side")
        failure, self._failure = self._failure, None
        if failure:
            raise failure
