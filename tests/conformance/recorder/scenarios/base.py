"""What scenarios have in common."""

import rpyc
import seeded

SERVER_CONFIG = {}
CLIENT_CONFIG = {}
CLIENT_SERVICE = rpyc.VoidService


class SERVICE(rpyc.Service):
    """Gives and takes byte strings."""

    def exposed_echo(self, data):
        return data

    def exposed_give(self, kind, length):
        return seeded.named(kind, length)


def observed(channel_method, sizes):
    """The same method of a Channel, which also notes the sizes of its payloads."""
    def observing(*arguments):
        result = channel_method(*arguments)
        sizes.append(len(arguments[0] if arguments else result))
        return result
    return observing


class Meter:
    """Finds how many bytes a message has around the byte string in it."""

    def __init__(self, conn):
        self.sent, self.received = [], []
        self._watch(conn)
        self.echo = conn.root.echo
        self.give = conn.root.give

    def _watch(self, conn):
        channel = conn._channel
        conn._channel = Observed(channel, self.sent, self.received)

    def request_overhead(self):
        self.echo(seeded.named("text", 500))
        return self.sent[-1] - 500

    def reply_overhead(self):
        self.give("text", 500)
        return self.received[-1] - 500


class Observed:
    """A Channel that notes payload sizes; everything else is the Channel's own."""

    def __init__(self, channel, sent, received):
        self._channel = channel
        self.send = observed(channel.send, sent)
        self.recv = observed(channel.recv, received)

    def __getattr__(self, name):
        return getattr(self._channel, name)


def exchange_messages_of(conn, sizes, kinds=("text", "random")):
    """Requests, then replies, of exactly these payload sizes."""
    meter = Meter(conn)
    around = meter.request_overhead()
    for kind in kinds:
        for size in sizes:
            meter.echo(seeded.named(kind, size - around))
            assert meter.sent[-1] == size, (meter.sent[-1], size)
    around = meter.reply_overhead()
    for kind in kinds:
        for size in sizes:
            meter.give(kind, size - around)
            assert meter.received[-1] == size, (meter.received[-1], size)
