"""Stock rpyc as a testee: its Channel and SocketStream, as they are.

The codec is rpyc's Channel over bytes in memory. What rpyc raises is reported and
not interpreted: an EOFError is "eof", whatever ended.
"""

import os
import queue
import sys
import threading
import zlib
from importlib import metadata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

import brine_notation  # noqa: E402
from loop import Fault, serve  # noqa: E402
from rpyc.core import brine  # noqa: E402
from rpyc.core.channel import Channel  # noqa: E402
from rpyc.core.stream import SocketStream  # noqa: E402

NAMES = ((EOFError, "eof"), (zlib.error, "compression"), (FileNotFoundError, "file_not_found"),
         (ConnectionRefusedError, "refused"), (OSError, "system"))


def reported(call, *arguments):
    """Call rpyc; what it raises becomes a Fault."""
    try:
        return call(*arguments)
    except tuple(kind for kind, _ in NAMES) as error:
        name = next(name for kind, name in NAMES if isinstance(error, kind))
        raise Fault(name, f"{type(error).__name__}: {error}") from None


class WantsMore(Exception):
    """A memory stream holds less than was asked for."""


class MemoryStream:
    """What Channel needs of a stream, over bytes in memory."""

    MAX_IO_CHUNK = SocketStream.MAX_IO_CHUNK

    def __init__(self):
        self.written = bytearray()
        self._unread = bytearray()
        self._read = 0
        self._ended = False

    def feed(self, data):
        self._unread += data

    def end(self):
        self._ended = True

    def read(self, count):
        data = bytes(self._unread[self._read:self._read + count])
        if len(data) < count:
            self._read = 0
            raise EOFError("the bytes have ended") if self._ended else WantsMore
        self._read += count
        return data

    def forget(self):
        """What has been read is not read again; without this, it is."""
        del self._unread[:self._read]
        self._read = 0

    def write(self, data):
        self.written += data


class Receiver:
    """rpyc's recv has no time-out: it runs in a thread and may outlast one answer."""

    def __init__(self, channel):
        self._channel = channel
        self._results = queue.Queue()
        self._running = False

    def recv(self, timeout):
        """What recv gives; up to `timeout` seconds each for the start of a frame, and for its rest."""
        if not self._running:
            if not reported(self._channel.poll, timeout):
                raise Fault("timeout", "nothing came")
            self._running = True
            threading.Thread(target=self._run, daemon=True).start()
        try:
            result = self._results.get(timeout=max(timeout, 0.001))
        except queue.Empty:
            raise Fault("timeout", "recv still waits") from None
        self._running = False
        if isinstance(result, Fault):
            raise result
        return result

    def _run(self):
        try:
            self._results.put(reported(self._channel.recv))
        except Fault as fault:
            self._results.put(fault)


class Rpyc:
    def __init__(self):
        self._channel = self._receiver = self._memory = self._codec = None

    def version(self):
        return f"rpyc {metadata.version('rpyc')}, zlib {zlib.ZLIB_RUNTIME_VERSION}"

    def connect(self, kind, address, options):
        if kind == "unix":
            stream = reported(SocketStream.unix_connect, address)
        else:
            stream = reported(SocketStream.connect, *address)
        self._channel = Channel(stream, compress=bool(options.get("compress", 1)))
        self._receiver = Receiver(self._channel)

    def send(self, payload):
        reported(self._channel.send, payload)

    def recv(self, timeout):
        return self._receiver.recv(timeout)

    def poll(self, timeout):
        return reported(self._channel.poll, timeout)

    def close(self):
        if self._channel:
            reported(self._channel.close)

    def flush(self, timeout):
        """Its channel collects nothing."""

    def finish(self, timeout):
        self.close()

    def codec(self, options):
        self._memory = MemoryStream()
        self._codec = Channel(self._memory, compress=bool(options.get("compress", 1)))

    def encode(self, payload):
        self._memory.written.clear()
        self._codec.send(payload)
        return bytes(self._memory.written)

    def feed(self, data):
        self._memory.feed(data)

    def decode(self):
        try:
            payload = reported(self._codec.recv)
        except WantsMore:
            return None
        except Fault:
            self._memory.forget()
            raise
        self._memory.forget()
        return payload

    def end(self):
        self._memory.end()
        reported(self._codec.recv)

    def brine_load(self, data, limits):
        return brine_notation.shown(brining(brine.load, data))

    def brine_dump(self, notation, limits):
        return brining(brine.dump, brine_notation.parsed(notation))


def brining(call, argument):
    """Call rpyc's brine; the code is the class of what it raises."""
    try:
        return call(argument)
    except Exception as error:
        raise Fault(type(error).__name__, error) from None


if __name__ == "__main__":
    serve(Rpyc())
