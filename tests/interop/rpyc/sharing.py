"""Threads that share a connection."""

from concurrent import futures

from rpyc.core import consts

# Seconds between one look and the next.
INTERVAL = 0.05


def answers(calls, connection):
    """What the calls return, of which each is in a thread of its own. Before 6.0 rpyc lets a
    thread wait for an answer that another one is just taking, until anything more comes in: so
    more is asked for. The connection is to be asked nothing else by this thread meanwhile."""
    while futures.wait(calls, timeout=INTERVAL).not_done:
        connection.async_request(consts.HANDLE_PING, "more")
    return [call.result() for call in calls]
