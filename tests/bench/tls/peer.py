"""One process of the comparison over TLS; rpyc_peer.py says how it is used.

A channel's ends are both ssl.SSLSocket; calls are those of rpyc's own server and
rpyc.ssl_connect. Nobody's certificate is checked.
"""

import contextlib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
sys.path.append(str(BENCH))

import rpyc  # noqa: E402
import rpyc_peer  # noqa: E402
from rpyc.core.stream import SocketStream  # noqa: E402
from rpyc.utils.authenticators import SSLAuthenticator  # noqa: E402
from rpyc.utils.server import ThreadedServer  # noqa: E402


@contextlib.contextmanager
def certificate():
    """(key, certificate) of the server, in files."""
    program = BENCH.parent / "support" / "certificates.py"
    with tempfile.TemporaryDirectory(prefix="firth-bench-") as folder:
        subprocess.run([sys.executable, program, folder], check=True)
        yield Path(folder, "server.key"), Path(folder, "server.crt")


@contextlib.contextmanager
def serving():
    """A port for channels and one for calls."""
    with certificate() as (key, public):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(public, key)
        server = ThreadedServer(
            rpyc_peer.Service, rpyc_peer.LOCALHOST, protocol_config=rpyc_peer.CONFIG,
            authenticator=SSLAuthenticator(key, public))
        threading.Thread(target=server.start, daemon=True).start()
        yield {"calls": server.port, "tcp": rpyc_peer.listen_on_tcp(
            lambda sock: context.wrap_socket(sock, server_side=True))}
        server.close()


class Client(rpyc_peer.Client):
    def stream(self, case):
        sock = socket.create_connection((rpyc_peer.LOCALHOST, self.addresses["tcp"]))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, case["nodelay"])
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return SocketStream(context.wrap_socket(sock))

    def connection(self, case):
        return rpyc.ssl_connect(rpyc_peer.LOCALHOST, self.addresses["calls"],
                                config=rpyc_peer.CONFIG)


if __name__ == "__main__":
    rpyc_peer.main(serving, Client)
