"""Messages around the size from which on rpyc compresses."""

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE, SERVER_CONFIG, SERVICE  # noqa: F401
from recorder.scenarios.base import exchange_messages_of


def talk(conn):
    exchange_messages_of(conn, (2998, 2999, 3000, 3001, 3002))
