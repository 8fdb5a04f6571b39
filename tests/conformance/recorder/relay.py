"""A man in the middle, who passes bytes on as they come and keeps them."""

import selectors
import socket

CHUNK = 1 << 16
QUIET = 120


def connected(address):
    kind, *rest = address
    if kind == "unix":
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(rest[0])
        return sock
    return socket.create_connection(tuple(rest))


def relay(client, server, heard):
    """Pass bytes both ways until both directions have ended.

    Calls heard(side, data) with "client" or "server" for each piece, in the
    order in which the pieces were passed on.
    """
    selector = selectors.DefaultSelector()
    selector.register(client, selectors.EVENT_READ, ("client", server))
    selector.register(server, selectors.EVENT_READ, ("server", client))
    while selector.get_map():
        ready = selector.select(QUIET)
        if not ready:
            raise TimeoutError(f"nothing was said for {QUIET} s")
        for key, _ in ready:
            side, other = key.data
            data = next_bytes(key.fileobj)
            if data:
                heard(side, data)
            else:
                selector.unregister(key.fileobj)
            pass_on(data, other)


def next_bytes(sock):
    """What came; b"" at the end, which closing with something unread makes a reset."""
    try:
        return sock.recv(CHUNK)
    except ConnectionResetError:
        return b""


def pass_on(data, other):
    try:
        if data:
            other.sendall(data)
        else:
            other.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other side has closed; what it missed was said all the same
