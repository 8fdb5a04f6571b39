"""TLS: between firth's own ends, and with Python's ssl at the other one, in both roles."""

import os
import socket
import ssl

import pytest

import firth
from custom_objects import Plain, Polling
from support import LONG, Caller, Rung, in_child, while_blocked


class Certificates:
    """The files of one folder by their names, as options."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, name):
        return str(self.folder / name)

    def own(self, name):
        return {"certfile": self.path(f"{name}.crt"), "keyfile": self.path(f"{name}.key")}

    def trust(self, name="ca", **more):
        return {"ca_certs": self.path(f"{name}.crt"), "server_name": "localhost", **more}


@pytest.fixture
def files(certificates):
    return Certificates(certificates)


@pytest.fixture
def secure(sockets, files):
    """The two ends of a TLS connection, which have not shaken hands."""
    client = firth.TLSStream.client(sockets[0], **files.trust())
    server = firth.TLSStream.server(sockets[1], **files.own("server"))
    yield client, server
    for end in (client, server):
        end.close()


def shake(client, server):
    """Both hand-shakes; what each raised, or None."""
    def outcome(end):
        try:
            end.handshake(LONG)
        except firth.StreamError as error:
            return error
    other = Caller(outcome, server)
    mine = outcome(client)
    return mine, other.result()


def pair(sockets, of_client, of_server):
    return (firth.TLSStream.client(sockets[0], **of_client),
            firth.TLSStream.server(sockets[1], **of_server))


# ---- Between two ends of firth ---------------------------------------------------------


def test_bytes_go_both_ways(secure):
    client, server = secure
    reading = Caller(server.read, 8, LONG)
    client.write(b"question", LONG)
    assert reading.result() == b"question"
    server.write(b"answer", LONG)
    assert client.read(6, LONG) == b"answer"


def test_both_ends_say_what_was_agreed_upon(secure, files):
    assert shake(*secure) == (None, None)
    for end in secure:
        assert end.tls_version() == "TLSv1.3"
        assert end.cipher().startswith("TLS_")
    of_server = ssl.PEM_cert_to_DER_cert(open(files.path("server.crt")).read())
    assert secure[0].peer_certificate() == of_server
    assert secure[1].peer_certificate() is None
    secure[0].close()
    assert secure[0].tls_version() == "TLSv1.3"


def test_before_the_hand_shake_nothing_is_known(secure):
    for ask in (secure[0].tls_version, secure[0].cipher, secure[0].peer_certificate):
        with pytest.raises(ValueError):
            ask()


def test_other_streams_know_nothing_of_tls(streams):
    for ask in (streams[0].handshake, streams[0].tls_version, streams[0].cipher,
                streams[0].peer_certificate):
        with pytest.raises(firth.NotSupportedError):
            ask()


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_a_version_may_be_asked_for(sockets, files, version):
    ends = pair(sockets, files.trust(ssl_version=version), files.own("server"))
    assert shake(*ends) == (None, None)
    assert ends[1].tls_version() == version


@pytest.mark.parametrize("number, version", [
    (ssl.PROTOCOL_TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3"),
    (ssl.PROTOCOL_TLS_CLIENT, "TLSv1.3"), (ssl.PROTOCOL_TLS, "TLSv1.3"), (None, "TLSv1.3")])
def test_the_numbers_of_pythons_ssl_are_versions_too(sockets, files, number, version):
    ends = pair(sockets, files.trust(ssl_version=number), files.own("server"))
    assert shake(*ends) == (None, None)
    assert ends[0].tls_version() == version


def test_ciphers_may_be_asked_for(sockets, files):
    ends = pair(sockets, files.trust(ssl_version="TLSv1.2", ciphers="ECDHE-ECDSA-AES256-GCM-SHA384"),
                files.own("server"))
    assert shake(*ends) == (None, None)
    assert ends[0].cipher() == "ECDHE-ECDSA-AES256-GCM-SHA384"


def test_it_lies_over_any_stream(sockets, files):
    client = firth.TLSStream.client(firth.BufferedStream(firth.SocketStream(sockets[0])),
                                    **files.trust())
    server = firth.TLSStream.server(Plain(sockets[1]), **files.own("server"))
    shaking = Caller(server.handshake)
    client.handshake(LONG)
    shaking.result()
    answering = Caller(lambda: server.write(server.read(1 << 20)))
    payload = os.urandom(1 << 20)
    client.write(payload, LONG)
    client.flush(LONG)
    assert client.read(len(payload), LONG) == payload
    answering.result()


def test_a_tls_stream_over_an_object_keeps_it_alive_and_asks_whether_it_is_closed(sockets, files):
    plain = Polling(sockets[0])
    client = firth.TLSStream.client(plain, **files.trust())
    assert not client.closed
    plain.sock.close()
    assert client.closed


def test_payloads_go_through_channels(secure):
    here, there = map(firth.Channel, secure)
    sent = [b"", b"x" * 3001, os.urandom(1 << 20)] * 3
    sending = [Caller(lambda c=c: [c.send(p, LONG) for p in sent]) for c in (here, there)]
    receiving = [Caller(lambda c=c: [c.recv(LONG) for _ in sent]) for c in (here, there)]
    assert [r.result() for r in receiving] == [sent, sent]
    for caller in sending:
        caller.result()


def test_a_clean_end_is_told_from_a_connection_that_was_cut(sockets, files):
    for end, clean in (("finish", True), ("cut", False)):
        near, far = socket.socketpair()
        client, server = pair((near, far), files.trust(), files.own("server"))
        assert shake(client, server) == (None, None)
        server.finish() if end == "finish" else far.shutdown(socket.SHUT_RDWR)
        with pytest.raises(firth.ConnectionLostError) as caught:
            client.read(1, LONG)
        assert caught.value.clean is clean
        server.close()


def test_a_time_out_in_the_hand_shake_loses_nothing(secure):
    client, server = secure
    with pytest.raises(firth.TimeoutError):
        client.handshake(0)
    with pytest.raises(firth.TimeoutError):
        server.handshake(0)
    assert shake(client, server) == (None, None)


def test_close_from_another_thread_wakes_the_hand_shake(secure):
    with while_blocked(secure[0].handshake) as blocked:
        secure[0].close()
    with pytest.raises(firth.ClosedError):
        blocked.result()


def test_a_signal_handler_ends_the_hand_shake(secure, ring):
    with pytest.raises(Rung):
        ring(secure[0].handshake)
    assert shake(*secure) == (None, None)


def test_a_forked_child_refuses(secure):
    assert shake(*secure) == (None, None)

    def child():
        try:
            secure[0].write(b"twice")
        except firth.ForkedError:
            return 0
        return 1
    assert in_child(child) == 0


# ---- Refusals --------------------------------------------------------------------------


@pytest.mark.parametrize("name, words", [
    ("expired", "expired"), ("not_yet_valid", "not yet valid"), ("elsewhere", "localhost"),
    ("stranger", "unknown issuer"), ("self_signed", "unknown issuer|self-signed")])
def test_a_refused_certificate_says_which_check_it_failed(sockets, files, name, words):
    mine, others = shake(*pair(sockets, files.trust(), files.own(name)))
    assert type(mine) is firth.CertificateError
    assert isinstance(mine, ssl.SSLCertVerificationError)
    with pytest.raises(firth.CertificateError, match=words):
        raise mine
    assert isinstance(others, firth.StreamError)


@pytest.mark.parametrize("options", [
    {"cert_reqs": ssl.CERT_NONE}, {"cert_reqs": firth.CERT_NONE}])
def test_without_any_check_every_certificate_will_do(sockets, files, options):
    ends = pair(sockets, options, files.own("expired"))
    assert shake(*ends) == (None, None)


def test_the_name_alone_may_go_unchecked(sockets, files):
    ends = pair(sockets, files.trust(check_hostname=False), files.own("elsewhere"))
    assert shake(*ends) == (None, None)


@pytest.mark.parametrize("cert_reqs, shown, good", [
    (None, "client", True), (None, None, False), (None, "other_client", False),
    (ssl.CERT_OPTIONAL, None, True), (ssl.CERT_OPTIONAL, "other_client", False)])
def test_a_server_with_authorities_asks_clients_for_certificates(
        sockets, files, cert_reqs, shown, good):
    of_client = files.trust(**files.own(shown) if shown else {})
    of_server = {**files.own("server"), "ca_certs": files.path("ca.crt"), "cert_reqs": cert_reqs}
    client, server = pair(sockets, of_client, of_server)
    _, refusal = shake(client, server)
    assert isinstance(refusal, firth.TLSError) is not good
    if good:
        assert (server.peer_certificate() is not None) is (shown is not None)
    else:
        with pytest.raises(firth.TLSError, match="alert|certificate"):
            client.read(1, LONG)


def test_no_common_version_is_a_tls_error(sockets, files):
    of_server = files.own("server") | {"ssl_version": "TLSv1.2"}
    for outcome in shake(*pair(sockets, files.trust(ssl_version="TLSv1.3"), of_server)):
        assert type(outcome) is firth.TLSError
        assert isinstance(outcome, ssl.SSLError)
        assert "version" in str(outcome)


def test_a_hand_shake_without_a_time_keeps_the_streams_own(secure):
    client, _ = secure
    client.timeout = 0
    with pytest.raises(firth.TimeoutError):
        client.handshake()


def test_a_peer_that_speaks_no_tls_is_a_tls_error(sockets, files):
    client = firth.TLSStream.client(sockets[0], **files.trust())
    sockets[1].sendall(b"220 mail.example ESMTP\r\n")
    with pytest.raises(firth.TLSError):
        client.handshake(LONG)


# ---- Options ---------------------------------------------------------------------------


@pytest.mark.parametrize("options, error, words", [
    ({"key": "x"}, TypeError, "no option 'key'; it has keyfile, certfile"),
    ({"ssl_version": "TLSv1.1"}, ValueError, "TLS 1.2 at least, not 'TLSv1.1'"),
    ({"ssl_version": ssl.PROTOCOL_TLSv1_1}, ValueError, "TLS 1.2 at least"),
    ({"ssl_version": []}, ValueError, "TLS 1.2 at least"),
    ({"cert_reqs": 7}, ValueError, "CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED, not 7"),
    ({"cert_reqs": True}, ValueError, "not True"),
    ({"certfile": 5}, TypeError, "int"),
    ({"certfile": "/nothing/there"}, firth.FileNotFoundError, "/nothing/there"),
    ({"ca_certs": "/nothing/there"}, firth.FileNotFoundError, "/nothing/there"),
    ({"server_side": False}, TypeError, "no option 'server_side'"),
    ({"server_hostname": "other"}, ValueError, "'localhost', server_hostname 'other'"),
    ({"ciphers": "NO-SUCH-CIPHER"}, (firth.TLSError, ValueError), "NO-SUCH-CIPHER")])
def test_a_wrong_option_is_refused(sockets, options, error, words):
    with pytest.raises(error, match=words):
        firth.TLSStream.client(sockets[0], **{"server_name": "localhost", **options})
    sockets[0].send(b"still open")


@pytest.mark.parametrize("name, other", [("server", "client"), ("server", "ca")])
def test_a_key_that_does_not_fit_is_a_tls_error(sockets, files, name, other):
    keyfile = files.path(f"{other}.key") if other != "ca" else files.path("ca.crt")
    with pytest.raises(firth.TLSError):
        firth.TLSStream.server(sockets[0], certfile=files.path(f"{name}.crt"), keyfile=keyfile)


def test_an_encrypted_key_wants_its_password(sockets, files):
    options = {"certfile": files.path("server.crt"), "keyfile": files.path("encrypted.key")}
    for password in ({}, {"password": "wrong"}):
        with pytest.raises(firth.TLSError):
            firth.TLSStream.server(sockets[0], **options, **password)
    firth.TLSStream.server(sockets[0], **options, password="sesame")


def test_a_client_must_know_whom_it_talks_to(sockets, files):
    with pytest.raises(ValueError):
        firth.TLSStream.client(sockets[0], ca_certs=files.path("ca.crt"))
    firth.TLSStream.client(sockets[0], ca_certs=files.path("ca.crt"), server_hostname="localhost")


def test_a_server_name_of_none_is_left_out(sockets):
    firth.TLSStream.client(sockets[0], server_name=None, server_hostname="localhost")


def test_a_server_name_is_asked_for_as_certificates_have_it(sockets):
    client = firth.TLSStream.client(sockets[0], server_name="b\u00fccher.example")
    with pytest.raises(firth.TimeoutError):
        client.handshake(0)
    assert b"xn--bcher-kva.example" in sockets[1].recv(4096)


@pytest.mark.parametrize("ssl_kwargs, error, words", [
    (5, TypeError, "ssl_kwargs: a dict is required, not 'int'"),
    ({"server_side": True}, ValueError, "server_side"),
    ({"key": "x"}, TypeError, "no option 'key'")])
def test_ssl_connect_refuses_what_is_no_option(listener, ssl_kwargs, error, words):
    with pytest.raises(error, match=words):
        firth.SocketStream.ssl_connect("127.0.0.1", listener.port, ssl_kwargs)


def test_a_server_must_have_a_certificate(sockets):
    with pytest.raises(ValueError, match="certfile"):
        firth.TLSStream.server(sockets[0])


@pytest.mark.parametrize("lower", [None, 5, object()])
def test_it_lies_over_a_stream_only(lower, files):
    with pytest.raises(TypeError):
        firth.TLSStream.client(lower, **files.trust())
