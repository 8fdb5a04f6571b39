"""The options of TLS, as the library takes them."""

import ssl

from . import _firth

_ANY = {None, ssl.PROTOCOL_TLS, ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER}
_VERSIONS = {
    **dict.fromkeys(_ANY, _firth.TLS_UNSET),
    **dict.fromkeys(("TLSv1.2", ssl.PROTOCOL_TLSv1_2, ssl.TLSVersion.TLSv1_2), _firth.TLS_1_2),
    **dict.fromkeys(("TLSv1.3", ssl.TLSVersion.TLSv1_3), _firth.TLS_1_3),
}
_CERT_REQS = (_firth.CERT_NONE, _firth.CERT_OPTIONAL, _firth.CERT_REQUIRED)
_TEXTS = ("keyfile", "certfile", "password", "ca_certs", "ciphers", "server_name")
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


def options(**given):
    """The library's parameters, in its order, for options by their names."""
    if "server_hostname" in given:
        given.setdefault("server_name", given.pop("server_hostname"))
    unknown = sorted(set(given) - set(_KNOWN))
    if unknown:
        raise TypeError(f"TLS has no option {unknown[0]!r}; it has {', '.join(_KNOWN)}")
    check_hostname = given.get("check_hostname")
    return (*(given.get(name) for name in _TEXTS), _version(given.get("ssl_version")),
            _cert_reqs(given.get("cert_reqs")),
            -1 if check_hostname is None else int(bool(check_hostname)))
