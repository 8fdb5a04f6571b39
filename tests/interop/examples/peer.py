"""The other side of an example, by stock rpyc, until its input ends.

    PYTHONPATH=$FIRTH_PEERS/rpyc-VERSION python3 peer.py echo|service ACCESS [ARGUMENT...]

    echo      answers each payload with itself, through rpyc's Channel
    service   rpyc's own server of a service, the classic one on a unix socket

    unix PATH                   at a unix socket
    tcp                         at a free port of this machine
    tls KEY CERTIFICATE CA      the same for clients with a certificate of CA
    token KEY CERTIFICATE TEXT  TLS, and the client's first bytes must be TEXT

The first line on standard output is `listening unix PATH` or `listening tcp HOST PORT`;
then one line `connection` for each that is served.
"""

import ssl
import sys
import threading

import rpyc
from rpyc.core.channel import Channel
from rpyc.core.stream import SocketStream
from rpyc.utils.authenticators import AuthenticationError, SSLAuthenticator
from rpyc.utils.server import ThreadedServer


class Service(rpyc.Service):
    def exposed_some_function(self):
        return 42

    exposed_some_method = exposed_some_operation = exposed_some_function

    def exposed_work_function(self, thread, task):
        return thread * task

    def exposed_process_large_data(self, data):
        return sum(data)

    def exposed_quick_operation(self, number):
        return 2 * number


class ServiceServer(ThreadedServer):
    def _serve_client(self, sock, credentials):
        print("connection\n", end="", flush=True)  # in one piece, whoever else prints
        super()._serve_client(sock, credentials)


class EchoServer(ThreadedServer):
    def _serve_client(self, sock, credentials):
        print("connection\n", end="", flush=True)  # in one piece, whoever else prints
        channel = Channel(SocketStream(sock))
        try:
            while True:
                channel.send(channel.recv())
        except EOFError:
            channel.close()


class TokenAuthenticator:
    """TLS, and then a token."""

    def __init__(self, key, certificate, token):
        self._token = token.encode()
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(certificate, key)

    def __call__(self, sock):
        try:
            secure = self._context.wrap_socket(sock, server_side=True)
        except ssl.SSLError as problem:
            raise AuthenticationError(str(problem)) from problem
        if secure.recv(100) != self._token:
            secure.send(b"AUTH_NO")
            secure.close()
            raise AuthenticationError("another token was expected")
        secure.send(b"AUTH_OK")
        return secure, None


def access(kind, *arguments):
    """The server's options and the words that say where it listens."""
    if kind == "unix":
        return {"socket_path": arguments[0]}
    where = {"hostname": "127.0.0.1", "port": 0}
    if kind == "tls":
        return where | {"authenticator": SSLAuthenticator(
            *arguments, ssl_version=ssl.PROTOCOL_TLS_SERVER)}
    if kind == "token":
        return where | {"authenticator": TokenAuthenticator(*arguments)}
    return where


def main(what, kind, *arguments):
    service = rpyc.ClassicService if kind == "unix" else Service
    server_class = EchoServer if what == "echo" else ServiceServer
    server = server_class(service, **access(kind, *arguments))
    server.listener.listen()  # so that nobody who has read the next line is refused
    where = arguments[:1] if kind == "unix" else (server.host, server.port)
    print("listening", "unix" if kind == "unix" else "tcp", *where, flush=True)
    threading.Thread(target=server.start, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
