"""Two processes that talk through rpyc."""

import functools
import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "support"))

from rpyc_peers import Peer  # noqa: E402

TALKER = HERE / "talker.py"
STOCK = "stock"


class Conversation:
    """A client that has had its talk with a server: `result` is what it said of it.

    A channel is STOCK, or the name of one of firth's classes with its options.
    """

    def __init__(self, version, server, client):
        self.server = Peer(version, TALKER, "server", described(server))
        try:
            _, host, port = self.server.address()
            self.client = Peer(version, TALKER, "client", described(client), host, port)
        except BaseException:
            self.server.stop()
            raise

    def __enter__(self):
        try:
            self.result = json.loads(self.client.line())
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, failed, *_):
        if not failed:
            self.client.say("close")
            self.client.wait()
            self.server.wait()
        self.stop()

    def stop(self):
        self.client.stop()
        self.server.stop()


def described(channel):
    return channel if channel == STOCK else json.dumps(channel)


@pytest.fixture(scope="session")
def talk():
    """talk(version, server, client): such a conversation."""
    return Conversation


@pytest.fixture(scope="session")
def among_stock():
    """among_stock(version): what a client says when both ends are stock rpyc's."""
    @functools.cache
    def result(version):
        with Conversation(version, STOCK, STOCK) as conversation:
            return conversation.result
    return result
