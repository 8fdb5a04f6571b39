"""Streams that exist on Windows only: elsewhere each way to make one raises
NotSupportedError, "only on Windows"."""

from . import _firth
from ._streams import Stream


def _handle(end):
    return end if isinstance(end, int) else end.fileno()


class Win32PipeStream(Stream):
    """A stream that reads from one pipe of Windows and writes to another.

    Only on Windows: NotSupportedError elsewhere.
    """

    PIPE_BUFFER_SIZE = 130000

    def __init__(self, incoming, outgoing=None):
        """Takes two handles, or what has a fileno."""
        if isinstance(incoming, _firth.Stream) and outgoing is None:
            super().__init__(incoming)
            return
        super().__init__(_firth.win32_pipe_stream_create(_handle(incoming), _handle(outgoing)))

    def poll(self, timeout=0, interval=0.001):
        """Whether a read would find something. rpyc asks every `interval` seconds; this
        waits without asking again, and makes no use of it."""
        return Stream.poll(self, timeout)

    @classmethod
    def from_std(cls):
        """A stream over standard input and output, which afterwards are the null device."""
        return cls(_firth.win32_pipe_stream_from_std())

    @classmethod
    def create_pair(cls):
        """Two streams over two pipes: what one writes the other reads."""
        first, second = _firth.win32_pipe_stream_create_pair()
        return cls(first), cls(second)


class NamedPipeStream(Win32PipeStream):
    """A stream over one named pipe of Windows.

    Only on Windows: NotSupportedError elsewhere.
    """

    NAMED_PIPE_PREFIX = r"\\.\pipe\rpyc_"

    def __init__(self, handle, is_server_side):
        """Takes a handle, which is then the stream's."""
        self._is_server_side = bool(is_server_side)
        if not isinstance(handle, _firth.Stream):
            handle = _firth.named_pipe_stream_create(_handle(handle), self._is_server_side)
        Stream.__init__(self, handle)

    @property
    def is_server_side(self):
        """Whether this is the side that made the pipe."""
        return self._is_server_side

    @classmethod
    def create_server(cls, pipename, connect=True, timeout=None):
        """The server's side of a new pipe; with `connect` it waits for the client."""
        return cls(_firth.named_pipe_stream_create_server(pipename, connect, timeout), True)

    def connect_server(self, timeout=None):
        """Waits for the client, if create_server did not."""
        _firth.named_pipe_stream_connect_server(self, timeout)

    @classmethod
    def create_client(cls, pipename):
        """The client's side of a pipe that exists."""
        return cls(_firth.named_pipe_stream_create_client(pipename), False)
