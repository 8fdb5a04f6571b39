"""A child whose standard input and output are a stream: answers each payload with itself."""

import sys

from rpyc.core.channel import Channel
from rpyc.core.stream import PipeStream

channel = Channel(PipeStream(sys.stdin.buffer, sys.stdout.buffer))
try:
    while True:
        channel.send(channel.recv())
except EOFError:
    channel.close()
sys.stdout = None  # rpyc 6.0.2 has put a number there, which Python cannot flush at its end
