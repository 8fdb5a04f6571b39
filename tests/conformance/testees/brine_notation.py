"""The notation of brine's values (see ../README.md) and Python's values, exact in type."""

import struct
import sys

sys.setrecursionlimit(20000)

SIMPLE = {"none": None, "true": True, "false": False, "not-implemented": NotImplemented,
          "ellipsis": Ellipsis}


def parsed(notation):
    tokens = iter(notation.split(" "))
    value = taken(tokens)
    if next(tokens, None) is not None:
        raise ValueError("more than one value")
    return value


def taken(tokens):
    """The next value of an iterator over tokens."""
    kind, _, text = next(tokens).partition(":")
    if kind == "slice":
        return slice(taken(tokens), taken(tokens), taken(tokens))
    if kind in ("tuple", "frozenset"):
        items = [taken(tokens) for _ in range(int(text))]
        return tuple(items) if kind == "tuple" else frozenset(items)
    return SIMPLE[kind] if kind in SIMPLE else SCALARS[kind](text)


def unlimited(call, argument):
    """Without Python's own limit on digits."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return call(argument)
    finally:
        sys.set_int_max_str_digits(limit)


def real(digits):
    return struct.unpack("!d", bytes.fromhex(digits))[0]


SCALARS = {
    "int": lambda text: unlimited(int, text),
    "float": real,
    "complex": lambda text: complex(*map(real, text.split(","))),
    "bytes": bytes.fromhex,
    "str": lambda text: bytes.fromhex(text).decode("utf-8", "surrogatepass"),
}


def shown(value):
    tokens = []
    show(value, tokens)
    return " ".join(tokens)


def show(value, tokens):
    """Appends its tokens."""
    kind = type(value)
    if kind in (tuple, frozenset):
        tokens.append(f"{kind.__name__}:{len(value)}")
        items = value
    elif kind is slice:
        tokens.append("slice")
        items = (value.start, value.stop, value.step)
    else:
        tokens.append(TOKENS[kind](value))
        return
    for item in items:
        show(item, tokens)


def bits(number):
    return struct.pack("!d", number).hex()


TOKENS = {
    type(None): lambda value: "none",
    type(NotImplemented): lambda value: "not-implemented",
    type(Ellipsis): lambda value: "ellipsis",
    bool: lambda value: "true" if value else "false",
    int: lambda value: "int:" + unlimited(str, value),
    float: lambda value: "float:" + bits(value),
    complex: lambda value: f"complex:{bits(value.real)},{bits(value.imag)}",
    bytes: lambda value: "bytes:" + value.hex(),
    str: lambda value: "str:" + value.encode("utf-8", "surrogatepass").hex(),
}
