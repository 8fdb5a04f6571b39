from . import brine as brine, rpyc as rpyc
from ._buffered import BufferedStream as BufferedStream
from ._channel import Channel as Channel
from ._codec import FrameCodec as FrameCodec
from ._errors import (
    BufferOverflowError as BufferOverflowError,
    BusyError as BusyError,
    CertificateError as CertificateError,
    ClosedError as ClosedError,
    CompressionError as CompressionError,
    ConnectionLostError as ConnectionLostError,
    ConnectionRefusedError as ConnectionRefusedError,
    EncryptionError as EncryptionError,
    FileNotFoundError as FileNotFoundError,
    ForkedError as ForkedError,
    HostNotFoundError as HostNotFoundError,
    NotSupportedError as NotSupportedError,
    PermissionError as PermissionError,
    ProtocolError as ProtocolError,
    StreamError as StreamError,
    SystemCallError as SystemCallError,
    TLSError as TLSError,
    TimeoutError as TimeoutError,
    TunnelError as TunnelError,
    UnsentError as UnsentError,
)
from ._factories import (
    create_pipe_stream as create_pipe_stream,
    create_socket_stream as create_socket_stream,
    create_ssl_stream as create_ssl_stream,
    create_unix_stream as create_unix_stream,
)
from ._firth import (
    CERT_NONE as CERT_NONE,
    CERT_OPTIONAL as CERT_OPTIONAL,
    CERT_REQUIRED as CERT_REQUIRED,
    COMPRESSION_LEVEL as COMPRESSION_LEVEL,
    COMPRESSION_THRESHOLD as COMPRESSION_THRESHOLD,
    CONNECT_TIMEOUT as CONNECT_TIMEOUT,
    DEFAULT_BATCH_SIZE as DEFAULT_BATCH_SIZE,
    DEFAULT_BATCH_TIMEOUT as DEFAULT_BATCH_TIMEOUT,
    DEFAULT_BUFFER_SIZE as DEFAULT_BUFFER_SIZE,
    DEFAULT_COMPRESSION_LEVEL as DEFAULT_COMPRESSION_LEVEL,
    FINISH_TIMEOUT as FINISH_TIMEOUT,
    FRAME_HEADER_SIZE as FRAME_HEADER_SIZE,
    FRAME_LIMIT as FRAME_LIMIT,
    FRAME_TRAILER_SIZE as FRAME_TRAILER_SIZE,
    INFLATED_LIMIT as INFLATED_LIMIT,
    KEEPALIVE_DEFAULT as KEEPALIVE_DEFAULT,
    KEY_MAX as KEY_MAX,
    KEY_MIN as KEY_MIN,
    KEY_SIZE as KEY_SIZE,
    MAX_BUFFER_SIZE as MAX_BUFFER_SIZE,
    QUEUE_LIMIT as QUEUE_LIMIT,
    SALT_MIN as SALT_MIN,
    STREAM_CHUNK_SIZE as STREAM_CHUNK_SIZE,
    version as version,
    zlib_version as zlib_version,
)
from ._keys import (
    generate_key as generate_key,
    key_from_passphrase as key_from_passphrase,
)
from ._limits import Limits as Limits
from ._listener import Listener as Listener
from ._live import (
    Live as Live,
    live as live,
)
from ._open import open as open
from ._presets import (
    BatchingChannel as BatchingChannel,
    CompressedChannel as CompressedChannel,
    EncryptedChannel as EncryptedChannel,
)
from ._streams import (
    Counters as Counters,
    PipeStream as PipeStream,
    SocketStream as SocketStream,
    Stream as Stream,
)
from ._tls_stream import TLSStream as TLSStream
from ._tunneled import TunneledSocketStream as TunneledSocketStream
from ._windows import (
    NamedPipeStream as NamedPipeStream,
    Win32PipeStream as Win32PipeStream,
)

__version__: str
