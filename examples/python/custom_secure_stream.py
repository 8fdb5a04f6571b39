"""A stream of one's own: Python's ssl, and a token before the first payload.

Other than in the document: rpyc wants the service as an object, to tell it when the
connection ends.

Usage: python3 custom_secure_stream.py HOST PORT CA_CERTS TOKEN
"""

import select
import ssl
import socket
import sys

import firth.rpyc
import rpyc

firth.rpyc.install()
from rpyc.core import Channel  # noqa: E402


class CustomSecureStream:
    """A stream over an SSL socket, once the server has accepted the token.

    Beyond the document's: it sends all of what it is given, and can poll, as rpyc's
    connections want.
    """

    def __init__(self, host, port, ca_certs, auth_token):
        context = ssl.create_default_context(cafile=ca_certs)
        sock = socket.create_connection((host, port))
        self.ssl_sock = context.wrap_socket(sock, server_hostname=host)
        self.ssl_sock.sendall(auth_token.encode())
        if self.ssl_sock.recv(100) != b"AUTH_OK":
            self.ssl_sock.close()
            raise PermissionError("Authentication failed")

    def read(self, count):
        return self.ssl_sock.recv(count)

    def write(self, data):
        self.ssl_sock.sendall(data)

    def poll(self, timeout):
        if self.ssl_sock.pending():
            return True
        return bool(select.select([self.ssl_sock], [], [], timeout)[0])

    def close(self):
        self.ssl_sock.close()

    @property
    def closed(self):
        return self.ssl_sock.fileno() < 0


def main(host, port, ca_certs, token):
    stream = CustomSecureStream(host, int(port), ca_certs, token)
    conn = rpyc.Connection(rpyc.VoidService(), Channel(stream))
    print("Result:", conn.root.some_method())
    conn.close()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except OSError as problem:
        sys.exit(str(problem))
