from typing_extensions import Self

from ._streams import SocketStream
from ._typing import AnyStream, Closable, Path, Time

class TunneledSocketStream(SocketStream):
    tun: Closable | None
    def __init__(
        self, sock: AnyStream, tun: Closable | None = None
    ) -> None: ...
    @classmethod
    def socks5_connect(
        cls,
        proxy_host: str | bytes,
        proxy_port: int,
        host: str | bytes,
        port: int,
        user: str | bytes | None = None,
        password: str | bytes | None = None,
        timeout: Time = ...,
        ipv6: bool | None = None,
        nodelay: bool = True,
        keepalive: bool | float | None = False,
    ) -> Self: ...
    @classmethod
    def http_connect(
        cls,
        proxy_host: str | bytes,
        proxy_port: int,
        host: str | bytes,
        port: int,
        user: str | bytes | None = None,
        password: str | bytes | None = None,
        timeout: Time = ...,
        ipv6: bool | None = None,
        nodelay: bool = True,
        keepalive: bool | float | None = False,
    ) -> Self: ...
    @classmethod
    def ssh_connect(
        cls,
        ssh_host: str | bytes,
        host: str | bytes,
        port: int,
        ssh_port: int = 0,
        user: str | bytes | None = None,
        identity_file: Path | None = None,
        known_hosts: Path | None = None,
        config_file: Path | None = None,
        program: Path | None = None,
        timeout: Time = ...,
    ) -> Self: ...
