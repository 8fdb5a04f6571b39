"""The shortest conversation."""

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE, SERVER_CONFIG, SERVICE  # noqa: F401


def talk(conn):
    assert conn.root is not None
    conn.ping()
    conn.ping("short")
    conn.ping("")
