"""A child whose standard input and output are a stream: answers each payload with itself."""

from rpyc.core.channel import Channel
from rpyc.core.stream import PipeStream

channel = Channel(PipeStream.from_std())
try:
    while True:
        channel.send(channel.recv())
except EOFError:
    channel.close()
