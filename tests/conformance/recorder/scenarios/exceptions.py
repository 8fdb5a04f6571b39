"""Exceptions that cross the wire, with the tracebacks that rpyc adds."""

import rpyc

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE  # noqa: F401

SERVER_CONFIG = {"allow_public_attrs": True}


class Refusal(Exception):
    def __init__(self, reason, code):
        super().__init__(reason, code)
        self.reason = reason
        self.code = code


class SERVICE(rpyc.Service):
    def on_connect(self, conn):
        self._conn = conn

    def exposed_divide(self, a, b):
        return a / b

    def exposed_refuse(self):
        raise Refusal("not \N{SNOWMAN} today", 403)

    def exposed_lookup(self, key):
        return {"a": 1}[key]

    def exposed_stop(self):
        raise StopIteration

    def exposed_recurse(self, depth):
        return 1 // 0 if depth == 0 else self.exposed_recurse(depth - 1)

    def exposed_long(self):
        raise ValueError("x" * 5000)

    def exposed_tracebacks(self, wanted):
        self._conn._config["include_local_traceback"] = wanted


def failing(call, *arguments):
    try:
        call(*arguments)
    except Exception as error:
        return error
    raise AssertionError("no exception came")


def talk(conn):
    root = conn.root
    for wanted in (True, False):
        root.tracebacks(wanted)
        assert isinstance(failing(root.divide, 1, 0), ZeroDivisionError)
        assert isinstance(failing(root.lookup, "b"), KeyError)
        assert failing(root.refuse).args[1] == 403
        assert isinstance(failing(root.stop), StopIteration)
        assert isinstance(failing(root.recurse, 20), ZeroDivisionError)
        assert isinstance(failing(root.long), ValueError)
        assert isinstance(failing(root.divide, 1), TypeError)
        assert isinstance(failing(getattr, root, "hidden"), AttributeError)
