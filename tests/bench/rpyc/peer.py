"""One process of the comparison of rpyc's own streams; rpyc_peer.py says how it is used."""

import contextlib
import socket
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

import rpyc_peer  # noqa: E402
from rpyc.core.stream import SocketStream  # noqa: E402


@contextlib.contextmanager
def serving():
    """A TCP port and a unix socket."""
    with tempfile.TemporaryDirectory(prefix="firth-bench-") as folder:
        path = str(Path(folder, "socket"))
        local = socket.socket(socket.AF_UNIX)
        local.bind(path)
        local.listen()
        rpyc_peer.listen(local)
        yield {"tcp": rpyc_peer.listen_on_tcp(), "unix": path}


class Client(rpyc_peer.Client):
    def stream(self, case):
        if case["over"] == "unix":
            return SocketStream.unix_connect(self.addresses["unix"])
        return super().stream(case)


if __name__ == "__main__":
    rpyc_peer.main(serving, Client)
