"""The arrangements are what they are said to be."""

import os

import rpyc
from arrangements import parts_of

seen_by_the_server = []


class WatchedService(rpyc.Service):
    def on_connect(self, conn):
        seen_by_the_server[:] = parts_of(conn._channel)


def what_the_server_saw():
    return seen_by_the_server


def text_of(version):
    return ".".join(map(str, version))


def test_the_version_is_the_one_of_this_run(arrangement):
    assert text_of(rpyc.version.version) == os.environ["FIRTH_RPYC_VERSION"]


def test_the_version_of_the_server_is_the_one_of_this_run(classic):
    version = classic.modules.rpyc.version.version
    assert text_of(version) == os.environ["FIRTH_RPYC_VERSION"]


def test_the_client_has_the_channel_the_stream_and_the_encoding_of_its_side(arrangement, connect):
    connection = connect(WatchedService)
    assert list(parts_of(connection._channel)) == [
        ("Channel", arrangement.client), ("SocketStream", arrangement.client),
        ("brine", arrangement.client)]


def test_the_server_has_the_channel_the_stream_and_the_encoding_of_its_side(
        arrangement, connect, host):
    connect(WatchedService).ping()
    assert host.call(what_the_server_saw) == [
        ["Channel", arrangement.server], ["SocketStream", arrangement.server],
        ["brine", arrangement.server]]
