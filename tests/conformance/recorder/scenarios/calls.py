"""Calls, with every kind of value that travels by value."""

import rpyc

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE, SERVER_CONFIG  # noqa: F401

VALUES = (
    None, True, False, NotImplemented, Ellipsis,
    0, 1, -1, 0x9f, 0xa0, -0x30, -0x31, 255, 256, 2**31, -2**63, 10**100, -10**300,
    0.0, -0.0, 1.5, float("inf"), 2.5 - 3j,
    "", "a", "gr\u00fc\u00dfe \U0001f30a", "x" * 255, "x" * 256, "nul \0 within",
    b"", b"\0", bytes(range(256)), b"y" * 255,
    (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), tuple(range(20)), ((), ((),), (((),),)),
    tuple(range(300)), frozenset(), frozenset([3]), slice(1, 2, 3), slice(None),
)


class SERVICE(rpyc.Service):
    def exposed_nothing(self):
        pass

    def exposed_echo(self, value):
        return value

    def exposed_gather(self, *positional, **keywords):
        return positional, tuple(sorted(keywords.items()))


def talk(conn):
    assert conn.root.nothing() is None
    echo = conn.root.echo
    for value in VALUES:
        assert echo(value) == value
    gathered = conn.root.gather(1, "two", b"three", four=4, five=(5, 5.5))
    assert gathered == ((1, "two", b"three"), (("five", (5, 5.5)), ("four", 4)))
    pending = [rpyc.async_(echo)(number) for number in range(5)]
    assert [result.value for result in pending] == list(range(5))
