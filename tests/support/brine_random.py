"""Values of every kind that brine has, by chance, and bytes of them that are longer than needed."""

import random
import struct

INTEGERS = [-49, -48, -1, 0, 1, 159, 160, *(sign * 2**bits + more for bits in (8, 31, 32, 53, 63, 64, 128)
                                            for sign in (1, -1) for more in (-1, 0, 1))]
CHARACTERS = ["\0", "a", "\x7f", "\x80", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"]
LENGTHS = [0, 1, 2, 3, 4, 5, 6, 20, 254, 255, 256, 300]
SHORT = [0, 0, 1, 2, 3, 4, 5, 6, 9]
SIMPLE = [None, True, False, NotImplemented, Ellipsis]


class Values(random.Random):
    """The same ones for the same seed."""

    def __iter__(self):
        return self

    def __next__(self):
        return self.value()

    def value(self, depth=4, hashable=False):
        kinds = [self.simple, self.integer, self.real, self.number, self.bytes, self.string]
        if depth:
            kinds += [self.tuple, self.tuple, self.frozenset] + ([] if hashable else [self.slice])
        kind = self.choice(kinds)
        return kind(depth, hashable)

    def simple(self, *_):
        return self.choice(SIMPLE)

    def integer(self, *_):
        return self.choice([self.choice(INTEGERS), self.randint(-200, 400), self.getrandbits(self.choice(LENGTHS)),
                            -self.getrandbits(self.choice(LENGTHS)), self.getrandbits(10) * 10**self.choice(LENGTHS)])

    def real(self, *_):
        bits = self.choice([self.getrandbits(64), 0, 1 << 63, 0x7ff << 52, 0xfff8 << 48, self.getrandbits(52)])
        return self.choice([struct.unpack("!d", bits.to_bytes(8, "big"))[0], float(self.randint(-3, 3))])

    def number(self, *_):
        return complex(self.real(), self.real())

    def bytes(self, *_):
        return self.randbytes(self.choice(LENGTHS))

    def string(self, *_):
        few = self.sample(CHARACTERS, 3)
        return "".join(self.choices(few, k=self.choice(LENGTHS)))

    def items(self, depth, hashable):
        if self.random() < 0.01:
            return [self.simple() for _ in range(self.choice(LENGTHS))]
        return [self.value(depth - 1, hashable) for _ in range(self.choice(SHORT))]

    def tuple(self, depth, hashable):
        return tuple(self.items(depth, hashable))

    def frozenset(self, depth, _):
        return frozenset(self.items(depth, True))

    def slice(self, depth, hashable):
        return slice(*(self.value(depth - 1, hashable) for _ in range(3)))


def alike(item):
    """The same for items that are one in the sets of some language: bytes and a string, any NaN."""
    kind = type(item)
    if kind is float:
        return "nan" if item != item else item
    if kind is complex:
        return alike(item.real), alike(item.imag)
    if kind is str:
        return item.encode()
    return kind(map(alike, item)) if kind in (tuple, frozenset) else item


def differs(value):
    """Whether some language's sets would hold less of it."""
    if type(value) is slice:
        value = (value.start, value.stop, value.step)
    if type(value) not in (tuple, frozenset):
        return False
    fewer = type(value) is frozenset and len(set(map(alike, value))) < len(value)
    return fewer or any(map(differs, value))


class Lavish:
    """Brine with lengths, and digits, that are longer than they need be, by chance.

    `order` is the key by which the items of a frozenset are sorted; without, they stay as they are.
    """

    def __init__(self, chance, order=None):
        self._chance = chance
        self._order = order

    def encoded(self, value):
        kind = type(value)
        if kind is bytes:
            return self._counted(0x01, 0x0a, len(value)) + value
        if kind is str:
            return b"\x08" + self.encoded(value.encode())
        if kind is int:
            return self._integer(value)
        if kind is tuple:
            return self._counted(0x02, 0x10, len(value)) + b"".join(map(self.encoded, value))
        if kind is frozenset:
            return b"\x1a" + self.encoded(tuple(sorted(value, key=self._order) if self._order else value))
        if kind is slice:
            return b"\x19" + self.encoded((value.start, value.stop, value.step))
        if kind is float:
            return b"\x18" + struct.pack("!d", value)
        if kind is complex:
            return b"\x1b" + struct.pack("!dd", value.real, value.imag)
        return bytes([{None: 0, True: 3, False: 4, NotImplemented: 5, Ellipsis: 6}[value]])

    def _counted(self, empty, first, length):
        forms = [struct.pack("!BL", first + 5, length)]
        if length < 256:
            forms.append(bytes([first + 4, length]))
        if length < 5:
            forms.append(bytes([first + length - 1 if length else empty]))
        return self._chance.choice(forms)

    def _integer(self, value):
        digits = str(value).encode()
        forms = [struct.pack("!BL", 0x17, len(digits)) + digits]
        if len(digits) < 256:
            forms.append(bytes([0x16, len(digits)]) + digits)
        if -48 <= value < 160:
            forms.append(bytes([value + 0x50]))
        return self._chance.choice(forms)


def altered(chance, data):
    """Some bytes of it changed, left out or put in."""
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        at = chance.randrange(len(data) + 1)
        way = chance.random()
        if way < 0.5 and at < len(data):
            data[at] = chance.choice([chance.getrandbits(8), data[at] ^ 1 << chance.randrange(8),
                                      chance.randrange(0x1c)])
        elif way < 0.75:
            del data[at:at + chance.choice([1, 2, 5])]
        else:
            data[at:at] = chance.choice([chance.randbytes(2), bytes([chance.randrange(0x20)])])
    return bytes(data)
