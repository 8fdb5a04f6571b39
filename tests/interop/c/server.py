"""An rpyc server on the unix socket PATH, until its input ends: server.py PATH."""

import sys
import threading

import rpyc
from rpyc.utils.server import ThreadedServer

server = ThreadedServer(rpyc.VoidService, socket_path=sys.argv[1])
server.listener.listen()  # so that nobody who has read the next line is refused
print("listening unix", sys.argv[1], flush=True)
threading.Thread(target=server.start, daemon=True).start()
sys.stdin.read()
