"""What is recorded, with each version of rpyc."""

from typing import NamedTuple


class Scenario(NamedTuple):
    name: str
    module: str
    about: str
    transport: str = "unix"
    client_compresses: bool = True
    server_compresses: bool = True
    environment: tuple = ()
    since: str = "0"


SCENARIOS = (
    Scenario("handshake", "handshake", "connect, getroot, ping, close"),
    Scenario("handshake-tcp", "handshake", "the same over TCP", transport="tcp"),
    Scenario("attributes", "attributes", "attributes, comparisons, str, repr, hash, dir"),
    Scenario("calls", "calls", "calls with values of every kind, keywords, asynchronous calls"),
    Scenario("channel", "channel", "payloads of chosen sizes over two bare Channels"),
    Scenario("around-3000", "around_3000", "messages of 2999, 3000 and 3001 bytes, both kinds"),
    Scenario("around-64000", "around_64000", "messages and frames around 64000 bytes, both kinds"),
    Scenario("large", "large", "several MiB, compressible and random"),
    Scenario("exceptions", "exceptions", "exceptions with and without tracebacks"),
    Scenario("callbacks", "callbacks", "the server calls the client back, nested, failing"),
    Scenario("references", "references", "references to remote objects and their release"),
    Scenario("classic", "classic", "classic mode: evaluate, execute, remote modules"),
    Scenario("client-uncompressed", "one_side", "the client does not compress",
             client_compresses=False),
    Scenario("server-uncompressed", "one_side", "the server does not compress",
             server_compresses=False),
    Scenario("bind-threads", "handshake", "thread ids before each message",
             environment=(("RPYC_BIND_THREADS", "true"),), since="5.3.0"),
)


def scenario_named(name):
    return next(s for s in SCENARIOS if s.name == name)


def scenarios_for(version):
    def key(text):
        return [int(part) for part in text.split(".")]
    return [s for s in SCENARIOS if key(s.since) <= key(version)]
