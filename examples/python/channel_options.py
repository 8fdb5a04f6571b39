"""Three payloads in one write, to a peer that answers each with itself.

Usage: python3 channel_options.py HOST PORT
"""
import sys

import firth

stream = firth.SocketStream.connect(sys.argv[1], int(sys.argv[2]), timeout=10)
with firth.Channel(stream, compression_level=6, batch_size=20, batch_timeout=0.05,
                   limits=firth.Limits(frame=1 << 20, inflated=4 << 20)) as channel:
    with channel.corking():
        for payload in (b"one", b"two", b"three" * 1000):
            channel.send(payload)
    for _ in range(3):
        print(len(channel.recv(timeout=10)), "bytes")
    print(stream.counters().write_calls, "write")
