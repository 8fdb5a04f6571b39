from collections.abc import Iterable, Mapping

from ._streams import PipeStream, SocketStream
from ._typing import ErrorOutput, Path, TLSVersion, Time

def create_socket_stream(
    host: str | bytes,
    port: int,
    ipv6: bool | None = None,
    keepalive: bool | float | None = False,
    timeout: Time = ...,
    family: int = 0,
    socktype: int = 0,
    proto: int = 0,
    nodelay: bool = True,
) -> SocketStream: ...
def create_ssl_stream(
    host: str | bytes,
    port: int,
    keyfile: Path | None = None,
    certfile: Path | None = None,
    ca_certs: Path | None = None,
    *,
    password: str | bytes | None = None,
    ciphers: str | None = None,
    server_name: str | None = None,
    server_hostname: str | None = None,
    ssl_version: TLSVersion = None,
    cert_reqs: int | None = None,
    check_hostname: bool | None = None,
    timeout: Time = ...,
    ipv6: bool | None = None,
    family: int = 0,
    socktype: int = 0,
    proto: int = 0,
    nodelay: bool = True,
    keepalive: bool | float | None = False,
) -> SocketStream: ...
def create_unix_stream(path: Path, timeout: Time = ...) -> SocketStream: ...
def create_pipe_stream(
    cmd_args: Iterable[Path],
    cwd: Path | None = None,
    env: Mapping[Path, Path] | None = None,
    stderr: ErrorOutput = None,
) -> PipeStream: ...
