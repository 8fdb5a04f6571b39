"""Brine: rpyc's encoding of immutable values, to bytes and back."""

from dataclasses import dataclass
from types import EllipsisType, NotImplementedType
from typing import Any

from typing_extensions import Buffer

_Value = (
    None | bool | int | float | complex | bytes | str | slice | EllipsisType
    | NotImplementedType | tuple[Any, ...] | frozenset[Any]
)

@dataclass(frozen=True, kw_only=True)
class Limits:
    """What bounds one value; what is left out is safe."""

    depth: int = ...
    size: int = ...
    items: int = ...
    digits: int = ...

def dump(obj: _Value, limits: Limits | None = None) -> bytes:
    """The bytes of a value. TypeError, UnicodeEncodeError, _ValueError, BufferOverflowError."""

def load(data: Buffer, limits: Limits | None = None) -> Any:
    """The value of bytes. ProtocolError, BufferOverflowError, TypeError."""

def dumpable(obj: object) -> bool:
    """Whether dump takes a value of that type. RecursionError."""
