"""Each example of the documents does its work against a real peer, in every language."""

import re
import sys
from pathlib import Path

import pytest
from conftest import HERE
from languages import LANGUAGES, NEWEST, OLDER
from rpyc_peers import PeerError, folder_of

every_language = pytest.mark.parametrize("language", LANGUAGES)
# Python's examples are rpyc's programs, over firth: those of the documents.
every_rpyc = pytest.mark.parametrize("language,version", [
    *((language, NEWEST) for language in LANGUAGES), *(("python", version) for version in OLDER)])
SECRET = ("correct horse battery staple", "a salt of random bytes")
# What Python's examples talk to where the document has an rpyc.Connection.
PEER = {"python": "service"}


def check_said(done, *lines):
    assert (done.returncode, done.stderr) == (0, "")
    for line in lines:
        assert line in done.stdout.splitlines(), done.stdout


def host_and_port(peer):
    return peer.address()[1:]


@every_rpyc
def test_basic_stream(language, start_peer, run):
    address = host_and_port(start_peer("echo", "tcp"))
    check_said(run(language, "basic_stream", *address), "Response: Hello RPyC")


@every_rpyc
def test_tls_client_certificate(language, start_peer, run, certificates):
    of_server = [certificates / name for name in ("server.key", "server.crt", "ca.crt")]
    of_client = [certificates / name for name in ("client.key", "client.crt", "ca.crt")]
    address = host_and_port(start_peer(PEER.get(language, "echo"), "tls", *of_server))
    done = run(language, "tls_client_certificate", *address, *of_client)
    check_said(done, "Result: 42" if language == "python" else "Response: Hello over TLS")
    assert "TLSv1.3" in done.stdout


@every_rpyc
def test_tls_client_certificate_says_that_another_authority_is_unknown(
        language, start_peer, run, certificates):
    of_server = [certificates / name for name in ("server.key", "server.crt", "ca.crt")]
    of_client = [certificates / name for name in ("client.key", "client.crt", "other_ca.crt")]
    address = host_and_port(start_peer(PEER.get(language, "echo"), "tls", *of_server))
    done = run(language, "tls_client_certificate", *address, *of_client)
    assert done.returncode == 1
    assert "unknown issuer" in done.stderr


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "python"])
def test_pipe_subprocess(language, run):
    done = run(language, "pipe_subprocess", sys.executable, HERE / "stdio_echo.py")
    check_said(done, "Response: Hello RPyC", "exit status 0")


@pytest.mark.parametrize("version", [NEWEST, *OLDER])
def test_pipe_subprocess_with_rpycs_own_server(run, version):
    server = next(folder_of(version).glob("bin/rpyc_classic*"))
    done = run("python", "pipe_subprocess", sys.executable, server, "-m", "stdio")
    assert done.returncode == 0, done.stderr
    assert "Response: Hello from subprocess" in done.stdout.splitlines()
    assert "exit status" in done.stdout


@every_rpyc
def test_custom_secure_stream(language, start_peer, run, certificates):
    of_server = certificates / "server.key", certificates / "server.crt"
    _, port = host_and_port(start_peer(PEER.get(language, "echo"), "token", *of_server, "sesame"))
    done = run(language, "custom_secure_stream", "localhost", port, certificates / "ca.crt",
               "sesame")
    check_said(done, "Result: 42" if language == "python" else "Response: Hello RPyC")


@every_language
def test_custom_secure_stream_says_that_the_token_is_wrong(language, start_peer, run, certificates):
    of_server = certificates / "server.key", certificates / "server.crt"
    _, port = host_and_port(start_peer("echo", "token", *of_server, "sesame"))
    done = run(language, "custom_secure_stream", "localhost", port, certificates / "ca.crt",
               "open up")
    assert done.returncode == 1
    assert "Authentication failed" in done.stderr


@every_rpyc
def test_unix_socket(language, start_peer, run, place):
    start_peer(PEER.get(language, "echo"), "unix", place).address()
    done = run(language, "unix_socket", place)
    check_said(done, *(["Response: Hello RPyC"] if language != "python" else []))
    if language == "python":
        here = len(list(Path("/").iterdir()))
        assert f"Entries of /: {here}" in done.stdout


@every_rpyc
def test_stream_pool(language, start_peer, run):
    peer = start_peer(PEER.get(language, "echo"), "tcp")
    done = run(language, "stream_pool", *host_and_port(peer))
    check_said(done, "20 tasks over 2 connections")
    for thread in range(4):
        for task in range(5):
            assert f"Thread {thread}, task {task}: " in done.stdout
    assert [peer.line(), peer.line()] == ["connection"] * 2
    peer.stop()
    with pytest.raises(PeerError, match="ended without saying more"):
        peer.line()


@every_rpyc
def test_monitored_stream(language, start_peer, run):
    peer = start_peer(PEER.get(language, "echo"), "tcp")
    done = run(language, "monitored_stream", *host_and_port(peer))
    if language == "python":
        check_said(done, "Result: 42")
        assert "WRITE: " in done.stdout and "Total received: " in done.stdout
    else:
        check_said(done, "WRITE: 16 bytes (total: 16)", "Total sent: 16 bytes",
                   "Total received: 16 bytes")


@every_language
def test_channel_options(language, start_peer, run):
    address = host_and_port(start_peer("echo", "tcp"))
    done = run(language, "channel_options", *address)
    check_said(done)
    assert done.stdout.splitlines() == ["3 bytes", "3 bytes", "5000 bytes", "1 write"]


@every_rpyc
def test_compressed_communication(language, start_peer, run):
    address = host_and_port(start_peer(PEER.get(language, "echo"), "tcp"))
    done = run(language, "compressed_communication", *address)
    check_said(done, *(["Result: 49995000"] if language == "python" else []))
    size, sent, saved = map(int, re.search(
        r"^Data: (\d+) bytes, sent as (\d+) bytes, (\d+) % saved$", done.stdout, re.MULTILINE).groups())
    assert size > 40000
    assert 0 < sent < 2 * size / 3
    assert saved == 100 - 100 * sent // size


@every_rpyc
def test_performance_optimized_streaming(language, start_peer, run):
    address = host_and_port(start_peer(PEER.get(language, "echo"), "tcp"))
    done = run(language, "performance_optimized_streaming", *address)
    check_said(done)
    writes = {way: int(count) for way, count in re.findall(
        r"^(\w+): 1000 payloads, (\d+) writes, \d+ reads$", done.stdout, re.MULTILINE)}
    assert list(writes) == ["one_at_a_time", "batched", "corked"]
    assert writes["one_at_a_time"] >= 1000
    # 50 and 1, if the sender is never held up for as long as a batch waits.
    assert 50 <= writes["batched"] < 500
    assert 1 <= writes["corked"] < 50


LISTENS = dict(zip(LANGUAGES, LANGUAGES[1:] + LANGUAGES[:1]))  # to whom a language connects


@every_language
def test_encrypted_communication(language, start_example, run):
    listening = start_example(LISTENS[language], "encrypted_communication", "listen", *SECRET)
    done = run(language, "encrypted_communication", "connect", *host_and_port(listening), *SECRET)
    check_said(done, "Response: HELLO, BRINE")
    assert listening.line() == "The peer has finished"
    assert listening.ended() == (0, "")


@every_language
def test_encrypted_communication_says_that_the_passphrases_differ(language, start_example, run):
    listening = start_example(LISTENS[language], "encrypted_communication", "listen", *SECRET)
    done = run(language, "encrypted_communication", "connect", *host_and_port(listening),
               "another passphrase", SECRET[1])
    status, complaint = listening.ended()
    assert (done.returncode, status) == (1, 1)
    assert done.stdout == ""
    for said in (done.stderr, complaint):
        assert len(said.splitlines()) == 1 and "key" in said, said
    assert "brine" not in complaint.lower()


@every_language
def test_brine(language, start_peer, run):
    address = host_and_port(start_peer("service", "tcp"))
    done = run(language, "brine", *address)
    check_said(done, "__main__.Service says 42")
