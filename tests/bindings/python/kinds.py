"""Every kind of stream, connected with a plain one: near, and far from it."""

import contextlib
import os
import socket
import sys

import firth
import tunnels
from custom_objects import MonitoredStream
from support import LONG, Caller

RELAY = """
import os, socket, sys, threading
sock = socket.socket(socket.AF_UNIX)
sock.connect(sys.argv[1])
def out():
    while data := sock.recv(65536):
        while data:
            data = data[os.write(1, data):]
    os.close(1)
threading.Thread(target=out).start()
while data := os.read(0, 65536):
    sock.sendall(data)
sock.shutdown(socket.SHUT_WR)
"""


class Watched(MonitoredStream):
    """One that gives what is there, so that time-outs hold inside a read too."""

    def read_some(self, count):
        return self.stream.read_some(count)

    def fileno(self):
        return self.stream.fileno()


class Noticed(firth.SocketStream):
    """Overrides what a subclass may override, and changes nothing."""

    def read_some(self, capacity):
        return super().read_some(capacity)

    def write(self, data):
        return super().write(data)

    def poll(self, timeout):
        return super().poll(timeout)

    def close(self):
        return super().close()


class Kinds:
    """Makes them; what they need besides runs as long as the tests do."""

    def __init__(self, certificates, folder, stack):
        self._certificates = certificates
        self._folder = folder
        self._stack = stack
        self._running = {}

    def run(self, start):
        """What such a program says of itself; it is started once."""
        if start not in self._running:
            self._running[start] = self._stack.enter_context(start())
        return self._running[start]

    def start_all(self):
        for start in (tunnels.start_socks_proxy, tunnels.start_http_proxy, tunnels.start_sshd):
            self.run(start)

    def unix(self):
        return tuple(map(firth.SocketStream, socket.socketpair()))

    def pipes(self):
        return firth.PipeStream.create_pair()

    def _accepted(self, connect):
        with firth.Listener.listen("127.0.0.1", 0) as listener:
            connecting = Caller(connect, "127.0.0.1", listener.port)
            far = listener.accept(LONG)
            return connecting.result(), far

    def tcp(self):
        return self._accepted(firth.SocketStream.connect)

    def tls(self, wrap=lambda stream: stream, **options):
        client, server = self.unix()
        near = firth.TLSStream.client(wrap(client), ca_certs=self._certificates / "ca.crt",
                                      server_name="localhost", **options)
        far = firth.TLSStream.server(server, certfile=self._certificates / "server.crt",
                                     keyfile=self._certificates / "server.key")
        shaking = Caller(far.handshake, LONG)
        near.handshake(None)
        shaking.result()
        return near, far

    def tls_1_2(self):
        return self.tls(ssl_version="TLSv1.2")

    def tls_over_custom(self):
        return self.tls(wrap=Watched)

    def tunneled(self):
        near, far = self.unix()
        return firth.TunneledSocketStream(near), far

    def _proxied(self, start, connect):
        proxy = self.run(start)
        return self._accepted(lambda *target: connect(proxy.host, proxy.port, *target,
                                                      timeout=LONG))

    def socks5(self):
        return self._proxied(tunnels.start_socks_proxy, firth.TunneledSocketStream.socks5_connect)

    def http_connect(self):
        return self._proxied(tunnels.start_http_proxy, firth.TunneledSocketStream.http_connect)

    def ssh(self):
        sshd = self.run(tunnels.start_sshd)
        return self._accepted(lambda *target: firth.TunneledSocketStream.ssh_connect(
            "hop", *target, config_file=sshd.config_file, timeout=LONG))

    def process(self):
        path = os.path.join(self._folder, f"relay-{os.urandom(4).hex()}")
        with firth.Listener.unix_listen(path) as listener:
            near = firth.create_pipe_stream([sys.executable, "-S", "-c", RELAY, path])
            return near, listener.accept(LONG)

    def buffered(self):
        near, far = self.unix()
        return firth.BufferedStream(near, 16), far

    def custom(self):
        near, far = self.unix()
        return firth.Stream(Watched(near)), far

    def subclass(self):
        near, far = self.unix()
        return firth.Stream(Noticed(near)), far

    def opened(self):
        near, far = socket.socketpair()
        return firth.open(f"fd:{near.detach()}"), firth.SocketStream(far)


NAMES = [name for name in vars(Kinds) if not name.startswith("_")
         and name not in ("run", "start_all")]
# They keep no time-out when they write.
UNTIMED = ("custom", "subclass", "tls_over_custom")


@contextlib.contextmanager
def all_kinds(certificates, folder):
    with contextlib.ExitStack() as stack:
        made = Kinds(certificates, folder, stack)
        made.start_all()
        yield made
