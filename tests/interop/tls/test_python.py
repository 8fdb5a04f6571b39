"""firth and Python's ssl, which is what rpyc speaks TLS with."""

import contextlib
import socket
import ssl
import struct
import threading

import pytest

VERSIONS = {12: ssl.TLSVersion.TLSv1_2, 13: ssl.TLSVersion.TLSv1_3}
LENGTHS = (1, 16384, 16385, 100000, 1000000)


@pytest.fixture
def server_context(certificates):
    def make(version=13, client_ca=None):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates / "server.crt", certificates / "server.key")
        context.minimum_version = context.maximum_version = VERSIONS[version]
        if client_ca:
            context.load_verify_locations(certificates / client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
        return context
    return make


@pytest.fixture
def client_context(certificates):
    def make(version=13):
        context = ssl.create_default_context(cafile=certificates / "ca.crt")
        context.minimum_version = context.maximum_version = VERSIONS[version]
        return context
    return make


@contextlib.contextmanager
def serving(context, serve):
    """Calls serve(socket) for one client, in a thread; gives the port. The thread's error is ours."""
    listener = socket.create_server(("127.0.0.1", 0))
    problems = []

    def accept():
        try:
            accepted, _ = listener.accept()
            with accepted:
                serve(context, accepted)
        except Exception as problem:  # noqa: BLE001
            problems.append(problem)

    thread = threading.Thread(target=accept)
    thread.start()
    with listener:
        yield listener.getsockname()[1]
        thread.join(60)
    assert not thread.is_alive() and problems == []


def read_exactly(stream, length):
    parts = []
    while length:
        part = stream.recv(min(length, 65536))
        assert part, "the end came first"
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def noise(length):
    return bytes(n * n >> 8 & 255 for n in range(length))


def echo(context, accepted):
    with context.wrap_socket(accepted, server_side=True, suppress_ragged_eofs=False) as secure:
        for data in iter(lambda: secure.recv(65536), b""):
            secure.sendall(data)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_exchanges_payloads_with_a_server_of_pythons(server_context, client, version):
    """The server sees a proper end, else it would raise."""
    with serving(server_context(version), echo) as port:
        lines = client(port, "version", "payloads", "finish").lines()
    assert lines[0].startswith(f"TLSv1.{version - 10} ")
    assert len(lines) == 10 and all(line.endswith(" ok") for line in lines[1:])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_of_pythons_is_answered(server, client_context, version):
    one = server("shake", "version", "echo")
    with socket.create_connection(("127.0.0.1", one.port())) as plain:
        with client_context(version).wrap_socket(plain, server_hostname="localhost") as secure:
            assert one.line().startswith(f"TLSv1.{version - 10} ")
            for length in LENGTHS:
                sending = threading.Thread(target=secure.sendall, args=(noise(length),))
                sending.start()
                assert read_exactly(secure, length) == noise(length)
                sending.join()
            # It waits for our close_notify, after its own.
            secure.settimeout(30)
            with contextlib.suppress(ssl.SSLEOFError, ConnectionResetError, BrokenPipeError):
                secure.unwrap()
    assert one.lines() == ["eof: the peer has ended TLS"]


def test_a_client_of_pythons_that_only_shuts_down_is_a_cut(server, client_context):
    """So end rpyc's own streams."""
    one = server("shake", "end")
    with socket.create_connection(("127.0.0.1", one.port())) as plain:
        secure = client_context().wrap_socket(plain, server_hostname="localhost")
        secure.shutdown(socket.SHUT_RDWR)
        secure.close()
    assert one.lines() == [
        "connection_lost: the connection was cut without TLS's end (close_notify)"]


def test_a_client_gets_the_end_that_the_server_unwraps_with(server_context, client):
    def serve(context, accepted):
        secure = context.wrap_socket(accepted, server_side=True)
        secure.sendall(b"bye\n")
        secure.unwrap()

    with serving(server_context(), serve) as port:
        assert client(port, "hear=bye", "end").lines() == ["eof: the peer has ended TLS"]


def test_a_client_with_a_certificate_is_known_to_the_server(server_context, client, certificates):
    def serve(context, accepted):
        with context.wrap_socket(accepted, server_side=True) as secure:
            names = secure.getpeercert()["subjectAltName"]
            secure.sendall(f"{names[0][1]}\n".encode())

    with serving(server_context(client_ca="ca.crt"), serve) as port:
        one = client(port, "hear=client.example", certfile=certificates / "client.crt",
                     keyfile=certificates / "client.key")
        assert one.lines() == []


def refuse(context, accepted):
    """The alert goes out, and then a reset, since what the client wrote is unread."""
    with context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False) as secure:
        with pytest.raises(ssl.SSLError, match="certificate"):
            secure.do_handshake()
        secure.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("action", ["end", "write_on"])
def test_the_alert_and_not_the_reset_is_told(server_context, client, action):
    with serving(server_context(client_ca="ca.crt"), refuse) as port:
        one = client(port, "wait", action)
        assert one.line() == "waiting"
    one.tell("the server is gone")
    assert one.lines() == [
        "tls: the peer ended TLS: it wants a certificate, and we have shown none"
        " (alert certificate_required, 116)"]


def test_a_certificate_of_another_issuer_is_told_by_the_server(server_context, client, certificates):
    with serving(server_context(12, client_ca="ca.crt"), refuse) as port:
        lines = client(port, certfile=certificates / "other_client.crt",
                       keyfile=certificates / "other_client.key").lines()
    assert lines == ["tls: the peer ended TLS: it does not trust who issued our certificate"
                     " (alert unknown_ca, 48)"]


def test_the_name_that_is_wanted_is_sent(server_context, client):
    asked = []

    def serve(context, accepted):
        context.sni_callback = lambda socket, name, context: asked.append(name)
        context.wrap_socket(accepted, server_side=True).unwrap()

    with serving(server_context(), serve) as port:
        client(port, "end").lines()
    with serving(server_context(), serve) as port:
        client(port, "end", server_name="127.0.0.1").lines()
    assert asked == ["localhost", None]


def test_both_sides_talk_at_once(server, client_context):
    """Four MiB go each way, and neither side reads before it has written."""
    one = server("shake", "echo")
    length = 4 << 20
    with socket.create_connection(("127.0.0.1", one.port())) as plain:
        with client_context().wrap_socket(plain, server_hostname="localhost") as secure:
            sending = threading.Thread(target=secure.sendall, args=(noise(length),))
            sending.start()
            assert read_exactly(secure, length) == noise(length)
            sending.join()
