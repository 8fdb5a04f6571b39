"""An rpyc server on a free port of 127.0.0.1, until its input ends."""

import sys
import threading

import rpyc
from rpyc.utils.server import ThreadedServer

server = ThreadedServer(rpyc.VoidService, hostname="127.0.0.1", port=0)
server.listener.listen()  # so that nobody who has read the next line is refused
print("listening tcp 127.0.0.1", server.port, flush=True)
threading.Thread(target=server.start, daemon=True).start()
sys.stdin.read()
