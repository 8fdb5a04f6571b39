"""firth and rpyc's SSL server, and rpyc.ssl_connect to firth."""

from pathlib import Path

import pytest
from rpyc_peers import VERSIONS, Peer

HERE = Path(__file__).resolve().parent
PAYLOADS = [f"payload {length} ok" for length in (0, 1, 2999, 3001, 65536, 1000000)]


@pytest.fixture(params=VERSIONS)
def rpyc_server(request, certificates):
    """Starts rpyc's server; its port, and the peer."""
    peers = []

    def start(*ca):
        peer = Peer(request.param, HERE / "rpyc_server.py", certificates / "server.key",
                    certificates / "server.crt", *ca)
        peers.append(peer)
        return peer.address()[2], peer

    yield start
    for peer in peers:
        peer.stop()


@pytest.mark.parametrize("version", [12, 13])
def test_payloads_go_to_rpycs_server_and_back(rpyc_server, client, version):
    port, _ = rpyc_server()
    lines = client(port, "version", "payloads", "finish", ssl_version=version).lines()
    assert lines[0].startswith(f"TLSv1.{version - 10} ")
    assert len(lines) == 10 and all(line.endswith(" ok") for line in lines[1:])


def test_rpycs_server_knows_a_client_by_its_certificate(rpyc_server, client, certificates):
    port, peer = rpyc_server(certificates / "ca.crt")
    lines = client(port, "payloads", certfile=certificates / "client.crt",
                   keyfile=certificates / "client.key").lines()
    assert len(lines) == 9 and all(line.endswith(" ok") for line in lines)
    assert peer.line() == "credentials client.example"


def test_rpycs_server_refuses_a_client_without_a_certificate(rpyc_server, client, certificates):
    port, _ = rpyc_server(certificates / "ca.crt")
    assert client(port, "payloads").lines() == [
        "tls: the peer ended TLS: it wants a certificate, and we have shown none"
        " (alert certificate_required, 116)"]


@pytest.mark.parametrize("rpyc", VERSIONS)
@pytest.mark.parametrize("version", [12, 13])
def test_rpycs_client_sends_payloads_to_firth(server, certificates, rpyc, version):
    one = server("shake", "version", "answer", ssl_version=version)
    with Peer(rpyc, HERE / "rpyc_client.py", one.port(), certificates / "ca.crt") as peer:
        assert [peer.line() for _ in PAYLOADS] == PAYLOADS
        peer.wait()
    version_line, end = one.lines()
    assert version_line.startswith(f"TLSv1.{version - 10} ")
    # rpyc shuts its socket down without TLS's end.
    assert end == "connection_lost: the connection was cut without TLS's end (close_notify)"


@pytest.mark.parametrize("rpyc", VERSIONS)
def test_rpycs_client_shows_its_certificate_to_firth(server, certificates, rpyc):
    one = server("shake", "version", "answer", ca_certs=certificates / "ca.crt")
    with Peer(rpyc, HERE / "rpyc_client.py", one.port(), certificates / "ca.crt",
              certificates / "client.key", certificates / "client.crt") as peer:
        assert [peer.line() for _ in PAYLOADS] == PAYLOADS
    assert int(one.lines()[0].split(" ")[-1]) > 100
