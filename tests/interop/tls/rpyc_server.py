"""rpyc's SSL server, until its input ends: rpyc_server.py KEY CERTIFICATE [CA].

Each payload is given back through rpyc's own Channel, and the client's certificate is what
rpyc's SSLAuthenticator says of it. The first line on standard output is
`listening tcp HOST PORT`; then one line for each connection, `credentials NAME`.
"""

import ssl
import sys
import threading

from rpyc.core.service import VoidService
from rpyc.utils.authenticators import SSLAuthenticator
from rpyc.utils.server import ThreadedServer

from wrap_socket import provide_wrap_socket


class Echo:
    """What stands in for a connection: it serves until the end."""

    def __init__(self, channel):
        self.channel = channel

    def serve_all(self):
        try:
            while True:
                self.channel.send(self.channel.recv())
        except EOFError:
            self.channel.close()


class EchoService(VoidService):
    def _connect(self, channel, config):
        names = dict((config["credentials"] or {}).get("subjectAltName", ()))
        print("credentials", names.get("DNS"), flush=True)
        return Echo(channel)


def main(key, certificate, ca=None):
    provide_wrap_socket()
    authenticator = SSLAuthenticator(key, certificate, ca, ssl_version=ssl.PROTOCOL_TLS_SERVER)
    server = ThreadedServer(EchoService(), hostname="127.0.0.1", port=0, authenticator=authenticator)
    server.listener.listen()  # so that nobody who has read the next line is refused
    print("listening tcp", server.host, server.port, flush=True)
    threading.Thread(target=server.start, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
