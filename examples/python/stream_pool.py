"""Four threads share two connections.

Usage: python3 stream_pool.py HOST PORT

The document's pool closes the connection whose stream it has just put back; this one
keeps whole connections, open, and lends them. rpyc wants the service as an object, to tell
it when the connection ends.
"""

import queue
import sys
import threading

import firth.rpyc
import rpyc

firth.rpyc.install()
from rpyc.core import Channel, SocketStream  # noqa: E402

POOL_SIZE, THREADS, TASKS = 2, 4, 5


class StreamPool:
    """Connections that are lent and given back."""

    def __init__(self, host, port, pool_size):
        self.pool = queue.Queue()
        for _ in range(pool_size):
            channel = Channel(SocketStream.connect(host, port))
            self.pool.put(rpyc.Connection(rpyc.VoidService(), channel))

    def get_connection(self):
        return self.pool.get()

    def return_connection(self, conn):
        self.pool.put(conn)

    def close(self):
        while not self.pool.empty():
            self.pool.get().close()


def worker_thread(pool, thread):
    for task in range(TASKS):
        conn = pool.get_connection()
        try:
            result = conn.root.work_function(thread, task)
            print(f"Thread {thread}, task {task}: {result}\n", end="")
        finally:
            pool.return_connection(conn)


pool = StreamPool(sys.argv[1], int(sys.argv[2]), POOL_SIZE)
threads = [threading.Thread(target=worker_thread, args=(pool, number))
           for number in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
pool.close()
print(f"{THREADS * TASKS} tasks over {POOL_SIZE} connections")
