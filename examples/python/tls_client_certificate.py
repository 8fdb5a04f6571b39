"""rpyc over TLS, with certificates on both sides.

Other than in the document: rpyc wants the service as an object, to tell it when the
connection ends.

Usage: python3 tls_client_certificate.py HOST PORT KEYFILE CERTFILE CA_CERTS
"""

import sys

import firth.rpyc
import rpyc

firth.rpyc.install()
from rpyc.core import Channel, StreamError, create_ssl_stream  # noqa: E402


def main(host, port, keyfile, certfile, ca_certs):
    ssl_stream = create_ssl_stream(host, int(port), keyfile=keyfile, certfile=certfile,
                                   ca_certs=ca_certs)
    print("Connected by", ssl_stream.tls_version())
    conn = rpyc.Connection(rpyc.VoidService(), Channel(ssl_stream))
    print("Result:", conn.root.some_function())
    conn.close()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except StreamError as problem:
        sys.exit(str(problem))
