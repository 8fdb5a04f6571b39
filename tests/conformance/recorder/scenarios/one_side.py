"""Payloads above the threshold, while one side does not compress."""

import seeded

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE, SERVER_CONFIG, SERVICE  # noqa: F401
from recorder.scenarios.base import exchange_messages_of


def talk(conn):
    exchange_messages_of(conn, (2999, 3000, 3001, 64000))
    for kind in ("text", "random"):
        payload = seeded.named(kind, 300000)
        assert conn.root.echo(payload) == payload
