"""rpyc.ssl_connect to localhost, and payloads through rpyc's own Channel.

    rpyc_client.py PORT CA [KEY CERTIFICATE]

Prints `payload LENGTH ok` for each that comes back.
"""

import ssl
import sys

import rpyc
from rpyc.core.service import VoidService

from wrap_socket import provide_wrap_socket


class Bare(VoidService):
    """A connection is its channel."""

    def _connect(self, channel, config):
        return channel


def main(port, ca, key=None, certificate=None):
    provide_wrap_socket()
    channel = rpyc.ssl_connect("localhost", int(port), keyfile=key, certfile=certificate, ca_certs=ca,
                               ssl_version=ssl.PROTOCOL_TLS_CLIENT, service=Bare())
    for length in (0, 1, 2999, 3001, 65536, 1000000):
        payload = bytes(n * n >> 8 & 255 for n in range(length))
        channel.send(payload)
        print("payload", length, "ok" if channel.recv() == payload else "differs", flush=True)
    channel.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
