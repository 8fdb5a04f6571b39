"""Large data to a service of rpyc, compressed as well as zlib can.

Other than the document's: the data is a tuple. rpyc hands a list over by reference, so that the
service would fetch each of its numbers by a request of its own, and nothing large would travel.
rpyc wants the service as an object, to tell it when the connection ends.

Usage: python3 compressed_communication.py HOST PORT
"""

import sys

import firth.rpyc
import rpyc

firth.rpyc.install()
from rpyc.core import CompressedChannel, SocketStream, brine  # noqa: E402

stream = SocketStream.connect(sys.argv[1], int(sys.argv[2]))
compressed_channel = CompressedChannel(stream, compression_level=9)
conn = rpyc.Connection(rpyc.VoidService(), compressed_channel)

large_data = tuple(range(10000))
process_large_data = conn.root.process_large_data
sent_before = stream.counters().bytes_written
result = process_large_data(large_data)

size, sent = len(brine.dump(large_data)), stream.counters().bytes_written - sent_before
print(f"Data: {size} bytes, sent as {sent} bytes, {100 - 100 * sent // size} % saved")
print("Result:", result)
conn.close()
