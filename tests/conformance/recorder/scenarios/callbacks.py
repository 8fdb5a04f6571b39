"""The server calls functions of the client."""

import rpyc

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE  # noqa: F401

SERVER_CONFIG = {"allow_public_attrs": True, "allow_all_attrs": True}


class SERVICE(rpyc.Service):
    def exposed_apply(self, function, *values):
        return tuple(function(value) for value in values)

    def exposed_nested(self, function, depth):
        return function(self.exposed_nested, depth)

    def exposed_guard(self, function):
        try:
            function()
        except KeyError as error:
            return "caught", str(error.args[0])
        return ("nothing",)

    def exposed_later(self, function, value):
        rpyc.async_(function)(value).wait()


def descend(again, depth):
    return 0 if depth == 0 else 1 + again(descend, depth - 1)


def fail():
    raise KeyError("from the client")


def talk(conn):
    root = conn.root
    heard = []
    assert root.apply(lambda value: value * 2, 1, "ab", b"c") == (2, "abab", b"cc")
    assert root.nested(descend, 3) == 3
    assert root.guard(fail) == ("caught", "from the client")
    root.later(heard.append, "later")
    assert heard == ["later"]
    rpyc.async_(root.apply)(heard.append, 1, 2).wait()
    assert heard == ["later", 1, 2]
