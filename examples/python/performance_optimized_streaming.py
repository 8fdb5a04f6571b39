"""A thousand small requests to a service of rpyc: one at a time, in batches, and corked.

Other than the document's: its loop waits for each result before it makes the next request, and
then there is never a second one to send along. Here the requests of the later rounds do not
wait (rpyc.async_); their results are collected afterwards. rpyc wants the service as an object,
to tell it when the connection ends.

Usage: python3 performance_optimized_streaming.py HOST PORT
"""

import sys

import firth.rpyc
import rpyc

firth.rpyc.install()
from rpyc.core import BatchingChannel, BufferedStream, SocketStream  # noqa: E402

REQUESTS = range(1000)

base_stream = SocketStream.connect(sys.argv[1], int(sys.argv[2]))
buffered_stream = BufferedStream(base_stream, buffer_size=32768)  # reads 32 KiB at once
batching_channel = BatchingChannel(buffered_stream, batch_size=20, batch_timeout=0.05)
conn = rpyc.Connection(rpyc.VoidService(), batching_channel)
quick_operation = conn.root.quick_operation
quick_request = rpyc.async_(quick_operation)


def one_at_a_time():
    return [quick_operation(i) for i in REQUESTS]


def batched():
    requests = [quick_request(i) for i in REQUESTS]
    return [request.value for request in requests]


def corked():
    with batching_channel.corking():
        requests = [quick_request(i) for i in REQUESTS]
    return [request.value for request in requests]


for way in (one_at_a_time, batched, corked):
    before = base_stream.counters()
    results = way()
    after = base_stream.counters()
    assert results == [2 * i for i in REQUESTS]
    print(f"{way.__name__}: {len(REQUESTS)} payloads,"
          f" {after.write_calls - before.write_calls} writes,"
          f" {after.read_calls - before.read_calls} reads")

conn.close()
