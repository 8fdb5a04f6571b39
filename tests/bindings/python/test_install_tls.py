"""rpyc's ssl_connect after install checks what it checks without; firth.rpyc's checks all."""

import contextlib
import importlib
import ssl
import warnings

import pytest

import firth
import firth.rpyc
from rpyc_versions import serving

REFUSED = (ssl.SSLCertVerificationError,)


@pytest.fixture(autouse=True)
def deprecated_is_fine():
    """4.1.5 calls ssl.wrap_socket, and asks for versions of TLS by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@pytest.fixture
def tls_server(rpyc, service, certificates):
    """tls_server(name) serves with a certificate of that name; gives the port."""
    kind = importlib.import_module("rpyc.utils.authenticators").SSLAuthenticator
    with contextlib.ExitStack() as stack:
        def start(name="server", **options):
            authenticator = kind(str(certificates / f"{name}.key"),
                                 str(certificates / f"{name}.crt"),
                                 ssl_version=ssl.PROTOCOL_TLS, **options)
            return stack.enter_context(serving(service, authenticator=authenticator))
        yield start


def in_full(certificates, options):
    """Names of files to paths."""
    return {name: str(certificates / value) if name in ("ca_certs", "certfile", "keyfile") else value
            for name, value in options.items()}


def echo(connection):
    answer = connection.root.echo("text")
    connection.close()
    return answer


# What every version accepts over its own streams, if it is told which TLS to speak.
ACCEPTED = [
    ("self_signed", {}),
    ("elsewhere", {"ca_certs": "ca.crt"}),
    ("server", {"ca_certs": "ca.crt"}),
    ("server", {"ca_certs": "ca.crt", "cert_reqs": ssl.CERT_REQUIRED}),
    ("server", {"ca_certs": "ca.crt", "cert_reqs": ssl.CERT_OPTIONAL}),
    ("self_signed", {"certfile": "client.crt", "keyfile": "client.key"}),
    ("self_signed", {"ciphers": "ECDHE+AESGCM", "ssl_version": ssl.PROTOCOL_TLSv1_2}),
]
NOT_ACCEPTED = [
    ("server", {"ca_certs": "other_ca.crt"}),
    ("self_signed", {"ca_certs": "ca.crt"}),
    ("server", {"ca_certs": "other_ca.crt", "cert_reqs": ssl.CERT_REQUIRED}),
]


@pytest.mark.parametrize("below", ["stock", "firth"])
@pytest.mark.parametrize("name,options", ACCEPTED)
def test_what_rpyc_accepts_is_accepted(
        rpyc, tls_server, certificates, below, name, options):
    port = tls_server(name)
    if below == "firth":
        firth.rpyc.install()
    asked = {"ssl_version": ssl.PROTOCOL_TLS, **in_full(certificates, options)}
    assert echo(rpyc.ssl_connect("localhost", port, **asked)) == "text"


@pytest.mark.parametrize("below", ["stock", "firth"])
@pytest.mark.parametrize("name,options", NOT_ACCEPTED)
def test_what_rpyc_refuses_is_refused(rpyc, tls_server, certificates, below, name, options):
    port = tls_server(name)
    if below == "firth":
        firth.rpyc.install()
    with pytest.raises(REFUSED):
        rpyc.ssl_connect("localhost", port, ssl_version=ssl.PROTOCOL_TLS,
                         **in_full(certificates, options))


@pytest.mark.parametrize("below", ["stock", "firth"])
def test_the_hosts_name_is_checked_if_a_certificate_is_asked_for(
        rpyc, tls_server, certificates, below):
    """But not by the versions that leave that to ssl.wrap_socket."""
    port = tls_server("elsewhere")
    old = rpyc.__version__ == (4, 1, 5)
    if below == "firth":
        firth.rpyc.install()
    version = {"ssl_version": ssl.PROTOCOL_TLS} if old else {}
    refused = contextlib.nullcontext() if old else pytest.raises(REFUSED)
    with refused:
        echo(rpyc.ssl_connect("localhost", port, cert_reqs=ssl.CERT_REQUIRED,
                              ca_certs=str(certificates / "ca.crt"), **version))


@pytest.mark.parametrize("below", ["stock", "firth"])
def test_with_a_version_of_tls_firth_alone_checks_the_hosts_name(
        rpyc, tls_server, certificates, below):
    """Stricter than rpyc; not up to 5.1, where rpyc never checks it."""
    port = tls_server("elsewhere")
    checked = below == "firth" and rpyc.__version__ != (4, 1, 5)
    if below == "firth":
        firth.rpyc.install()
    with pytest.raises(REFUSED) if checked else contextlib.nullcontext():
        echo(rpyc.ssl_connect("localhost", port, cert_reqs=ssl.CERT_REQUIRED,
                              ssl_version=ssl.PROTOCOL_TLSv1_2,
                              ca_certs=str(certificates / "ca.crt")))


@pytest.mark.parametrize("name,options", ACCEPTED)
def test_no_version_of_tls_need_be_named(rpyc, tls_server, certificates, name, options):
    """4.1.5 itself would ask for TLS 1.0, which is refused nowadays."""
    port = tls_server(name)
    firth.rpyc.install()
    assert echo(rpyc.ssl_connect("localhost", port, **in_full(certificates, options))) == "text"


def test_rpycs_classic_connection_works_too(rpyc, certificates, sockets):
    firth.rpyc.install()
    authenticator = importlib.import_module("rpyc.utils.authenticators").SSLAuthenticator(
        str(certificates / "server.key"), str(certificates / "server.crt"),
        ssl_version=ssl.PROTOCOL_TLS)
    with serving(rpyc.SlaveService, authenticator=authenticator) as port:
        connection = rpyc.classic.ssl_connect(
            "localhost", port, keyfile=str(certificates / "client.key"),
            certfile=str(certificates / "client.crt"))
        assert connection.eval("1 + 1") == 2
        connection.close()


@pytest.mark.parametrize("options", [{"cert_reqs": ssl.CERT_NONE},
                                     {"cert_reqs": ssl.CERT_NONE, "ca_certs": "ca.crt"}])
def test_a_certificate_that_is_not_asked_for_is_not_checked(
        rpyc, tls_server, certificates, options):
    """5.3.1 and 6.0.2 themselves stumble over a name that is still to be checked."""
    port = tls_server("self_signed")
    firth.rpyc.install()
    assert echo(rpyc.ssl_connect("localhost", port, **in_full(certificates, options))) == "text"


def test_tls_1_0_is_refused_with_what_may_be_asked_for(rpyc):
    firth.rpyc.install()
    with pytest.raises(ValueError, match="TLSv1.2"):
        rpyc.ssl_connect("localhost", 1, ssl_version=ssl.PROTOCOL_TLSv1)


def test_a_stream_that_a_program_connects_itself_is_checked(rpyc, tls_server):
    port = tls_server("self_signed")
    firth.rpyc.install()
    with pytest.raises(firth.CertificateError):
        rpyc.SocketStream.ssl_connect("localhost", port, {"server_side": False})


def test_uninstall_gives_back_rpycs_function(rpyc):
    stock = rpyc.ssl_connect
    firth.rpyc.install()
    firth.rpyc.install()
    firth.rpyc.uninstall()
    assert rpyc.ssl_connect is rpyc.utils.factory.ssl_connect is stock


CHECKED = [
    ("server", {"ca_certs": "ca.crt"}),
    ("elsewhere", {"ca_certs": "ca.crt", "check_hostname": False}),
    ("elsewhere", {"ca_certs": "ca.crt", "server_name": "elsewhere.example"}),
    ("self_signed", {"cert_reqs": ssl.CERT_NONE}),
    ("self_signed", {"verify_mode": ssl.CERT_NONE}),
    ("server", {"ca_certs": "ca.crt", "certfile": "server.crt", "keyfile": "encrypted.key",
                "password": "sesame"}),
]
NOT_TRUSTED = [
    ("self_signed", {}),
    ("server", {}),
    ("elsewhere", {"ca_certs": "ca.crt"}),
    ("server", {"ca_certs": "ca.crt", "server_name": "elsewhere.example"}),
    ("server", {"ca_certs": "other_ca.crt"}),
    ("expired", {"ca_certs": "ca.crt"}),
]


@pytest.mark.parametrize("name,options", CHECKED)
def test_firths_own_connects_to_whom_it_is_told_to_trust(
        rpyc, tls_server, certificates, name, options):
    port = tls_server(name)
    assert echo(firth.rpyc.ssl_connect(
        "localhost", port, **in_full(certificates, options))) == "text"
    assert rpyc.Channel is not firth.Channel


@pytest.mark.parametrize("name,options", NOT_TRUSTED)
def test_firths_own_checks_certificate_and_name_unless_told_not_to(
        rpyc, tls_server, certificates, name, options):
    port = tls_server(name)
    with pytest.raises(firth.CertificateError):
        firth.rpyc.ssl_connect("localhost", port, **in_full(certificates, options))
