"""A payload to a peer that answers each payload with itself.

Usage: python3 basic_stream.py HOST PORT
"""

import sys

from firth import Channel, SocketStream

stream = SocketStream.connect(sys.argv[1], int(sys.argv[2]))
channel = Channel(stream)

channel.send(b"Hello RPyC")
response = channel.recv()
print("Response:", response.decode())

channel.finish()
