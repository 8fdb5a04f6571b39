"""Calls a function of an rpyc service, request by request: rpyc's messages are values in brine.

For servers of rpyc 6.0 and later.

Usage: python3 brine.py HOST PORT
"""
import sys

import firth
from firth import brine

REQUEST, REPLY = 1, 2  # kinds of messages
GETROOT, CALLATTR = 3, 8  # what a request asks for
VALUE, TUPLE, YOURS, MINE = 1, 2, 3, 4  # what an argument is: a value, or a reference to an object


def ask(channel, number, handler, arguments):
    # A message is its kind, one byte, and brine of (sequence number, arguments).
    channel.send(bytes([REQUEST]) + brine.dump((number, (handler, arguments))))
    reply = channel.recv()
    answered, result = brine.load(reply[1:])
    if (reply[0], answered) != (REPLY, number):
        sys.exit(f"The server refused: {result}")
    return result


stream = firth.SocketStream.connect(sys.argv[1], int(sys.argv[2]), timeout=10)
with firth.Channel(stream) as channel:
    kind, root = ask(channel, 0, GETROOT, (VALUE, ()))
    if kind != MINE:
        sys.exit("No root")
    call = ((YOURS, root), (VALUE, "some_function"), (VALUE, ()), (VALUE, ()))
    _, answer = ask(channel, 1, CALLATTR, (TUPLE, call))
    print(root[0], "says", answer)
