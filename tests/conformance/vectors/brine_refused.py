"""Bytes that no value has, and what is over a limit."""

from brine import BYTES, TUPLE, counted
from runner.brine_data import bytes_of
from vectors.brine_form import canonical, refused, undumpable

UNKNOWN_TAGS = (0x07, 0x09, *range(0x1c, 0x20), *range(0xf0, 0x100))
DIGITS = {
    "plus": b"+5", "space-before": b" 5", "space-behind": b"5 ", "newline": b"5\n", "nul": b"5\0",
    "underscore": b"5_0", "zeros-before": b"007", "two-zeros": b"00", "minus-zero": b"-0",
    "minus-zeros-before": b"-07", "none": b"", "minus-alone": b"-", "two-minuses": b"--5", "minus-behind": b"5-",
    "letter": b"5a", "exponent": b"1e3", "fraction": b"1.0", "hexadecimal": b"0x1f", "comma": b"1,000",
    "arabic": "\u0665".encode(), "byte-255": b"\xff", "infinity": b"inf",
}
NO_UTF8 = {
    "continuation": "80", "last-continuation": "bf", "overlong-nul": "c080", "overlong-2": "c1bf",
    "overlong-3-least": "e08080", "overlong-3": "e09fbf", "overlong-4-least": "f0808080", "overlong-4": "f08fbfbf",
    "first-surrogate": "eda080", "last-surrogate": "edbfbf", "surrogate-pair": "eda081edb080",
    "above-10ffff": "f4908080", "f5": "f5808080", "five-bytes": "f888808080", "six-bytes": "fc8480808080",
    "fe": "fe", "ff": "ff", "cut-2": "c3", "cut-3-after-1": "e2", "cut-3-after-2": "e282", "cut-4-after-1": "f0",
    "cut-4-after-2": "f09d", "cut-4-after-3": "f09d94", "second-of-2": "c328", "second-of-3": "e228a1",
    "third-of-3": "e28228", "second-of-4": "f0288cbc", "third-of-4": "f0902808", "fourth-of-4": "f0908028",
    "utf-16": "fffe6100", "latin-1": "6e61ef7665", "after-eight": "{61*8}ff", "after-nine": "{61*9}80",
    "last-of-many": "{61*300}c3", "before-eight": "80{61*8}",
}
NO_TUPLE = {"none": "00", "an-integer": "53", "bytes": "0c616263", "a-string": "080c616263",
            "a-frozenset": "1a12515253", "a-slice": "1912515253", "an-unknown-tag": "07"}
SAMPLE = ("tuple:11 bytes:6162 str:{61*6} int:-1 int:123456 float:3ff8000000000000 none "
          "complex:3ff8000000000000,4000000000000000 slice int:1 none str:c3a9 frozenset:2 int:1 str:"
          " bytes:{62*256} tuple:5 none true false ellipsis not-implemented")


def vectors():
    yield from tags()
    yield from ends()
    yield from trailing()
    yield from lengths()
    yield from integers()
    yield from strings()
    yield from containers()
    yield from limits()


def tags():
    for tag in UNKNOWN_TAGS:
        yield refused(f"tag/{tag:02x}", "no value begins with this byte", f"{tag:02x}")
    yield refused("tag/long", "what rpyc of Python 2 sent for a long", "0951")
    yield refused("tag/in-a-tuple", "behind a good item", "115107")
    yield refused("tag/in-a-slice", "for the step", "1912000007")
    yield refused("tag/in-a-frozenset", "the only item", "1a1007")


def ends():
    sample = canonical(SAMPLE)
    yield refused("end/nothing", "no byte at all", "")
    for at in [*range(1, 100), *range(100, len(sample) // 2, 37), len(sample) // 2 - 1]:
        yield refused(f"end/after-{at:03}", f"{at} of {len(sample) // 2} bytes of a value of every kind",
                      sample[:2 * at])


def trailing():
    for name, data in {"none": "0000", "after-an-integer": "5151", "after-a-string": "080a6161",
                       "after-empty-bytes": "010a", "after-a-tuple": "10005f", "after-an-empty-tuple": "0200",
                       "after-a-frozenset": "1a0200", "after-a-slice": "191200000000", "newline": "000a",
                       "many": "00{00*70000}"}.items():
        yield refused(f"trailing/{name}", "bytes behind the value", data)


def lengths():
    most = "ffffffff"
    yield refused("length/bytes", "4294967295 bytes, of which three came", f"0f{most}616263")
    yield refused("length/bytes-2-gib", "the highest bit alone", "0f80000000616263")
    yield refused("length/bytes-one-more", "one byte more than there is", "0e06{61*5}")
    yield refused("length/bytes-in-a-tuple", "the second item is taken for bytes", "110e03616251")
    yield refused("length/string", "4294967295 bytes", f"080f{most}616263")
    yield refused("length/string-one-more", "one byte more than there is", "080e06{61*5}")
    yield refused("length/tuple", "4294967295 items, of which three came", f"15{most}000000")
    yield refused("length/tuple-2-gib", "the highest bit alone", "1580000000000000")
    yield refused("length/tuple-one-more", "65537 items, of which 65536 came", "1500010001{00*65536}")
    yield refused("length/tuple-short", "255 items, of which five came", "14ff{00*5}")
    yield refused("length/tuples", "each as many items as there are bytes, claimed again and again",
                  "{15000000ff*51}00")
    yield refused("length/frozenset", "4294967295 items", f"1a15{most}515253")
    yield refused("length/slice", "4294967295 items", f"1915{most}515253")
    yield refused("length/integer", "4294967295 digits, of which three came", f"17{most}313233", "buffer_overflow")
    yield refused("length/integer-one-more", "one digit more than there is", "1604313233")


def integers():
    for name, digits in DIGITS.items():
        yield refused(f"digits/{name}", "not as Python writes an integer", f"16{len(digits):02x}{digits.hex()}")
    yield refused("digits/long-plus", "the same, with four bytes of length", "17000000022b35")
    yield refused("digits/letter-in-many", "in the middle of 200", "16c8{31*100}61{31*99}")
    yield refused("digits/4301", "one digit over the limit", "17000010cd{39*4301}", "buffer_overflow")
    yield refused("digits/minus-4301", "the sign is not counted", "17000010ce2d{39*4301}", "buffer_overflow")
    yield refused("digits/million", "a million digits", "17000f4240{31*1000000}", "buffer_overflow")
    yield refused("digits/million-zeros", "a million zeros", "17000f4240{30*1000000}", "buffer_overflow")


def strings():
    for name, data in NO_UTF8.items():
        head = counted(BYTES, len(bytes_of(data))).hex()
        yield refused(f"utf-8/{name}", "a string that is no UTF-8 (RFC 3629)", f"08{head}{data}")
    for name, data in {"a-string": "080a61", "none": "00", "an-integer": "53", "a-tuple": "02",
                       "a-float": "183ff0000000000000"}.items():
        yield refused(f"string/of-{name}", "a string consists of bytes", f"08{data}")


def containers():
    for length in (0, 1, 2, 4, 5):
        yield refused(f"slice/of-{length}", "a slice has three items",
                      f"19{counted(TUPLE, length).hex()}{{00*{length}}}")
    for name, data in NO_TUPLE.items():
        yield refused(f"slice/of-{name}", "a slice consists of a tuple", f"19{data}")
        yield refused(f"frozenset/of-{name}", "a frozenset consists of a tuple", f"1a{data}")
    yield {**refused("frozenset/of-one-slice", "Python before 3.12 cannot hash a slice", "1a101912515253"),
           "value": "frozenset:1 slice int:1 int:2 int:3"}


def limits():
    for name, data in {"tuples": "10", "frozensets": "1a10", "pairs": "1100"}.items():
        for depth in (513, 100000):
            yield refused(f"depth/{depth}-{name}", "deeper than 512", f"{{{data}*{depth}}}00", "buffer_overflow")
    yield refused("depth/513-slices", "deeper than 512", "{19120000*513}00", "buffer_overflow")
    yield refused("depth/over-the-limit", "three, where the limit is two", "10101000", "buffer_overflow", depth=2)
    yield refused("depth/none", "one, where there is to be none", "1000", "buffer_overflow", depth=0)
    yield refused("size/over-the-limit", "eleven bytes, where the limit is ten", "0e09{61*9}", "buffer_overflow",
                  size=10)
    yield refused("items/over-the-limit", "four values, where the limit is three", "12000000", "buffer_overflow",
                  items=3)
    yield refused("items/nested", "counted over all containers", "1110001000", "buffer_overflow", items=4)
    yield refused("items/claimed", "a claim of 200 is over the limit before it is read", "14c8{00*200}",
                  "buffer_overflow", items=200)
    yield refused("digits/over-the-limit", "four digits, where the limit is three", "160431303030",
                  "buffer_overflow", digits=3)
    yield refused("digits/minus-over-the-limit", "the sign is not counted", "16052d31303030",
                  "buffer_overflow", digits=3)


def values():
    """Values that are not dumped."""
    yield undumpable("string/surrogate", "Python's strings can hold it, UTF-8 cannot", "str:eda080", "invalid")
    yield undumpable("string/surrogate-inside", "behind good characters", "str:616263edbfbf61", "invalid")
    yield undumpable("depth/513", "deeper than 512", "{tuple:1 *513}none", "buffer_overflow")
    yield undumpable("depth/over-the-limit", "three, where the limit is two", "{tuple:1 *3}none",
                     "buffer_overflow", depth=2)
    yield undumpable("digits/4301", "one digit over the limit", "int:{9*4301}", "buffer_overflow")
    yield undumpable("digits/minus-4301", "the sign is not counted", "int:-{9*4301}", "buffer_overflow")
    yield undumpable("digits/over-the-limit", "four digits, where the limit is three", "int:1000",
                     "buffer_overflow", digits=3)
    yield undumpable("size/over-the-limit", "eleven bytes, where the limit is ten", "bytes:{61*9}",
                     "buffer_overflow", size=10)
    yield undumpable("items/over-the-limit", "four values, where the limit is three", "tuple:3 none none none",
                     "buffer_overflow", items=3)
