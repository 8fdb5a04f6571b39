"""What `with channel.corking():` does."""

from ._errors import StreamError


class Corking:
    """A cork for the time of a `with` block."""

    __slots__ = ("_channel", "_timeout")

    def __init__(self, channel, timeout):
        self._channel = channel
        self._timeout = timeout

    def __enter__(self):
        """Corks; gives the channel."""
        self._channel.cork()
        return self._channel

    def __exit__(self, kind, value, traceback):
        """Uncorks, which may block. If the block failed it only tries; its error goes on,
        and flush sends what may be left."""
        if kind is None:
            self._channel.uncork(*self._timeout)
            return
        try:
            self._channel.uncork(0)
        except StreamError:
            pass
