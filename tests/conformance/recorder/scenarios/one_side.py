"""Payloads above the threshold, while one side does not compress."""

import seeded

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE, SERVER_CONFIG, SERVICE  # noqa: F401


def talk(conn):
    for size in (100, 3000, 3001, 64000, 300000):
        for kind in ("text", "random"):
            payload = seeded.named(kind, size)
            assert conn.root.echo(payload) == payload
