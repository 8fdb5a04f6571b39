"""Several MiB in one message, each way."""

import seeded

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE, SERVER_CONFIG, SERVICE  # noqa: F401

MIB = 1 << 20


def talk(conn):
    for kind, size in (("text", 4 * MIB), ("random", 3 * MIB + 1)):
        payload = seeded.named(kind, size)
        assert conn.root.echo(payload) == payload
