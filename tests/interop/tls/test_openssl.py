"""firth and the program openssl: s_server and s_client, which print and understand much."""

import os
import re
import socket

import pytest

OPENSSL = os.environ["FIRTH_OPENSSL"]
VERSIONS = {12: ("-tls1_2", "TLSv1.2"), 13: ("-tls1_3", "TLSv1.3")}


@pytest.fixture
def s_server(start, certificates):
    """Starts s_server; its port."""
    def s_server(*words, certificate="server"):
        side = start(OPENSSL, "s_server", "-accept", "127.0.0.1:0", "-naccept", "1",
                     "-cert", certificates / f"{certificate}.crt",
                     "-key", certificates / f"{certificate}.key", *words)
        for line in iter(side.line, None):
            found = re.match(r"ACCEPT .*:(\d+)$", line)
            if found:
                return side, int(found[1])
            assert side.process.poll() is None, line
    return s_server


@pytest.fixture
def s_client(start, certificates):
    def s_client(port, *words):
        return start(OPENSSL, "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost",
                     "-CAfile", certificates / "ca.crt", "-verify_return_error", *words)
    return s_client


def wait_for(side, text):
    """Reads lines until one has the text in it."""
    seen = []
    while True:
        line = side.line()
        seen.append(line)
        if text in line:
            return line
        assert line or side.process.poll() is None, seen


@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_talks_to_s_server(s_server, client, version):
    flag, name = VERSIONS[version]
    side, port = s_server("-rev", flag)
    one = client(port, "version", "say=firth", "hear=htrif", "say=brine", "hear=enirb", "finish")
    lines = one.lines()
    assert lines[0].startswith(name + " ") and len(lines) == 1
    assert int(lines[0].split(" ")[-1]) > 100
    assert one.process.returncode == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_shows_its_certificate_to_s_server(s_server, client, certificates, version):
    side, port = s_server("-rev", "-Verify", "1", "-CAfile", certificates / "ca.crt",
                          "-verify_return_error")
    one = client(port, "say=firth", "hear=htrif", ssl_version=version,
                 certfile=certificates / "client.crt", keyfile=certificates / "client.key")
    assert one.lines() == [] and one.process.returncode == 0


def test_a_client_without_a_certificate_reads_the_alert_of_s_server(s_server, client, certificates):
    side, port = s_server("-rev", "-Verify", "1", "-CAfile", certificates / "ca.crt",
                          "-verify_return_error")
    assert client(port, "say=firth", "end").lines() == [
        "tls: the peer ended TLS: it wants a certificate, and we have shown none"
        " (alert certificate_required, 116)"]


REFUSALS = {
    "expired": "expired: it was valid until ",
    "not_yet_valid": "not yet valid: it becomes so at ",
    "elsewhere": "wrong host: wanted localhost, it names elsewhere.example",
    "stranger": "unknown issuer: ",
    "self_signed": "self-signed: ",
}


@pytest.mark.parametrize("certificate", REFUSALS)
def test_a_bad_certificate_of_s_server_is_refused(s_server, client, certificate):
    side, port = s_server("-rev", certificate=certificate)
    one = client(port, "say=never")
    lines = one.lines()
    assert lines[0].startswith(
        f"certificate: the peer's certificate was refused: {REFUSALS[certificate]}")
    assert one.process.returncode == 1 and len(lines) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_s_client_talks_to_a_server(server, s_client, version):
    flag, name = VERSIONS[version]
    one = server("shake", "version", "hear=hello", "say=brine", "end")
    other = s_client(one.port(), "-quiet", flag)
    other.tell("hello")
    wait_for(other, "brine")
    other.process.stdin.close()
    assert one.line().startswith(name)


def test_s_client_without_a_certificate_is_refused(server, s_client, certificates):
    one = server("shake", ca_certs=certificates / "ca.crt")
    other = s_client(one.port(), "-quiet")
    assert one.lines()[0] == "certificate: the client showed no certificate"
    assert any("certificate required" in line for line in other.lines())


@pytest.mark.parametrize("asks", ["k", "K"])
def test_new_keys_of_s_client_are_no_data(server, s_client, asks):
    """`K` wants new keys from us too."""
    one = server("shake", "hear=before", "wait", "quiet", "say=between", "hear=after", "say=bye")
    other = s_client(one.port(), "-tls1_3")
    other.tell("before")
    port_line = one.line()
    assert port_line == "waiting"
    other.tell(asks)
    wait_for(other, "KEYUPDATE")
    one.tell("go on")
    assert one.line() == "quiet"
    wait_for(other, "between")
    other.tell("after")
    wait_for(other, "bye")
    assert one.lines() == []


def test_a_renegotiation_of_s_client_is_not_taken_up(server, s_client):
    one = server("shake", "hear=before", "say=noted", "echo")
    other = s_client(one.port(), "-tls1_2")
    other.tell("before")
    wait_for(other, "noted")
    other.tell("R")
    wait_for(other, "RENEGOTIATING")
    assert any("no renegotiation" in line for line in other.lines())


def test_tickets_of_s_server_do_not_turn_the_end_into_a_reset(s_server, client):
    """It sends two, which a client that only writes never reads."""
    side, port = s_server("-tls1_3")
    one = client(port, "say=last words", "finish")
    assert one.lines() == [] and one.process.returncode == 0
    wait_for(side, "last words")
    rest = side.lines()
    assert "DONE" in rest and not any("ERROR" in line for line in rest)


@pytest.mark.parametrize("flag", ["-tls1", "-tls1_1"])
def test_older_versions_are_refused(server, s_client, flag):
    one = server("shake")
    s_client(one.port(), flag, "-cipher", "DEFAULT@SECLEVEL=0")
    lines = one.lines()
    assert lines[0].startswith("tls: no common version of TLS: this side speaks TLS 1.2 and 1.3")


def test_a_server_of_an_older_version_is_refused(s_server, client):
    side, port = s_server("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
    assert client(port).lines()[0].startswith("tls: the peer ended TLS: no common version of TLS")


def test_a_peer_without_tls_is_quoted(client):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        one = client(listener.getsockname()[1])
        accepted, _ = listener.accept()
        with accepted:
            accepted.recv(100)
            accepted.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            assert one.lines() == ["tls: the peer speaks no TLS: it began with \"HTTP/\""]


def test_a_peer_that_leaves_in_the_hand_shake_is_a_loss(client):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        one = client(listener.getsockname()[1])
        accepted, _ = listener.accept()
        accepted.recv(5000)
        accepted.close()
        assert one.lines() == ["connection_lost: the connection was cut in the TLS hand-shake"]


def test_the_systems_store_is_the_one_that_openssl_is_told(s_server, client, certificates, monkeypatch):
    side, port = s_server("-rev")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.crt"))
    assert client(port, "say=firth", "hear=htrif", ca_certs=None).lines() == []


def test_ca_certs_stand_instead_of_the_systems_store(s_server, client, certificates, monkeypatch):
    side, port = s_server("-rev")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.crt"))
    lines = client(port, ca_certs=certificates / "other_ca.crt").lines()
    assert "unknown issuer" in lines[0]
