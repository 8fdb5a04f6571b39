"""ssl.wrap_socket, which rpyc 4.1.5 calls and Python 3.12 no longer has."""

import ssl


def wrap_socket(sock, keyfile=None, certfile=None, server_side=False, cert_reqs=ssl.CERT_NONE,
                ssl_version=ssl.PROTOCOL_TLS, ca_certs=None, ciphers=None):
    context = ssl.SSLContext(ssl_version)
    context.check_hostname = False
    context.verify_mode = cert_reqs
    if ca_certs:
        context.load_verify_locations(ca_certs)
    if certfile:
        context.load_cert_chain(certfile, keyfile)
    if ciphers:
        context.set_ciphers(ciphers)
    return context.wrap_socket(sock, server_side=server_side)


def provide_wrap_socket():
    """The one of Python 3.11 cannot be told that a client's check of the name is off."""
    ssl.wrap_socket = wrap_socket
