from collections.abc import Mapping
from typing import Any

from .. import brine
from .._limits import Limits
from .._typing import Path, Time, TLSVersion

KNOWN_VERSIONS: tuple[str, ...]

def install(limits: Limits | None = None, brine_limits: brine.Limits | None = None) -> None: ...
def uninstall() -> None: ...
def installed() -> bool: ...
def connect(
    host: str | bytes | None,
    port: int | str | bytes,
    service: Any = None,
    config: Mapping[str, Any] | None = None,
    ipv6: bool | None = False,
    keepalive: bool | float | None = False,
    *,
    limits: Limits | None = None,
    timeout: Time = ...,
    family: int = 0,
    socktype: int = 0,
    proto: int = 0,
    nodelay: bool = True,
    attempts: int = 1,
) -> Any: ...
def unix_connect(
    path: Path,
    service: Any = None,
    config: Mapping[str, Any] | None = None,
    *,
    limits: Limits | None = None,
    timeout: Time = ...,
) -> Any: ...
def ssl_connect(
    host: str | bytes | None,
    port: int | str | bytes,
    keyfile: Path | None = None,
    certfile: Path | None = None,
    ca_certs: Path | None = None,
    cert_reqs: int | None = None,
    ssl_version: TLSVersion = None,
    ciphers: str | None = None,
    service: Any = None,
    config: Mapping[str, Any] | None = None,
    ipv6: bool | None = False,
    keepalive: bool | float | None = False,
    verify_mode: int | None = None,
    *,
    check_hostname: bool | None = None,
    server_name: str | None = None,
    password: str | bytes | None = None,
    limits: Limits | None = None,
    timeout: Time = ...,
    family: int = 0,
    socktype: int = 0,
    proto: int = 0,
    nodelay: bool = True,
    attempts: int = 1,
) -> Any: ...
