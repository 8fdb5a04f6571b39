"""Sends one payload to a peer that answers each payload with itself.

Usage: python3 hello.py HOST PORT
"""
import sys

import firth

with firth.Channel(firth.SocketStream.connect(sys.argv[1], int(sys.argv[2]))) as channel:
    channel.send(b"hello, brine")
    print(channel.recv().decode())
