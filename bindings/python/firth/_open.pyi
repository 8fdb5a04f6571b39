from ._streams import PipeStream, SocketStream
from ._tls_stream import TLSStream
from ._typing import Time

def open(uri: str, timeout: Time = ...) -> SocketStream | PipeStream | TLSStream: ...
