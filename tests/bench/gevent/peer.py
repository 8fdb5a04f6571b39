"""One process of the comparison over gevent; rpyc_peer.py says how it is used.

gevent has put its sockets and greenlets in the place of Python's sockets and threads.
Calls are those of rpyc's own server.
"""

from gevent import monkey

monkey.patch_all()

import contextlib  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.append(str(Path(__file__).resolve().parents[1]))

import rpyc  # noqa: E402
import rpyc_peer  # noqa: E402
from gevent.fileobject import FileObject  # noqa: E402
from rpyc.utils.server import GeventServer  # noqa: E402


@contextlib.contextmanager
def serving():
    """A port for channels and one for calls."""
    server = GeventServer(rpyc_peer.Service, rpyc_peer.LOCALHOST, protocol_config=rpyc_peer.CONFIG)
    server._listen()
    threading.Thread(target=server.start, daemon=True).start()
    yield {"calls": server.port, "tcp": rpyc_peer.listen_on_tcp()}
    server.close()


class Client(rpyc_peer.Client):
    def connection(self, case):
        return rpyc.connect(rpyc_peer.LOCALHOST, self.addresses["calls"], config=rpyc_peer.CONFIG)


def wait_for_the_end():
    """Which lets the greenlets run."""
    FileObject(sys.stdin).read()


if __name__ == "__main__":
    rpyc_peer.main(serving, Client, wait_for_the_end)
