"""Connections of rpyc over firth, with nothing of rpyc replaced."""

import firth

from ._versions import the_rpyc


def _over(stream, service, config, limits):
    """A connection that owns the stream, which is closed if none comes of it."""
    try:
        the_factory = the_rpyc().utils.factory
        service = the_factory.VoidService if service is None else service
        return the_factory.connect_channel(
            firth.Channel(stream, limits=limits), service, {} if config is None else config)
    except BaseException:
        stream.close()
        raise


def connect(host, port, service=None, config=None, ipv6=False, keepalive=False, *, limits=None,
            **options):
    """rpyc.connect: an rpyc.Connection to a TCP port, over firth. service: None is
    rpyc.VoidService. limits: a firth.Limits. options, and errors: of
    firth.SocketStream.connect, such as timeout."""
    the_rpyc()
    stream = firth.SocketStream.connect(host, port, ipv6=ipv6, keepalive=keepalive, **options)
    return _over(stream, service, config, limits)


def unix_connect(path, service=None, config=None, *, limits=None, **options):
    """rpyc.utils.factory.unix_connect: the same to a unix socket. options, and errors: of
    firth.SocketStream.unix_connect."""
    the_rpyc()
    return _over(firth.SocketStream.unix_connect(path, **options), service, config, limits)


def ssl_connect(host, port, keyfile=None, certfile=None, ca_certs=None, cert_reqs=None,
                ssl_version=None, ciphers=None, service=None, config=None, ipv6=False,
                keepalive=False, verify_mode=None, *, check_hostname=None, server_name=None,
                password=None, limits=None, **options):
    """rpyc.ssl_connect: the same over TLS, but that the certificate and the host's name in it
    are checked unless cert_reqs (or verify_mode) is firth.CERT_NONE. options, and errors: of
    firth.SocketStream.ssl_connect."""
    the_rpyc()
    tls = {"keyfile": keyfile, "certfile": certfile, "ca_certs": ca_certs,
           "cert_reqs": verify_mode if cert_reqs is None else cert_reqs,
           "ssl_version": ssl_version, "ciphers": ciphers, "check_hostname": check_hostname,
           "server_name": server_name, "password": password}
    stream = firth.SocketStream.ssl_connect(host, port, tls, ipv6=ipv6, keepalive=keepalive,
                                            **options)
    return _over(stream, service, config, limits)
