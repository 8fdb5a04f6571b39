"""firth: rpyc's byte streams, frames and payloads, over a library in C.

    with firth.Channel(firth.SocketStream.connect("localhost", 18861)) as channel:
        channel.send(b"payload")
        answer = channel.recv()
"""

from ._errors import (
    BufferOverflowError,
    BusyError,
    CertificateError,
    ClosedError,
    CompressionError,
    ConnectionLostError,
    ConnectionRefusedError,
    EncryptionError,
    FileNotFoundError,
    ForkedError,
    HostNotFoundError,
    NotSupportedError,
    PermissionError,
    ProtocolError,
    StreamError,
    SystemCallError,
    TimeoutError,
    TLSError,
    TunnelError,
    UnsentError,
)
from . import brine, rpyc
from ._buffered import BufferedStream
from ._channel import Channel
from ._codec import FrameCodec
from ._factories import (
    create_pipe_stream,
    create_socket_stream,
    create_ssl_stream,
    create_unix_stream,
)
from ._firth import (
    CERT_NONE,
    CERT_OPTIONAL,
    CERT_REQUIRED,
    COMPRESSION_LEVEL,
    COMPRESSION_THRESHOLD,
    CONNECT_TIMEOUT,
    DEFAULT_BATCH_SIZE,
    DEFAULT_BATCH_TIMEOUT,
    DEFAULT_BUFFER_SIZE,
    DEFAULT_COMPRESSION_LEVEL,
    FINISH_TIMEOUT,
    FRAME_HEADER_SIZE,
    FRAME_LIMIT,
    FRAME_TRAILER_SIZE,
    INFLATED_LIMIT,
    KEEPALIVE_DEFAULT,
    KEY_MAX,
    KEY_MIN,
    KEY_SIZE,
    MAX_BUFFER_SIZE,
    QUEUE_LIMIT,
    SALT_MIN,
    STREAM_CHUNK_SIZE,
    version,
    zlib_version,
)
from ._keys import generate_key, key_from_passphrase
from ._limits import Limits
from ._listener import Listener
from ._live import Live, live
from ._open import open
from ._presets import BatchingChannel, CompressedChannel, EncryptedChannel
from ._streams import Counters, PipeStream, SocketStream, Stream
from ._tls_stream import TLSStream
from ._tunneled import TunneledSocketStream
from ._windows import NamedPipeStream, Win32PipeStream

__version__ = version()

__all__ = [name for name, thing in globals().items()
           if not name.startswith("_") and not isinstance(thing, type(brine))]

for _name in __all__:
    if isinstance(globals()[_name], type):
        globals()[_name].__module__ = __name__
del _name
