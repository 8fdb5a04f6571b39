"""Values of each kind, at each boundary."""

import struct

from vectors.brine_form import text, value

LENGTHS = (0, 1, 2, 3, 4, 5, 254, 255, 256, 65535, 65536)
INTEGERS = {
    "-48-less-one": -49, "-48": -48, "minus-one": -1, "zero": 0, "one": 1, "159": 159,
    "159-and-one": 160, "255": 255, "256": 256, "9999": 9999,
    "31-bits": 2**31 - 1, "2-to-31": 2**31, "minus-2-to-31": -2**31, "below-minus-2-to-31": -2**31 - 1,
    "32-bits": 2**32 - 1, "2-to-32": 2**32, "2-to-53-and-one": 2**53 + 1,
    "18-digits": 10**18 - 1, "19-digits": 10**18, "minus-19-digits": -10**18,
    "63-bits": 2**63 - 1, "2-to-63": 2**63, "minus-2-to-63": -2**63, "below-minus-2-to-63": -2**63 - 1,
    "64-bits": 2**64 - 1, "2-to-64": 2**64, "minus-2-to-64": -2**64, "20-digits": 10**19,
    "128-bits": 2**128 - 1, "a-prime": -(2**89 - 1),
}
FLOATS = {
    "zero": 0x0000000000000000, "minus-zero": 0x8000000000000000, "one": 0x3ff0000000000000,
    "minus-one-and-a-half": 0xbff8000000000000, "a-tenth": 0x3fb999999999999a,
    "least": 0x0000000000000001, "minus-least": 0x8000000000000001, "greatest-denormal": 0x000fffffffffffff,
    "least-normal": 0x0010000000000000, "greatest": 0x7fefffffffffffff,
    "2-to-53": 0x4340000000000000, "infinity": 0x7ff0000000000000, "minus-infinity": 0xfff0000000000000,
    "nan": 0x7ff8000000000000, "minus-nan": 0xfff8000000000000, "nan-with-payload": 0x7ff8000000000abc,
    "nan-all-bits": 0x7fffffffffffffff,
}
TEXTS = {
    "nul": "\0", "nul-inside": "a\0b", "7f": "\x7f", "80": "\x80", "7ff": "\u07ff", "800": "\u0800",
    "d7ff": "\ud7ff", "e000": "\ue000", "ffff": "\uffff", "10000": "\U00010000", "10ffff": "\U0010ffff",
    "byte-order-mark": "\ufeff", "accents": "na\u00efve", "decomposed": "nai\u0308ve", "greek": "\u03b1\u03b2\u03b3",
    "astral": "\U0001d518\U0001d52b", "after-seven": "sevench\u00e9", "after-eight": "eightcha\u00e9",
    "after-nine": "ninechars\U0001d518",
}
MANY = "(\"he\", 7, \"llo\", 8, (), 900, None, ...), the example of rpyc's own page"


def vectors():
    yield from simple()
    yield from integers()
    yield from floats()
    yield from runs()
    yield from strings()
    yield from tuples()
    yield from frozensets()
    yield from slices()
    yield from limits()


def simple():
    for name in ("none", "true", "false", "not-implemented", "ellipsis"):
        yield value(f"simple/{name}", "one byte", name)


def integers():
    for name, number in INTEGERS.items():
        digits = str(number).encode()
        lavish = [f"17{len(digits):08x}{digits.hex()}"]
        if -48 <= number <= 159:
            lavish.insert(0, f"16{len(digits):02x}{digits.hex()}")
        yield value(f"integer/{name}", "also in digits where a byte does, and with a longer length",
                    f"int:{number}", *lavish)
    for digits in (254, 255, 256, 300, 4300):
        yield value(f"integer/{digits}-digits", "nothing but nines", f"int:{{9*{digits}}}")
        yield value(f"integer/minus-{digits}-digits", "a sign is no digit", f"int:-{{9*{digits}}}")


def floats():
    for name, bits in FLOATS.items():
        yield value(f"float/{name}", "every bit is kept", f"float:{bits:016x}")
    for left, right in (("zero", "zero"), ("minus-zero", "zero"), ("zero", "minus-zero"), ("one", "a-tenth"),
                        ("infinity", "nan"), ("nan-with-payload", "minus-infinity"), ("least", "greatest")):
        yield value(f"complex/{left},{right}", "real and imaginary part, every bit of each",
                    f"complex:{FLOATS[left]:016x},{FLOATS[right]:016x}")


def lavish(short, counted, length, body):
    """With one byte of length where none is needed, and with four where one does."""
    if length < 5:
        yield f"{short}{counted:02x}{length:02x}{body}"
    if length < 256:
        yield f"{short}{counted + 1:02x}{length:08x}{body}"


def runs():
    for length in LENGTHS:
        yield value(f"bytes/{length}", "also with longer lengths", f"bytes:{{61*{length}}}",
                    *lavish("", 0x0e, length, f"{{61*{length}}}"))
    yield value("bytes/every", "every byte", "bytes:" + bytes(range(256)).hex())
    yield value("bytes/no-text", "bytes that are no UTF-8", "bytes:ff80c0")
    yield value("bytes/brine", "bytes that look like brine", "bytes:1415ffffffff08")


def strings():
    for length in LENGTHS:
        yield value(f"string/{length}", "also with longer lengths", f"str:{{61*{length}}}",
                    *lavish("08", 0x0e, length, f"{{61*{length}}}"))
    for name, characters in TEXTS.items():
        yield value(f"string/{name}", "in UTF-8", text(characters))
    yield value("string/256-in-two-bytes-each", "the length counts bytes", "str:{c3a9*128}")


def tuples():
    for length in LENGTHS:
        yield value(f"tuple/{length}", "also with longer lengths", f"tuple:{length}{{ none*{length}}}",
                    *lavish("", 0x14, length, f"{{00*{length}}}"))
    yield value("tuple/nested", "empty ones, and some in each other",
                "tuple:3 tuple:0 tuple:1 tuple:2 int:1 tuple:0 tuple:1 frozenset:0")
    yield value("tuple/of-pairs", "as keywords travel",
                "tuple:2 tuple:2 str:61 int:1 tuple:2 str:62 tuple:0")
    yield value("tuple/getroot", "a request of rpyc up to 5.x",
                "tuple:3 int:1 int:0 tuple:2 int:3 tuple:2 int:2 tuple:0")
    yield value("tuple/every-kind", MANY,
                f"tuple:14 {text('he')} int:7 {text('llo')} int:8 tuple:0 int:900 none true ellipsis "
                f"float:{real(18.2)} complex:{real(13.0)},{real(18.2)} slice int:1 int:2 int:3 "
                "frozenset:3 int:5 int:6 int:7 not-implemented")


def real(number):
    return struct.pack("!d", number).hex()


def frozensets():
    for length in (0, 1, 2, 3, 4, 5, 255, 256):
        items = "".join(f" int:{i}" for i in range(length))
        encoded = "".join(f"{0x50 + i:02x}" if i < 160 else f"1603{str(i).encode().hex()}" for i in range(length))
        yield value(f"frozenset/{length}", "also with longer lengths", f"frozenset:{length}{items}",
                    *lavish("1a", 0x14, length, encoded))
    yield value("frozenset/of-a-string", "one item", "frozenset:1 str:61")
    yield value("frozenset/of-a-tuple", "one item that has items", "frozenset:1 tuple:2 int:1 str:61")
    yield value("frozenset/of-a-frozenset", "a set in a set", "frozenset:1 frozenset:2 int:1 int:2")
    yield value("frozenset/in-a-tuple", "beside others", "tuple:2 frozenset:1 none frozenset:0")


def slices():
    yield value("slice/empty", "slice(None, None, None)", "slice none none none",
                "191403000000", "191500000003000000")
    yield value("slice/of-integers", "slice(1, 10, 2)", "slice int:1 int:10 int:2",
                "191403515a52", "191500000003515a52")
    yield value("slice/of-strings", "slice('a', 'b', None)", "slice str:61 str:62 none")
    yield value("slice/of-tuples", "what has items", "slice tuple:1 int:1 tuple:0 frozenset:0")
    yield value("slice/of-a-slice", "one in another", "slice slice none int:1 none none none")
    yield value("slice/in-a-tuple", "as x[1:2, ...] sends it", "tuple:2 slice int:1 int:2 none ellipsis")


def limits():
    yield value("depth/512", "as deep as firth goes unless told otherwise", "{tuple:1 *512}none")
    yield value("depth/512-and-empty", "an empty container is no step down", "{tuple:1 *512}tuple:0")
    yield value("depth/4096", "as deep as a limit can be", "{tuple:1 *4096}none", depth=4096)
    yield value("depth/4096-sets", "of which each holds a tuple", "{frozenset:1 tuple:1 *2048}none", depth=4096)
    yield value("depth/4096-slices", "with a value beside each", "{slice int:1 none *4096}none", depth=4096)
    yield value("depth/at-the-limit", "three, where the limit is three",
                "tuple:1 tuple:2 slice none none tuple:0 none", depth=3)
    yield value("size/at-the-limit", "ten bytes, where the limit is ten", "bytes:{61*8}", size=10)
    yield value("items/at-the-limit", "four values, where the limit is four", "tuple:3 none none none", items=4)
    yield value("digits/in-one-byte", "what one byte holds has no digits", "tuple:2 int:159 int:-48", digits=1)
    yield value("digits/at-the-limit", "three digits, where the limit is three", "tuple:2 int:999 int:-999", digits=3)
