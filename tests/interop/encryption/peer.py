"""A peer of encrypted channels that shares nothing with firth but the format: sockets, and the
sealed codec of the conformance suite (cryptography, hashlib, zlib).

    PYTHONPATH=build/peers/certificates python3 peer.py listen KEY COMPRESS TASK
    PYTHONPATH=build/peers/certificates python3 peer.py connect PORT KEY COMPRESS TASK

Words, tasks and output are those of talk.c; one more task, `leave COUNT`, sends payloads and
goes away without an end."""

import socket
import sys
from pathlib import Path

TESTEES = Path(__file__).resolve().parents[2] / "conformance" / "testees"
sys.path[:0] = [str(TESTEES), str(TESTEES / "reference")]

from loop import Fault  # noqa: E402
from sealing import SealedCodec  # noqa: E402

PATIENCE = 30


def payload_of(number, length):
    return (number.to_bytes(4, "big") * (length // 4 + 1))[:length]


class Peer:
    def __init__(self, sock, key, compress):
        self._socket, self._codec = sock, SealedCodec(key, compress=compress)
        sock.settimeout(PATIENCE)
        sock.sendall(self._codec.hello())
        self.came, self.sent = 0, False
        while not self._codec.meet():
            self._fill()
        self._send_if_there(self._codec.owed())

    def _fill(self):
        try:
            data = self._socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            self._codec.end()
        self._codec.feed(data)

    def send(self, payload):
        self.sent = True
        self._socket.sendall(self._codec.encode(payload))

    def receive(self):
        while (payload := self._codec.decode()) is None:
            self._fill()
        self.came += 1
        return payload

    def _send_if_there(self, data):
        """A peer that has left may still have said something."""
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def finish(self):
        self._send_if_there(self._codec.encode_end())
        while self.sent and self._codec.decode() is None and not self._codec.confirmed:
            self._fill()
        self._see_off()

    def _see_off(self):
        """To close with bytes unread would cut off what has not left yet (RFC 2525)."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
            while self._socket.recv(65536):
                pass
        except OSError:
            pass
        self._socket.close()


def receive_until_end(peer, echo):
    while True:
        payload = peer.receive()
        if echo:
            peer.send(payload)


def run(peer, task, *numbers):
    if task in ("echo", "sink"):
        receive_until_end(peer, task == "echo")
    count, length = map(int, (*numbers, 5)[:2])
    for number in range(count):
        peer.send(payload_of(number, length))
        if task == "ask" and peer.receive() != payload_of(number, length):
            raise Fault("invalid", "another payload came back")
    if task != "leave":
        peer.finish()


def connected(words):
    if words[0] == "connect":
        return socket.create_connection(("127.0.0.1", int(words[1])), PATIENCE), words[2:]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        print("listening tcp 127.0.0.1", listener.getsockname()[1], flush=True)
        return listener.accept()[0], words[1:]


def main(words):
    sock, (key, compress, *task) = connected(words)
    peer, ended = None, "ok"
    try:
        peer = Peer(sock, bytes.fromhex(key), int(compress))
        run(peer, *task)
    except Fault as fault:
        ended = fault.code
    print("came", peer.came if peer else 0, "ended", ended)


if __name__ == "__main__":
    main(sys.argv[1:])
