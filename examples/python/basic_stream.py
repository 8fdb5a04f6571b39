"""A payload to a peer that answers each payload with itself.

Usage: python3 basic_stream.py HOST PORT
"""

import sys

import firth.rpyc

firth.rpyc.install()
from rpyc.core import Channel, SocketStream  # noqa: E402

stream = SocketStream.connect(sys.argv[1], int(sys.argv[2]))
channel = Channel(stream)

channel.send(b"Hello RPyC")
response = channel.recv()
print("Response:", response.decode())

channel.finish()
