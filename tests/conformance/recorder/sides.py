"""The two ends of a recording, each with rpyc's own means."""

import functools
import importlib
import logging
import socket

import rpyc.utils.server
from rpyc.core.channel import Channel
from rpyc.core.stream import SocketStream
from rpyc.utils.factory import connect_channel

from recorder.catalogue import scenario_named

TIMEOUT = 120


def main(arguments):
    side, name, *place = arguments
    scenario = scenario_named(name)
    play = importlib.import_module(f"recorder.scenarios.{scenario.module}")
    logging.disable(logging.CRITICAL)
    if side == "server":
        serve(scenario, play, *place)
    else:
        talk(scenario, play, *place)


def serve(scenario, play, path):
    """Serve one connection, then return; says first where it listens."""
    if hasattr(play, "serve_channel"):
        return serve_bare_channel(scenario, play, path)
    rpyc.utils.server.Channel = functools.partial(Channel, compress=scenario.server_compresses)
    where = {"socket_path": path} if scenario.transport == "unix" else {"hostname": "127.0.0.1"}
    server = rpyc.utils.server.OneShotServer(
        play.SERVICE, protocol_config=dict(play.SERVER_CONFIG), **where)
    server.listener.listen(1)
    announce(server.listener)
    server.start()


def serve_bare_channel(scenario, play, path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(1)
        announce(listener)
        sock, _ = listener.accept()
    channel = Channel(SocketStream(sock), compress=scenario.server_compresses)
    play.serve_channel(channel)
    channel.close()


def announce(listener):
    name = listener.getsockname()
    if isinstance(name, tuple):
        print("listening tcp", *name[:2], flush=True)
    else:
        print("listening unix", name, flush=True)


def talk(scenario, play, kind, *address):
    """Connect, play the client's part of the scenario, close."""
    if kind == "unix":
        stream = SocketStream.unix_connect(*address)
    else:
        stream = SocketStream.connect(address[0], int(address[1]))
    channel = Channel(stream, compress=scenario.client_compresses)
    if hasattr(play, "talk_channel"):
        play.talk_channel(channel)
        return channel.close()
    config = dict(play.CLIENT_CONFIG, sync_request_timeout=TIMEOUT)
    conn = connect_channel(channel, play.CLIENT_SERVICE, config)
    play.talk(conn)
    conn.close()
