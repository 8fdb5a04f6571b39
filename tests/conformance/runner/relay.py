"""Carries bytes between two testees, and meddles with them where that is wanted."""

import select
import threading

import wire

CHUNK = 1 << 20


class Relay:
    """Joins two sockets until both have ended; takes whatever comes, so that no side waits.

    `to_left`, `to_right`: meddlers with what goes there; None leaves it as it is.
    """

    def __init__(self, left, right, to_left=None, to_right=None):
        self._sockets = (left, right)
        self._ways = [Way(left, right, to_right), Way(right, left, to_left)]
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

    def __init__(self, source, sink, meddler):
        self.source, self.sink = source, sink
        self.pending = bytearray()
        self.reading, self.done = True, False
        self._meddler = meddler

    def read(self):
        try:
            data = self.source.recv(CHUNK)
        except OSError:
            data = b""
        if self._meddler:
            self.pending += self._meddler.feed(data)
        else:
            self.pending += data
        self.reading = bool(data)

    def write(self):
        try:
            del self.pending[:self.sink.send(self.pending)]
        except OSError:
            self.pending.clear()

    def end_if_due(self):
        cut = self._meddler and self._meddler.cut
        if not self.done and not self.pending and (cut or not self.reading):
            shut(self.sink, 1)
            self.done = True


def shut(sock, how):
    try:
        sock.shutdown(how)
    except OSError:
        pass  # the testee has closed, which its answers tell


class Meddler:
    """Sees each whole frame, and says what goes on in its place.

    `alter(number, frame)` gives bytes, or None: nothing goes on from there, the stream ends.
    """

    def __init__(self, alter):
        self.cut = False
        self.seen = []
        self._alter = alter
        self._unread = b""

    def feed(self, data):
        """What goes on now that these bytes came; none says that they have ended."""
        self._unread += data
        out = b""
        while (frame := self._next()) and not self.cut:
            altered = self._alter(len(self.seen), frame)
            self.seen.append(frame)
            self.cut = altered is None
            out += altered or b""
        return out

    def _next(self):
        if len(self._unread) < wire.HEADER.size:
            return None
        length, _ = wire.HEADER.unpack_from(self._unread)
        end = wire.HEADER.size + length + len(wire.TRAILER)
        if len(self._unread) < end:
            return None
        frame, self._unread = self._unread[:end], self._unread[end:]
        return frame
