"""Carries bytes between two testees."""

import select
import threading

CHUNK = 1 << 20


class Relay:
    """Joins two sockets until both have ended; takes whatever comes, so that no side waits."""

    def __init__(self, left, right):
        self._sockets = (left, right)
        self._ways = [Way(left, right), Way(right, left)]
        for sock in self._sockets:
            sock.setblocking(False)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        for sock in self._sockets:
            shut(sock, 2)
        self._thread.join()
        for sock in self._sockets:
            sock.close()

    def _run(self):
        while not all(way.done for way in self._ways):
            readers = {way.source: way for way in self._ways if way.reading}
            writers = {way.sink: way for way in self._ways if way.pending}
            readable, writable, _ = select.select(list(readers), list(writers), [])
            for sock in readable:
                readers[sock].read()
            for sock in writable:
                writers[sock].write()
            for way in self._ways:
                way.end_if_due()


class Way:
    """One direction."""

    def __init__(self, source, sink):
        self.source, self.sink = source, sink
        self.pending = bytearray()
        self.reading, self.done = True, False

    def read(self):
        try:
            data = self.source.recv(CHUNK)
        except OSError:
            data = b""
        self.pending += data
        self.reading = bool(data)

    def write(self):
        try:
            del self.pending[:self.sink.send(self.pending)]
        except OSError:
            self.pending.clear()

    def end_if_due(self):
        if not self.done and not self.pending and not self.reading:
            shut(self.sink, 1)
            self.done = True


def shut(sock, how):
    try:
        sock.shutdown(how)
    except OSError:
        pass  # the testee has closed, which its answers tell
