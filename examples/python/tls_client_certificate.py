"""rpyc over TLS, with certificates on both sides.

Usage: python3 tls_client_certificate.py HOST PORT KEYFILE CERTFILE CA_CERTS
"""

import sys

import rpyc
from firth import Channel, StreamError, create_ssl_stream


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
