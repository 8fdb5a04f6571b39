"""What can be asked of a remote object without calling it."""

import rpyc

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE  # noqa: F401

SERVER_CONFIG = {"allow_public_attrs": True, "allow_setattr": True, "allow_delattr": True}


class Thing:
    kind = "thing"

    def __init__(self, number):
        self.number = number

    def __repr__(self):
        return f"Thing({self.number})"

    def __str__(self):
        return f"thing number {self.number}"

    def __hash__(self):
        return self.number

    def __eq__(self, other):
        return self.number == other

    def __lt__(self, other):
        return self.number < other


class SERVICE(rpyc.Service):
    exposed_answer = 42

    def exposed_thing(self, number):
        return Thing(number)


def talk(conn):
    assert conn.root.answer == 42
    thing = conn.root.thing(7)
    assert thing.number == 7
    assert thing.kind == "thing"
    thing.number = 8
    thing.note = "a \N{SNOWMAN} and a NUL \0"
    assert hasattr(thing, "note")
    del thing.note
    assert not hasattr(thing, "note")
    assert repr(thing) == "Thing(8)"
    assert str(thing) == "thing number 8"
    assert hash(thing) == 8
    assert "number" in dir(thing)
    assert thing == 8 and thing != 9 and thing < 9
