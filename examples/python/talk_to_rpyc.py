"""Talks to real rpyc: requests to a server, payloads to an echo.

Usage: python3 talk_to_rpyc.py SERVER DIALECT ECHO
  SERVER   an rpyc server: tcp:HOST:PORT or unix:PATH
  DIALECT  5 or 6, the major version of its rpyc
  ECHO     a peer that answers each payload with itself
"""

import random
import statistics
import sys
import time

import firth


def connect(address):
    kind, _, place = address.partition(":")
    if kind == "unix":
        return firth.Channel(firth.SocketStream.unix_connect(place))
    host, _, port = place.rpartition(":")
    return firth.Channel(firth.SocketStream.connect(host, int(port)))


# rpyc's messages, written in brine. 02 is the empty tuple, 10 11 12 begin tuples of
# one, two and three, 50 51 ... are the integers 0, 1, ..., 08 0e and a length begin a str.
REQUEST, REPLY = 1, 2


def message(dialect, kind, rest):
    """(kind, sequence number, arguments); from 6.0 on the kind is a byte before the brine."""
    if dialect == "5":
        return bytes([0x12, 0x50 + kind]) + rest
    return bytes([kind, 0x11]) + rest


# A request is (handler, (1, arguments)), 1 for "these are values".
GETROOT = b"\x11\x53" b"\x11\x51\x02"                     # handler 3, ()
PING = b"\x11\x51" b"\x11\x51\x10\x08\x0e\x0bmeets brine"  # handler 1, ("meets brine",)
# A reply is (4, (name, id, id)) for a reference, (1, value) for a value.
ROOT = b"\x11\x54\x12"
PONG = b"\x11\x51\x08\x0e\x0bmeets brine"


def check(condition, what):
    if not condition:
        raise SystemExit(f"{what}: an unexpected reply")
    print(what, "ok", flush=True)


def talk(server, dialect):
    with connect(server) as channel:
        channel.send(message(dialect, REQUEST, b"\x50" + GETROOT))
        check(channel.recv().startswith(message(dialect, REPLY, b"\x50" + ROOT)), "getroot")
        channel.send(message(dialect, REQUEST, b"\x51" + PING))
        check(channel.recv() == message(dialect, REPLY, b"\x51" + PONG), "ping")


SIZES = (0, 1, 16, 2999, 3000, 3001, 64000, 65536, 1048576, 4194304)


def text(size):
    line = b"firth meets brine\n"
    return (line * (size // len(line) + 1))[:size]


def echo(channel, kind, payload):
    channel.send(payload)
    check(channel.recv() == payload, f"echo {kind} {len(payload)}")


def round_trip(channel):
    """Seconds from a payload of 16 bytes to its echo."""
    start = time.perf_counter()
    channel.send(b"firth meets rpyc")
    channel.recv()
    return time.perf_counter() - start


def exchange(peer):
    with connect(peer) as channel:
        for size in SIZES:
            echo(channel, "text", text(size))
            echo(channel, "random", random.randbytes(size))
        times = [round_trip(channel) for _ in range(200 + 2000)][200:]
    print(f"round_trip_us {statistics.median(times) * 1e6:.1f}")


def main(server, dialect, peer):
    talk(server, dialect)
    exchange(peer)


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[2] not in ("5", "6"):
        sys.exit("usage: talk_to_rpyc.py SERVER 5|6 ECHO")
    try:
        main(*sys.argv[1:])
    except (firth.StreamError, OSError, ValueError) as problem:
        sys.exit(str(problem))
