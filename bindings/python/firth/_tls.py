"""The options of TLS, as the library takes them."""

import ssl
from collections.abc import Mapping

from . import _firth

_ANY = {None, ssl.PROTOCOL_TLS, ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER}
_VERSIONS = {
    **dict.fromkeys(_ANY, _firth.TLS_UNSET),
    **dict.fromkeys(("TLSv1.2", ssl.PROTOCOL_TLSv1_2, ssl.TLSVersion.TLSv1_2), _firth.TLS_1_2),
    **dict.fromkeys(("TLSv1.3", ssl.TLSVersion.TLSv1_3), _firth.TLS_1_3),
}
_CERT_REQS = (_firth.CERT_NONE, _firth.CERT_OPTIONAL, _firth.CERT_REQUIRED)
_TEXTS = ("keyfile", "certfile", "password", "ca_certs", "ciphers", "server_name")
_ALWAYS = ("do_handshake_on_connect", "suppress_ragged_eofs")
_KNOWN = (*_TEXTS, "ssl_version", "cert_reqs", "check_hostname")


def _version(ssl_version):
    try:
        return _VERSIONS[ssl_version]
    except (KeyError, TypeError):
        raise ValueError("ssl_version: 'TLSv1.2', 'TLSv1.3', or None for TLS 1.2 at least, "
                         f"not {ssl_version!r}") from None


def _cert_reqs(cert_reqs):
    if cert_reqs is None:
        return _firth.CERT_UNSET
    if isinstance(cert_reqs, bool) or cert_reqs not in _CERT_REQS:
        raise ValueError("cert_reqs: CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED, "
                         f"not {cert_reqs!r}")
    return int(cert_reqs)


def _server_name(server_name=None, server_hostname=None):
    """Of the two words for it; what is not ASCII as certificates have it (RFC 3490)."""
    if server_name is None:
        server_name = server_hostname
    elif server_hostname not in (None, server_name):
        raise ValueError(f"server_name is {server_name!r}, server_hostname {server_hostname!r}")
    if isinstance(server_name, str) and not server_name.isascii():
        return server_name.encode("idna")
    return server_name


def options_of(ssl_kwargs, host=None):
    """The same for what rpyc's own ssl_connect takes: server_side too, if it is false, and
    ssl.wrap_socket's do_handshake_on_connect and suppress_ragged_eofs, if they are true.
    `host` is the server's name unless they say another."""
    if ssl_kwargs is None:
        return options(server_name=host)
    if not isinstance(ssl_kwargs, Mapping):
        raise TypeError(f"ssl_kwargs: a dict is required, not {type(ssl_kwargs).__name__!r}")
    given = dict(ssl_kwargs)
    if given.pop("server_side", False):
        raise ValueError("server_side: who connects is the client")
    for name in _ALWAYS:
        if not given.pop(name, True):
            raise ValueError(f"{name} cannot be turned off")
    if given.get("server_name") is None and given.get("server_hostname") is None:
        given["server_name"] = host
    return options(**given)


def options(**given):
    """The library's parameters, in its order, for options by their names."""
    names = {name: given.pop(name) for name in ("server_name", "server_hostname") if name in given}
    given["server_name"] = _server_name(**names)
    unknown = sorted(set(given) - set(_KNOWN))
    if unknown:
        raise TypeError(f"TLS has no option {unknown[0]!r}; it has {', '.join(_KNOWN)}")
    check_hostname = given.get("check_hostname")
    return (*(given.get(name) for name in _TEXTS), _version(given.get("ssl_version")),
            _cert_reqs(given.get("cert_reqs")),
            -1 if check_hostname is None else int(bool(check_hostname)))
