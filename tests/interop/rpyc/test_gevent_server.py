"""rpyc's GeventServer, and clients in greenlets: gevent_side.py in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import rpyc
from rpyc_peers import Child

PROGRAM = Path(__file__).with_name("gevent_side.py")
TIME_LIMIT = 150
CLIENTS = 8


class EchoService(rpyc.Service):
    def exposed_echo(self, value):
        return value

    def exposed_call(self, function, value):
        return function(value)


def environment():
    packages = [str(PROGRAM.parent), os.environ["PYTHONPATH"],
                str(Path(os.environ["FIRTH_PEERS"]) / "gevent")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(packages)}


def run(*arguments):
    """What the program wrote, if it failed."""
    done = subprocess.run([sys.executable, "-X", "faulthandler", PROGRAM, *map(str, arguments)],
                          env=environment(), timeout=TIME_LIMIT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    return done.stdout if done.returncode else ""


@pytest.mark.parametrize("side", ["stock", "firth"])
def test_server_and_clients_are_greenlets_of_one_thread(side):
    assert run(side, "together") == ""


def test_a_gevent_server_serves_clients_of_another_process(arrangement, background, connect_to):
    with Child("gevent's server", [sys.executable, PROGRAM, arrangement.server, "serve"],
               environment=environment()) as server:
        address = "127.0.0.1", int(server.line())
        connections = [connect_to(address) for _ in range(CLIENTS)]
        asking = [background(connection.root.echo, bytes([number]) * 300_000)
                  for number, connection in enumerate(connections)]
        assert [call.result() for call in asking] == [
            bytes([number]) * 300_000 for number in range(CLIENTS)]
        for connection in connections:
            connection.close()


def test_many_greenlets_are_clients_of_a_server_in_another_process(arrangement, serve):
    assert run(arrangement.client, "ask", serve(EchoService).address[1]) == ""
