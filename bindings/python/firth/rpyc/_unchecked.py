"""rpyc.ssl_connect of the versions that leave TLS to Python's former ssl.wrap_socket."""

import functools
import inspect
import ssl

import firth


def is_old(ssl_connect):
    """Those up to 5.1: they ask for TLS 1.0, and for no certificate by leaving it out."""
    return "verify_mode" not in inspect.signature(ssl_connect).parameters


def ssl_connect_for(stock):
    """The same, with what ssl.wrap_socket made of it: a certificate is checked if ca_certs or
    cert_reqs say so, a host's name never. But TLS is 1.2 at least."""
    @functools.wraps(stock)
    def ssl_connect(*arguments, **keywords):
        asked = inspect.signature(stock).bind(*arguments, **keywords)
        asked.apply_defaults()
        given = asked.arguments
        unchecked = ssl.CERT_NONE if given["ca_certs"] is None else ssl.CERT_REQUIRED
        tls = {name: given[name] for name in ("keyfile", "certfile", "ca_certs", "ssl_version",
                                              "ciphers")}
        tls["cert_reqs"] = unchecked if given["cert_reqs"] is None else given["cert_reqs"]
        stream = firth.SocketStream.ssl_connect(
            given["host"], given["port"], {**tls, "check_hostname": False},
            ipv6=given["ipv6"], keepalive=given["keepalive"])
        return stock.__globals__["connect_stream"](stream, given["service"], given["config"])
    return ssl_connect
