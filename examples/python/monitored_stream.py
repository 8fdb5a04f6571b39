"""A stream of one's own that tells what goes through another one.

Other than in the document: rpyc wants the service as an object, to tell it when the
connection ends.

Usage: python3 monitored_stream.py HOST PORT
"""

import sys
import time

import firth.rpyc
import rpyc

firth.rpyc.install()
from rpyc.core import Channel, SocketStream  # noqa: E402


class MonitoredStream:
    """Tells what goes through the stream below.

    Beyond the document's: it can poll, as rpyc's connections want.
    """

    def __init__(self, stream):
        self.stream = stream
        self.bytes_sent = 0
        self.bytes_received = 0
        self.start_time = time.time()

    def read(self, count):
        data = self.stream.read(count)
        self.bytes_received += len(data)
        print(f"READ: {len(data)} bytes (total: {self.bytes_received})")
        return data

    def write(self, data):
        self.stream.write(data)
        self.bytes_sent += len(data)
        print(f"WRITE: {len(data)} bytes (total: {self.bytes_sent})")

    def poll(self, timeout):
        return self.stream.poll(timeout)

    def close(self):
        duration = time.time() - self.start_time
        print(f"Stream closed after {duration:.2f}s")
        print(f"Total sent: {self.bytes_sent} bytes")
        print(f"Total received: {self.bytes_received} bytes")
        self.stream.close()

    @property
    def closed(self):
        return self.stream.closed


base_stream = SocketStream.connect(sys.argv[1], int(sys.argv[2]))
conn = rpyc.Connection(rpyc.VoidService(), Channel(MonitoredStream(base_stream)))
print("Result:", conn.root.some_operation())
conn.close()  # tells the totals
