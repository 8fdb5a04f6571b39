"""Values of every type and size, through a call and back."""

import math
import os
import zlib

import pytest
import rpyc

COMPRESSIBLE = b"The quick brown fox jumps over the lazy dog. "
# What compression begins above, and what rpyc's own channel gives to its stream in one piece.
EDGES = [*range(2995, 3006), *range(63_990, 64_011)]
SIZES = [0, 1, 2, 100, 4096, 65_536, 1_000_003]
LARGE = 32 * 1024 * 1024
# Takes zlib a second or so at each end.
LARGE_NOISE = 12 * 1024 * 1024

NUMBERS = [0, 1, -1, 0xFF, 0x100, -0x80, 2**31 - 1, 2**31, -2**31 - 1, 2**63 - 1, 2**63,
           -2**63 - 1, 2**64, 10**100, -10**100, 10**4299]
FLOATS = [0.0, -0.0, 1.5, -2.25e-300, 1.7976931348623157e308, 5e-324, math.inf, -math.inf]
TEXTS = ["", "a", "a\0b", "µ", "漢字", "\U0001F600", "x" * 255, "x" * 256, "é" * 3000]
BYTES = [b"", b"\0", b"\n", bytes(range(256)), b"x" * 255, b"x" * 256]
TUPLES = [(), (1,), (1, 2, 3, 4, 5), tuple(range(255)), tuple(range(256)), (None, (True, (b"",)))]
OTHERS = [None, True, False, Ellipsis, NotImplemented, 1 + 2j, complex(-0.0, math.inf),
          frozenset(), frozenset({1}), frozenset({(1, b"")}), slice(1), slice(1, -2, 3),
          slice("a", None, (1, 2))]
VALUES = NUMBERS + FLOATS + TEXTS + BYTES + TUPLES + OTHERS


class EchoService(rpyc.Service):
    def exposed_echo(self, value):
        return value

    def exposed_echo_keyword(self, *, value):
        return value

    def exposed_arrived(self, value):
        """What has arrived, in a form that says type and value."""
        return repr(value)

    def exposed_checksum(self, data):
        return type(data).__name__, len(data), zlib.crc32(data)

    def exposed_make(self, size, text):
        return (text * (size // len(text) + 1))[:size]

    def exposed_noise(self, size):
        data = os.urandom(size)
        return data, zlib.crc32(data)

    def exposed_numbers(self, count):
        return list(range(count))

    def exposed_raise_with(self, value):
        raise ValueError(value)


@pytest.fixture(scope="module")
def module_server(host, arrangement):
    """One server for all tests of this file, which are many and quick."""
    from conftest import Server
    server = Server(host, EchoService)
    yield server
    server.stop()


@pytest.fixture
def root(module_server, connect_to):
    return connect_to(module_server.address).root


def same(first, second):
    """Equal in type and value, at every depth; repr tells 0.0, -0.0, 0 and False apart."""
    return type(first) is type(second) and first == second and repr(first) == repr(second)


def shown(value):
    text = repr(value)
    return text if len(text) < 40 else f"{text[:30]}...{len(text)}"


@pytest.mark.parametrize("value", VALUES, ids=shown)
def test_a_value_comes_back_exactly(root, value):
    assert same(root.echo(value), value)


@pytest.mark.parametrize("value", VALUES, ids=shown)
def test_a_value_arrives_exactly(root, value):
    assert root.arrived(value) == repr(value)


@pytest.mark.parametrize("value", VALUES, ids=shown)
def test_a_value_in_a_tuple_in_a_keyword_comes_back_exactly(root, value):
    assert same(root.echo_keyword(value=(value, (value,))), (value, (value,)))


@pytest.mark.parametrize("value", [1, 1.5, "text", b"bytes", (1, (2, None)), 10**100], ids=shown)
def test_a_value_comes_back_exactly_in_an_exception(root, value):
    with pytest.raises(ValueError) as caught:
        root.raise_with(value)
    assert same(caught.value.args, (value,))


def test_a_set_of_many_kinds_comes_back(root):
    kinds = frozenset({1, "a", (b"",), None, 2.5, frozenset({"b"})})
    assert root.echo(kinds) == kinds and type(root.echo(kinds)) is frozenset


def test_not_a_number_comes_back(root):
    assert math.isnan(root.echo(math.nan))


@pytest.mark.parametrize("digits", [1000, 4299, 4300])
def test_a_number_of_many_digits_comes_back(root, digits):
    number = -10**digits // 7
    assert root.echo(number) == number


def test_a_number_of_too_many_digits_is_refused_where_it_is_sent(root):
    with pytest.raises(ValueError, match="4300"):
        root.echo(10**4300)


def test_the_connection_goes_on_after_a_value_that_was_refused(root):
    with pytest.raises(ValueError):
        root.echo(10**4300)
    assert root.echo(1) == 1


def test_a_text_that_is_no_unicode_is_refused_where_it_is_sent(root):
    with pytest.raises(UnicodeEncodeError):
        root.echo("\ud800")


@pytest.mark.parametrize("value", [bytearray(b"ab"), memoryview(b"ab"), [1], {1: 2}, {1}],
                         ids=lambda value: type(value).__name__)
def test_what_can_change_is_passed_by_reference(root, value):
    assert root.echo(value) is value


def test_equal_values_of_different_types_stay_different(root):
    assert root.arrived((1, 1.0, True, 0, 0.0, False)) == "(1, 1.0, True, 0, 0.0, False)"


@pytest.mark.parametrize("size", [*SIZES, *EDGES])
def test_bytes_arrive(root, size):
    data = os.urandom(size)
    assert root.checksum(data) == ("bytes", size, zlib.crc32(data))


@pytest.mark.parametrize("size", [*SIZES, *EDGES])
def test_bytes_that_compress_come_back(root, size):
    data = root.make(size, COMPRESSIBLE)
    assert root.echo(data) == data and len(data) == size


@pytest.mark.parametrize("size", [*SIZES, *EDGES])
def test_bytes_that_do_not_compress_come(root, size):
    data, checksum = root.noise(size)
    assert (len(data), zlib.crc32(data)) == (size, checksum)


def test_a_text_of_a_million_characters_comes_back(root):
    text = "µ" * 1_000_000
    assert root.echo(text) == text


def test_many_megabytes_that_compress_arrive(root):
    data = (COMPRESSIBLE * (LARGE // len(COMPRESSIBLE) + 1))[:LARGE]
    assert root.checksum(data) == ("bytes", LARGE, zlib.crc32(data))


def test_many_megabytes_that_compress_come(root):
    assert root.make(LARGE, COMPRESSIBLE)[-100:] in COMPRESSIBLE * 4


def test_many_megabytes_that_do_not_compress_arrive(root):
    data = os.urandom(LARGE_NOISE)
    assert root.checksum(data) == ("bytes", LARGE_NOISE, zlib.crc32(data))


def test_many_megabytes_that_do_not_compress_come(root):
    data, checksum = root.noise(LARGE_NOISE)
    assert (len(data), zlib.crc32(data)) == (LARGE_NOISE, checksum)


def test_many_megabytes_go_both_ways_in_one_call(root):
    data = os.urandom(8 * 1024 * 1024)
    assert root.echo(data) == data


def test_a_tuple_of_many_numbers_comes_back(root):
    numbers = tuple(range(-50_000, 50_000))
    assert root.echo(numbers) == numbers


def test_a_tuple_of_many_kinds_comes_back(root):
    values = tuple(VALUES) * 20
    assert same(root.echo(values), values)


def test_a_deep_tuple_comes_back(root):
    value = ()
    for number in range(80):
        value = (value, number)
    assert same(root.echo(value), value)


def test_a_long_list_is_read_in_chunks(root):
    assert list(rpyc.buffiter(root.numbers(100_000))) == list(range(100_000))


def test_a_long_list_of_the_server_has_its_length_and_its_ends(root):
    numbers = root.numbers(100_000)
    assert (len(numbers), numbers[0], numbers[-1]) == (100_000, 0, 99_999)


def test_many_small_calls_come_in_order(root):
    assert [root.echo(number) for number in range(2000)] == list(range(2000))


def test_many_arguments_arrive(connect):
    root = connect(ManyService).root
    assert root.count(*range(1000), **{f"key{number}": number for number in range(500)}) == (
        1000, 500)


class ManyService(rpyc.Service):
    def exposed_count(self, *arguments, **keywords):
        return len(arguments), len(keywords)
