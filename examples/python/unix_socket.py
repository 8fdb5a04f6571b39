"""The modules of another process, through rpyc over a unix socket.

Usage: python3 unix_socket.py PATH
  PATH  the socket of an rpyc classic server

The document makes the connection by its class, which gives it no `modules`.
"""

import sys

import firth.rpyc
import rpyc

firth.rpyc.install()
from rpyc.core import Channel, create_unix_stream  # noqa: E402

channel = Channel(create_unix_stream(sys.argv[1]))
conn = rpyc.classic.connect_channel(channel)

files = conn.modules.os.listdir("/")
print("Entries of /:", len(files))

conn.close()
