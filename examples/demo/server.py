"""A real rpyc server, on TCP and on a unix socket at once.

    PYTHONPATH=build/peers/rpyc-6.0.2 python3 server.py FOLDER [firth]

With `firth`, rpyc runs on firth (firth.rpyc.install). Says `tcp:HOST:PORT` and `unix:PATH`, a line
each, and serves until its standard input ends.
"""

import logging
import os
import sys
import threading

import rpyc
from rpyc.utils.server import ThreadedServer


class Greeter(rpyc.Service):
    def exposed_greet(self, name):
        return f"hello {name}"

    def exposed_process_large_data(self, data):
        return sum(data)

    def exposed_measure(self, data):
        return len(data)

    def exposed_quick_operation(self, number):
        return 2 * number


def start(**where):
    """Whoever connects from now on waits in the backlog until the thread accepts."""
    server = ThreadedServer(Greeter, logger=logging.getLogger("silent"), **where)
    server.listener.listen()
    threading.Thread(target=server.start, daemon=True).start()
    return server


def main(folder, *firth):
    if firth:
        import firth.rpyc
        firth.rpyc.install()
    logging.getLogger("silent").addHandler(logging.NullHandler())
    logging.getLogger("silent").propagate = False
    path = os.path.join(folder, "server")
    tcp = start(hostname="127.0.0.1", port=0)
    start(socket_path=path)
    print(f"tcp:127.0.0.1:{tcp.port}", f"unix:{path}", sep="\n", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
