"""TLS between rpyc's SSLAuthenticator and its ssl_connect, firth's at either end."""

import os
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import rpyc
from rpyc.utils import factory
from rpyc.utils.authenticators import SSLAuthenticator
from rpyc.utils.helpers import BgServingThread

from arrangements import ARRANGEMENTS, FIRTH
from sharing import answers

SUPPORT = Path(__file__).resolve().parents[2] / "support"
# Python 3.11's own SSLSocket, below stock rpyc, does not bear two threads at once: one client
# in a few hundred ends by it.
threads_may_share = pytest.mark.parametrize(
    "arrangement", [each for each in ARRANGEMENTS if each.client == FIRTH],
    indirect=True, ids=str)
KINDS = ["ThreadedServer", "ThreadPoolServer", "ForkingServer", "OneShotServer"]


class SecureService(rpyc.Service):
    def on_connect(self, conn):
        self.connection = conn

    def exposed_echo(self, value):
        return value

    def exposed_peer(self):
        """The names in the client's certificate."""
        credentials = self.connection._config["credentials"]
        return credentials and tuple(name for _, name in credentials["subjectAltName"])

    def exposed_call(self, function, value):
        return function(value)


# Versions before 5.2 know no name of the server, which PROTOCOL_TLS_CLIENT wants to see.
KNOWS_NAMES = tuple(map(int, rpyc.version.version[:2])) >= (5, 2)
CLIENTS_VERSION = ssl.PROTOCOL_TLS_CLIENT if KNOWS_NAMES else ssl.PROTOCOL_TLSv1_2


def authenticator(*files):
    return SSLAuthenticator(*files, ssl_version=ssl.PROTOCOL_TLS_SERVER)


@pytest.fixture(scope="session")
def certificates():
    """A folder with what tests/support/certificates.py makes."""
    packages = Path(os.environ["FIRTH_PEERS"]) / "certificates"
    with tempfile.TemporaryDirectory(prefix="firth-certificates-") as folder:
        subprocess.run([sys.executable, SUPPORT / "certificates.py", folder], check=True,
                       env={**os.environ, "PYTHONPATH": str(packages)})
        yield Path(folder)


@pytest.fixture
def pem(certificates):
    """Names of files."""
    return lambda *names: [str(certificates / name) for name in names]


@pytest.fixture
def secure_server(serve, pem):
    """secure_server(kind, ...): a server that shows its certificate, and wants one if it is
    told who signs that."""
    def start(kind="ThreadedServer", ca_certs=()):
        return serve(SecureService, kind=kind, authenticator=[
            f"{__name__}:authenticator", *pem("server.key", "server.crt", *ca_certs)])
    return start


@pytest.fixture
def connect_securely():
    """rpyc's own ssl_connect; what it gives is closed with the test."""
    connections = []

    def connect(server, **options):
        connections.append(factory.ssl_connect(
            "localhost", server.address[1], ssl_version=CLIENTS_VERSION, **options))
        return connections[-1]
    yield connect
    for connection in connections:
        connection.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_answers_over_tls(secure_server, connect_securely, pem, kind):
    ca_certs, = pem("ca.crt")
    root = connect_securely(secure_server(kind), ca_certs=ca_certs).root
    for value in (1, b"", b"x" * 5000, os.urandom(2 << 20)):
        assert root.echo(value) == value


def test_a_server_calls_back_over_tls(secure_server, connect_securely, pem):
    ca_certs, = pem("ca.crt")
    root = connect_securely(secure_server(), ca_certs=ca_certs).root
    assert root.call(lambda value: value + 1, 41) == 42


def test_requests_that_come_all_at_once_over_tls_are_all_answered(
        secure_server, connect_securely, pem):
    """What TLS has deciphered already is not seen at the descriptor."""
    ca_certs, = pem("ca.crt")
    echo = rpyc.async_(connect_securely(
        secure_server("ThreadPoolServer"), ca_certs=ca_certs).root.echo)
    results = [echo(number) for number in range(200)]
    for number, result in enumerate(results):
        result.wait()
        assert result.value == number


def test_a_client_shows_its_certificate(secure_server, connect_securely, pem):
    keyfile, certfile, ca_certs = pem("client.key", "client.crt", "ca.crt")
    root = connect_securely(secure_server(ca_certs=["ca.crt"]), keyfile=keyfile,
                            certfile=certfile, ca_certs=ca_certs).root
    assert root.peer() == ("client.example",)


def test_a_client_without_the_certificate_that_is_wanted_is_not_served(
        secure_server, connect_securely, pem):
    ca_certs, = pem("ca.crt")
    server = secure_server(ca_certs=["ca.crt"])
    with pytest.raises((EOFError, OSError)):
        connect_securely(server, ca_certs=ca_certs).root.echo(1)


def test_a_server_that_another_authority_signed_is_refused(secure_server, connect_securely, pem):
    ca_certs, = pem("other_ca.crt")
    with pytest.raises(ssl.SSLError):
        connect_securely(secure_server(), ca_certs=ca_certs)


@threads_may_share
def test_threads_share_a_connection_over_tls(secure_server, connect_securely, background, pem):
    ca_certs, = pem("ca.crt")
    connection = connect_securely(secure_server(), ca_certs=ca_certs)
    echo = connection.root.echo
    serving = BgServingThread(connection)
    calls = [background(echo, bytes([number]) * 100_000) for number in range(8)]
    assert [answer[:1] for answer in answers(calls, connection)] == [
        bytes([number]) for number in range(8)]
    serving.stop()
