"""The runner's end of a connection with a testee."""

import os
import select
import socket
import tempfile
import threading

import wire

from runner.process import Failure

CHUNK = 1 << 20
PATIENCE = 10


class Listeners:
    """One unix and one TCP listener, for any number of connections."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = self._folder.name
        self._unix = socket.socket(socket.AF_UNIX)
        self._unix.bind(os.path.join(self.folder, "runner"))
        self._unix.listen()
        self._tcp = socket.create_server(("127.0.0.1", 0))

    def address(self, kind):
        """The words that follow `connect`."""
        if kind == "unix":
            return f"unix {self._unix.getsockname()}"
        return "tcp {} {}".format(*self._tcp.getsockname())

    def accept(self, kind):
        listener = self._unix if kind == "unix" else self._tcp
        listener.settimeout(PATIENCE)
        return listener.accept()[0]

    def discard_waiting(self):
        """Drop connections that nobody accepted."""
        for listener in (self._unix, self._tcp):
            listener.settimeout(0)
            try:
                while True:
                    listener.accept()[0].close()
            except BlockingIOError:
                pass

    def close(self):
        self._unix.close()
        self._tcp.close()
        self._folder.cleanup()


class FarEnd:
    """Sends and receives in the background, so that the testee may do either."""

    def __init__(self, sock):
        sock.settimeout(None)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._arrived = bytearray()
        self._ended = False
        self._changed = threading.Condition()
        self._threads = []

    def send(self, pieces, end=False):
        """Send all pieces, each on its own, from now on; then end the stream, if wanted."""
        self._run(self._send, pieces, end)

    def send_now(self, data):
        """Send a few bytes before returning."""
        self._sock.sendall(data)

    def end(self):
        """No more will be sent."""
        self._sock.shutdown(socket.SHUT_WR)

    def receive(self):
        """Keep what arrives, from now on, for take()."""
        self._run(self._receive)

    def take(self, length):
        """Exactly so many of the bytes that arrived, or fewer at the end or after a while."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._arrived) >= length or self._ended, PATIENCE)
            data = bytes(self._arrived[:length])
            del self._arrived[:length]
            return data

    def there(self):
        """What has arrived, without waiting; for who does not receive()."""
        data = b""
        while select.select([self._sock], [], [], 0)[0] and (more := self._next()):
            data += more
        return data

    def received(self, length):
        """So many bytes, waited for; for who does not receive()."""
        data = b""
        while len(data) < length and select.select([self._sock], [], [], PATIENCE)[0]:
            more = self._sock.recv(length - len(data))
            if not more:
                break
            data += more
        return data

    def frame(self):
        """The next whole frame, waited for; for who does not receive()."""
        header = self.received(wire.HEADER.size)
        if len(header) < wire.HEADER.size:
            return header
        return header + self.received(wire.HEADER.unpack(header)[0] + len(wire.TRAILER))

    def quiet(self, seconds):
        """Fail if anything arrives within that time."""
        if select.select([self._sock], [], [], seconds)[0]:
            raise Failure(f"{len(self._next())} bytes arrived that should be held back")

    def answer(self, question, answer):
        """From now on: once these bytes have come, send those."""
        self._run(self._answer, question, answer)

    def _answer(self, question, answer):
        if self.received(len(question)) == question:
            self._send([answer], False)

    def close(self):
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        for thread in self._threads:
            thread.join()
        self._sock.close()

    def _run(self, target, *arguments):
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _send(self, pieces, end):
        try:
            for piece in pieces:
                self._sock.sendall(piece)
            if end:
                self.end()
        except OSError:
            pass  # the testee has closed, which its answers tell

    def _receive(self):
        data = self._next()
        while data:
            with self._changed:
                self._arrived += data
                self._changed.notify_all()
            data = self._next()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _next(self):
        try:
            return self._sock.recv(CHUNK)
        except OSError:
            return b""
