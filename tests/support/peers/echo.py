"""A peer that answers each payload with itself, through rpyc's own Channel.

    PYTHONPATH=$FIRTH_PEERS/rpyc-6.0.2 python3 echo.py unix|tcp [CONNECTIONS [TOKEN]]

Its first line on standard output is `listening unix PATH` or `listening tcp HOST PORT`.
It serves CONNECTIONS (default 1) connections, one after another, each until its end, and then exits
with status 0. If nobody comes it ends by itself after two minutes. With a TOKEN each client has to
say that and a newline before its first frame, and is told `OK` and a newline, or is left.
"""

import os
import shutil
import signal
import socket
import sys
import tempfile

from rpyc.core.channel import Channel
from rpyc.core.stream import SocketStream


def listen(kind, folder):
    if kind == "unix":
        listener = socket.socket(socket.AF_UNIX)
        path = os.path.join(folder, "echo")
        listener.bind(path)
        words = "unix", path
    else:
        listener = socket.socket(socket.AF_INET)
        listener.bind(("127.0.0.1", 0))
        words = "tcp", *map(str, listener.getsockname())
    listener.listen()
    print("listening", *words, flush=True)
    return listener


def admits(sock, token):
    if not token:
        return True
    line = token.encode() + b"\n"
    admitted = sock.recv(len(line), socket.MSG_WAITALL) == line
    sock.sendall(b"OK\n" if admitted else b"NO\n")
    return admitted


def serve(sock, token):
    with sock:
        if admits(sock, token):
            echo(Channel(SocketStream(sock)))


def echo(channel):
    try:
        while True:
            channel.send(channel.recv())
    except EOFError:
        channel.close()


def main(kind, connections="1", token=""):
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("nobody came"))
    signal.alarm(120)
    folder = tempfile.mkdtemp(prefix="firth-echo-")
    try:
        with listen(kind, folder) as listener:
            for _ in range(int(connections)):
                serve(listener.accept()[0], token)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
