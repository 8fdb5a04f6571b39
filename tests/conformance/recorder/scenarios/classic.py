"""Classic mode: the client runs things inside the server."""

from importlib import metadata

import rpyc
from rpyc.core.service import MasterService
from rpyc.utils import classic

from recorder.scenarios.base import CLIENT_CONFIG  # noqa: F401

SERVER_CONFIG = {}
SERVICE = rpyc.SlaveService
CLIENT_SERVICE = MasterService

TELEPORTS = metadata.version("rpyc") >= "5"  # 4.x cannot take apart the code objects of Python 3.11


def double(value):
    return value * 2


def talk(conn):
    assert conn.eval("6 * 7") == 42
    conn.execute("numbers = [1, 2, 3]")
    assert list(conn.namespace["numbers"]) == [1, 2, 3]
    assert conn.modules.math.floor(2.5) == 2
    assert conn.modules["json"].dumps(("a", 1)) == '["a", 1]'
    assert list(conn.builtin.sorted((3, 1, 2))) == [1, 2, 3]
    assert conn.builtin.max(conn.builtin.range(10)) == 9
    assert classic.obtain(conn.eval("{'key': [1, 2]}")) == {"key": [1, 2]}
    delivered = classic.deliver(conn, ["a", "b"])
    assert conn.builtin.len(delivered) == 2
    if TELEPORTS:
        assert conn.teleport(double)(21) == 42
