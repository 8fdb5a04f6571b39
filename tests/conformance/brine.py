"""Brine as an independent reference: the notation of values (README.md) <-> bytes, with firth's limits."""

import re
import struct

LIMITS = {"depth": 512, "size": 256 << 20, "items": 16 << 20, "digits": 4300}
SIMPLE = {"none": 0x00, "true": 0x03, "false": 0x04, "not-implemented": 0x05, "ellipsis": 0x06}
SIMPLE_TOKENS = {tag: token for token, tag in SIMPLE.items()}
STRING, SLICE, FROZENSET, FLOAT, COMPLEX = 0x08, 0x19, 0x1a, 0x18, 0x1b
BYTES, TUPLE = (0x01, 0x0a), (0x02, 0x10)
INTEGER_L1, INTEGER_L4 = 0x16, 0x17
INTEGER = re.compile(rb"0|-?[1-9][0-9]*")
SMALL = range(-48, 160)


class BrineError(Exception):
    """Refused, with the name of the error."""

    def __init__(self, code, detail):
        super().__init__(detail)
        self.code = code


class Progress:
    """Which containers a value is in; `open` are the items that each lacks."""

    def __init__(self, limits):
        self._limits = limits
        self._items = 0
        self.open = []

    @property
    def complete(self):
        return self._items != 0 and not self.open

    def meet(self, length):
        """One more value, with so many items in it."""
        self._items += 1
        if self._items + length > self._limits["items"]:
            raise BrineError("buffer_overflow", "too many values")
        if self.open:
            self.open[-1] -= 1
        if length and len(self.open) == self._limits["depth"]:
            raise BrineError("buffer_overflow", "too deep")
        if length:
            self.open.append(length)
        while self.open and self.open[-1] == 0:
            self.open.pop()


def encode(notation, **limits):
    """The canonical bytes."""
    limits = {**LIMITS, **limits}
    progress = Progress(limits)
    encoded = bytearray()
    for token in notation.split(" "):
        if progress.complete:
            raise BrineError("invalid", "the value is complete already")
        head, length = encoded_token(token, limits)
        progress.meet(length)
        encoded += head
        if len(encoded) > limits["size"]:
            raise BrineError("buffer_overflow", "too long")
    if not progress.complete:
        raise BrineError("invalid", "items are missing")
    return bytes(encoded)


def encoded_token(token, limits):
    """(bytes, items that follow)."""
    kind, _, text = token.partition(":")
    if kind in SIMPLE:
        return bytes([SIMPLE[kind]]), 0
    if kind == "slice":
        return bytes([SLICE, 0x12]), 3
    if kind == "tuple":
        return counted(TUPLE, int(text)), int(text)
    if kind == "frozenset":
        return bytes([FROZENSET]) + counted(TUPLE, int(text)), int(text)
    return SCALARS[kind](text, limits), 0


def counted(tags, length):
    """The tag of bytes or of a tuple, with the length."""
    empty, first = tags
    if length <= 4:
        return bytes([first + length - 1 if length else empty])
    return bytes([first + 4, length]) if length < 256 else struct.pack("!BL", first + 5, length)


def encoded_integer(text, limits):
    if len(text) < 20 and int(text) in SMALL:
        return bytes([int(text) + 0x50])
    check_digits(text.encode(), limits, "invalid")
    length = len(text)
    head = bytes([INTEGER_L1, length]) if length < 256 else struct.pack("!BL", INTEGER_L4, length)
    return head + text.encode()


def check_digits(text, limits, code):
    if len(text.removeprefix(b"-")) > limits["digits"]:
        raise BrineError("buffer_overflow", "too many digits")
    if not INTEGER.fullmatch(text):
        raise BrineError(code, "no integer in decimal digits")


def encoded_bytes(text, limits):
    data = bytes.fromhex(text)
    return counted(BYTES, len(data)) + data


def encoded_string(text, limits):
    check_text(bytes.fromhex(text), "invalid")
    return bytes([STRING]) + encoded_bytes(text, limits)


def check_text(data, code):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BrineError(code, error) from None


def encoded_float(text, limits):
    return bytes([FLOAT]) + bytes.fromhex(text)


def encoded_complex(text, limits):
    return bytes([COMPLEX]) + bytes.fromhex(text.replace(",", ""))


SCALARS = {"int": encoded_integer, "bytes": encoded_bytes, "str": encoded_string,
           "float": encoded_float, "complex": encoded_complex}


def decode(data, **limits):
    """The notation of the value that all of `data` is."""
    decoder = Decoder(data, {**LIMITS, **limits})
    return decoder.value()


class Decoder:
    def __init__(self, data, limits):
        self._data = data
        self._limits = limits
        self._at = 0

    def value(self):
        if len(self._data) > self._limits["size"]:
            raise BrineError("buffer_overflow", "too long")
        progress = Progress(self._limits)
        tokens = []
        while not progress.complete:
            token, length = self._token()
            tokens.append(token)
            progress.meet(length)
        if self._at < len(self._data):
            raise BrineError("protocol", "bytes follow the value")
        return " ".join(tokens)

    def _token(self):
        """(token, items that follow)."""
        tag = self._number(1)
        if tag in SIMPLE_TOKENS:
            return SIMPLE_TOKENS[tag], 0
        if 0x20 <= tag <= 0xef:
            return f"int:{tag - 0x50}", 0
        if is_counted(tag, BYTES):
            return "bytes:" + self._counted_bytes(tag).hex(), 0
        if tag == STRING:
            return "str:" + self._string().hex(), 0
        if tag in (INTEGER_L1, INTEGER_L4):
            return self._integer(1 if tag == INTEGER_L1 else 4), 0
        if tag == FLOAT:
            return "float:" + self._take(8).hex(), 0
        if tag == COMPLEX:
            return f"complex:{self._take(8).hex()},{self._take(8).hex()}", 0
        return self._container(tag)

    def _container(self, tag):
        if is_counted(tag, TUPLE):
            length = self._items(tag)
            return f"tuple:{length}", length
        if tag not in (SLICE, FROZENSET):
            raise BrineError("protocol", f"unknown tag {tag}")
        inner = self._number(1)
        if not is_counted(inner, TUPLE):
            raise BrineError("protocol", f"no tuple: {inner}")
        length = self._items(inner)
        if tag == FROZENSET:
            return f"frozenset:{length}", length
        if length != 3:
            raise BrineError("protocol", f"a slice of {length}")
        return "slice", 3

    def _items(self, tag):
        length = self._length(tag, TUPLE)
        if length > len(self._data) - self._at:
            raise BrineError("protocol", "more items than bytes")
        return length

    def _length(self, tag, tags):
        empty, first = tags
        if tag == empty:
            return 0
        if tag < first + 4:
            return tag - first + 1
        return self._number(1 if tag == first + 4 else 4)

    def _counted_bytes(self, tag):
        return self._take(self._length(tag, BYTES))

    def _string(self):
        tag = self._number(1)
        if not is_counted(tag, BYTES):
            raise BrineError("protocol", f"no bytes of a string: {tag}")
        data = self._counted_bytes(tag)
        check_text(data, "protocol")
        return data

    def _integer(self, size):
        length = self._number(size)
        if length > self._limits["digits"] + 1:
            raise BrineError("buffer_overflow", "too many digits")
        digits = self._take(length)
        check_digits(digits, self._limits, "protocol")
        return "int:" + digits.decode()

    def _number(self, size):
        return int.from_bytes(self._take(size), "big")

    def _take(self, length):
        if length > len(self._data) - self._at:
            raise BrineError("protocol", "ends too early")
        self._at += length
        return self._data[self._at - length:self._at]


def is_counted(tag, tags):
    empty, first = tags
    return tag == empty or first <= tag <= first + 5


def normal(notation):
    """The same for every order of the items of a frozenset."""
    behind = []
    for token in reversed(notation.split(" ")):
        kind, _, length = token.partition(":")
        count = 3 if kind == "slice" else int(length) if kind in ("tuple", "frozenset") else 0
        items = [behind.pop() for _ in range(count)]
        behind.append(" ".join([token, *(sorted(items) if kind == "frozenset" else items)]))
    return " ".join(behind)
