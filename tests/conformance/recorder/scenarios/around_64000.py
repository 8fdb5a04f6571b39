"""Messages and whole frames around the size up to which rpyc writes at once."""

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE, SERVER_CONFIG, SERVICE  # noqa: F401
from recorder.scenarios.base import exchange_messages_of


def talk(conn):
    exchange_messages_of(conn, (63993, 63994, 63995, 63999, 64000, 64001))
