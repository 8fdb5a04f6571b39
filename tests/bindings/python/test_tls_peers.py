"""TLS with real peers: Python's ssl and rpyc's."""

import os
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

import firth
from rpyc_peers import environment_for
from support import LONG, Caller, frame
from test_rpyc import VERSIONS
from test_tls import Certificates


@pytest.fixture
def files(certificates):
    return Certificates(certificates)


@pytest.fixture
def server_context(files):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.path("server.crt"), files.path("server.key"))
    return context


@pytest.fixture
def port(no_descriptor_left):
    """A port of Python's that accepts."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def echo_once(port, context):
    """A server by Python's ssl: answers what comes, until its end."""
    with context.wrap_socket(port.accept()[0], server_side=True) as sock:
        while data := sock.recv(65536):
            sock.sendall(data)
        return sock.version()


def address(port):
    return "localhost", port.getsockname()[1]


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_ssl_connect_talks_to_pythons_ssl(port, server_context, files, version):
    echoing = Caller(echo_once, port, server_context)
    stream = firth.SocketStream.ssl_connect(
        *address(port), {"ca_certs": files.path("ca.crt"), "ssl_version": version}, ipv6=False)
    assert (type(stream), stream.tls_version()) == (firth.SocketStream, version)
    with firth.Channel(stream) as channel:
        for payload in (b"", b"x" * 5000, os.urandom(3 << 20)):
            sending = Caller(channel.send, payload, LONG)
            assert channel.recv(LONG) == payload
            sending.result()
    assert echoing.result() == version


def test_create_ssl_stream_shows_a_client_certificate(port, server_context, files):
    server_context.verify_mode = ssl.CERT_REQUIRED
    server_context.load_verify_locations(files.path("ca.crt"))
    echoing = Caller(echo_once, port, server_context)
    with firth.create_ssl_stream(*address(port), files.path("client.key"),
                                 files.path("client.crt"), files.path("ca.crt"), ipv6=False,
                                 timeout=LONG, ciphers="ECDHE+AESGCM") as stream:
        stream.write(b"abc", LONG)
        assert stream.read(3, LONG) == b"abc"
    echoing.result()


def test_without_a_client_certificate_the_first_read_hears_the_alert(port, server_context, files):
    server_context.verify_mode = ssl.CERT_REQUIRED
    server_context.load_verify_locations(files.path("ca.crt"))
    echoing = Caller(echo_once, port, server_context)
    stream = firth.create_ssl_stream(*address(port), ca_certs=files.path("ca.crt"), ipv6=False,
                                     ssl_version="TLSv1.3")
    with pytest.raises(firth.TLSError, match="wants a certificate"):
        stream.read(1, LONG)
    with pytest.raises(ssl.SSLError):
        echoing.result()


def test_after_an_alert_close_says_nothing_of_what_the_peer_did_not_take(
        port, server_context, files):
    """The alert was told by then; rpyc's connections give up half way when close raises."""
    server_context.verify_mode = ssl.CERT_REQUIRED
    server_context.load_verify_locations(files.path("ca.crt"))
    echoing = Caller(echo_once, port, server_context)
    channel = firth.Channel(firth.create_ssl_stream(
        *address(port), ca_certs=files.path("ca.crt"), ipv6=False, ssl_version="TLSv1.3"))
    with pytest.raises(ssl.SSLError):
        echoing.result()
    with pytest.raises(EOFError):
        while True:
            channel.send(b"abc")
    channel.close()


def test_the_systems_store_does_not_know_a_private_authority(port, server_context):
    echoing = Caller(echo_once, port, server_context)
    with pytest.raises(firth.CertificateError, match="unknown issuer"):
        firth.create_ssl_stream(*address(port), ipv6=False)
    with pytest.raises(ssl.SSLError):
        echoing.result()


def test_a_time_out_covers_connecting_and_the_hand_shake(port):
    with pytest.raises(firth.TimeoutError):
        firth.create_ssl_stream(*address(port), timeout=0.05, ipv6=False)


@pytest.mark.parametrize("kwargs", [{"no_such": 1}, {"certificate": "x"}])
def test_an_unknown_option_is_refused(kwargs):
    with pytest.raises(TypeError, match="TLS has no option"):
        firth.create_ssl_stream("localhost", 1, **kwargs)


def test_tls_in_an_address_opens_a_socket_stream(port, server_context, files):
    echoing = Caller(echo_once, port, server_context)
    uri = f"tls://localhost:{address(port)[1]}?ca_certs={files.path('ca.crt')}&ipv6=no"
    with firth.open(uri, LONG) as stream:
        assert (type(stream), stream.tls_version()) == (firth.SocketStream, "TLSv1.3")
    echoing.result()


@pytest.fixture
def tls_listener(files, no_descriptor_left):
    options = {"ca_certs": files.path("ca.crt"), "cert_reqs": ssl.CERT_OPTIONAL}
    with firth.Listener.tls_listen("127.0.0.1", 0, **files.own("server"), **options) as made:
        yield made


def client_of(listener, files, own=None):
    """Connects by Python's ssl."""
    context = ssl.create_default_context(cafile=files.path("ca.crt"))
    if own:
        context.load_cert_chain(files.path(f"{own}.crt"), files.path(f"{own}.key"))
    sock = socket.create_connection(("127.0.0.1", listener.port))
    return context.wrap_socket(sock, server_hostname="localhost")


@pytest.mark.parametrize("own", [None, "client"])
def test_a_tls_listener_talks_to_pythons_ssl(tls_listener, files, own):
    connecting = Caller(client_of, tls_listener, files, own)
    with firth.Channel(tls_listener.accept(LONG)) as channel:
        channel.stream.handshake(LONG)
        assert (channel.stream.peer_certificate() is not None) is (own is not None)
        with connecting.result() as sock:
            sock.sendall(frame(b"question"))
            assert channel.recv(LONG) == b"question"
            channel.send(b"answer", LONG)
            assert sock.recv(100) == frame(b"answer")


def test_a_silent_client_holds_up_nobody(tls_listener, files):
    with socket.create_connection(("127.0.0.1", tls_listener.port)):
        with tls_listener.accept(LONG), pytest.raises(firth.TimeoutError):
            connecting = Caller(client_of, tls_listener, files)
            with tls_listener.accept(LONG) as stream:
                stream.handshake(LONG)
                connecting.result().close()
            raise firth.TimeoutError("both were accepted")


def test_a_listener_reads_its_files_at_once(files):
    with pytest.raises(firth.FileNotFoundError):
        firth.Listener.tls_listen("127.0.0.1", 0, certfile="/nothing/there")
    with pytest.raises(TypeError, match="TLS has no option"):
        firth.Listener.tls_listen("127.0.0.1", 0, **files.own("server"), host_name="x")


SERVER = """
import sys
from rpyc import Service
from rpyc.utils.authenticators import SSLAuthenticator
from rpyc.utils.server import OneShotServer

key, certificate, ca = sys.argv[1:]
server = OneShotServer(Service, hostname="127.0.0.1", port=0,
                       authenticator=SSLAuthenticator(key, certificate, ca))
server.listener.listen()
print(server.port, flush=True)
server.start()
"""
CLIENT = """
import sys
from rpyc.core.channel import Channel
from rpyc.core.stream import SocketStream

port, key, certificate, ca = sys.argv[1:]
stream = SocketStream.ssl_connect("localhost", int(port),
                                  {"keyfile": key, "certfile": certificate, "ca_certs": ca})
channel = Channel(stream)
channel.send(b"from rpyc" * 1000)
assert channel.recv() == b"from firth"
channel.close()
"""


def rpyc(version, program, *arguments):
    environment = environment_for(version)
    environment["PYTHONPATH"] += os.pathsep + str(Path(firth.__file__).parents[1])
    return subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)],
                            env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_rpycs_server_is_talked_to_over_tls(files, version):
    own = [files.path(name) for name in ("server.key", "server.crt", "ca.crt")]
    with rpyc(version, SERVER, *own) as process:
        port = int(process.stdout.readline())
        with firth.Channel(firth.create_ssl_stream(
                "localhost", port, files.path("client.key"), files.path("client.crt"),
                files.path("ca.crt"), ipv6=False)) as channel:
            getroot = {"5.3.1": "1251501153115102", "6.0.2": "0111501153115102"}[version]
            channel.send(bytes.fromhex(getroot), LONG)
            assert b"Service" in channel.recv(LONG)


@pytest.mark.parametrize("version", VERSIONS)
def test_rpycs_client_is_talked_to_over_tls(files, version, tls_listener):
    own = [files.path(name) for name in ("client.key", "client.crt", "ca.crt")]
    with rpyc(version, CLIENT, tls_listener.port, *own) as process:
        with firth.Channel(tls_listener.accept(LONG)) as channel:
            assert channel.recv(LONG) == b"from rpyc" * 1000
            channel.send(b"from firth", LONG)
            assert process.wait(LONG) == 0


FACTORY = """
import sys
import firth
import rpyc
from rpyc.utils import factory

factory.SocketStream = firth.SocketStream
port, key, certificate, ca = sys.argv[1:]
with factory.ssl_connect("localhost", int(port), key, certificate, ca) as connection:
    connection.ping(timeout=10)
    assert type(connection._channel.stream) is firth.SocketStream
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_rpycs_own_ssl_connect_connects_by_firths(files, version):
    of_server, of_client = ([files.path(name) for name in (f"{who}.key", f"{who}.crt", "ca.crt")]
                            for who in ("server", "client"))
    with rpyc(version, SERVER, *of_server) as server:
        port = server.stdout.readline().strip()
        with rpyc(version, FACTORY, port, *of_client) as client:
            assert client.wait(LONG) == 0
