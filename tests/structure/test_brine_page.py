"""docs/brine.md has the tags, the limits, the bytes and the names that are true."""

import os
import re
import sys

import pytest
from names.asking import ask_lua, ask_python, ask_ruby
from names.page import Question

TAGS = re.compile(r"^\| `(\w\w)`(?: to `(\w\w)`)? \|", re.MULTILINE)
TAG = re.compile(r"FIRTH_TAG_(\w+) = 0x(\w\w)")
EXAMPLES = re.compile(r"^```brine\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"(.*\S) {2,}((?:\w\w ?)+)$")
LIMIT = re.compile(r"^\| `(\w+)` \| [^|]+ \| (\d+) \| (\d*) ?\|$", re.MULTILINE)
NAMES = re.compile(
    r"^\| (?:to |whether )[^|]+ \| `([\w.?]+)` \| `([\w.?]+)` \| `([\w.?]+)` \| `(\w+)` \|$", re.MULTILINE)
IN_C = re.compile(r"^\| `(firth_brine_\w+)` \|", re.MULTILINE)
VALUES = {"none", "not_implemented", "ellipsis", "bool", "integer", "big_integer", "float", "complex", "bytes",
          "string", "tuple", "frozenset", "slice"}
ASK = {"python": ask_python, "lua": ask_lua, "ruby": ask_ruby}


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs/brine.md").read_text()


@pytest.fixture(scope="module")
def header(root):
    return (root / "core/include/firth/brine.h").read_text()


@pytest.fixture(scope="module")
def reference(root):
    """tests/conformance/brine.py."""
    sys.path.insert(0, str(root / "tests/conformance"))
    import brine
    yield brine
    sys.path.remove(str(root / "tests/conformance"))


@pytest.fixture(scope="module")
def notation(root):
    """tests/conformance/testees/brine_notation.py."""
    sys.path.insert(0, str(root / "tests/conformance/testees"))
    import brine_notation
    yield brine_notation
    sys.path.remove(str(root / "tests/conformance/testees"))


def tags_of(page):
    """Every byte that a row begins with."""
    return [tag for first, last in TAGS.findall(page)
            for tag in range(int(first, 16), int(last or first, 16) + 1)]


def test_the_tags_are_those_of_the_codec(page, root):
    found = {name: int(value, 16) for name, value in TAG.findall((root / "core/brine/tags.h").read_text())}
    shorts = {f"{kind}_{i}": found[f"{kind}_1"] + i - 1 for kind in ("BYTES", "TUPLE") for i in range(1, 5)}
    small = set(range(found.pop("SMALL_FIRST"), found.pop("SMALL_LAST") + 1))
    tags = tags_of(page)
    assert sorted(tags) == sorted({*found.values(), *shorts.values(), *small})


def test_the_examples_have_these_bytes(page, reference, notation):
    lines = [EXAMPLE.fullmatch(line).groups() for line in EXAMPLES.search(page)[1].splitlines()]
    assert len(lines) > 7
    for value, encoded in lines:
        assert reference.encode(notation.shown(eval(value))).hex(" ") == encoded


def test_the_limits_are_those_of_the_header(page, header, reference):
    limits = {name: int(default) for name, default, _ in LIMIT.findall(page)}
    assert limits == reference.LIMITS
    assert list(limits) == re.findall(r"size_t (\w+);", header.split("firth_brine_limits {")[1].split("}")[0])
    most = {name: int(most) for name, _, most in LIMIT.findall(page) if most}
    assert most == {"depth": int(re.search(r"DEPTH_MAX (\d+)", header)[1]), "size": 0xFFFFFFFF}


def test_the_defaults_are_those_of_the_header(header, reference):
    for name, value in reference.LIMITS.items():
        text = re.search(rf"FIRTH_BRINE_{name.upper()}_LIMIT (.+)", header)[1].replace("(size_t)", "")
        assert eval(text) == value


def test_the_functions_in_c_are_those_of_the_header(page, header):
    declared = set(re.findall(r"^FIRTH_API [^;(]*?(firth_brine_\w+)\(", header, re.MULTILINE))
    assert set(IN_C.findall(page)) | {f"firth_brine_{value}" for value in VALUES} == declared


def in_languages(names, build):
    """{language that is built: what it lacks}; `names` are of each, in the page's order."""
    built = os.environ["FIRTH_BINDINGS"].split(",")
    return {language: ask([Question("function", name, "", name) for name in names[language]], build)
            for language, ask in ASK.items() if language in built}


def names_of(page):
    columns = list(zip(*NAMES.findall(page)))
    return dict(zip((*ASK, "go"), columns))


def test_the_functions_are_those_of_the_languages(page, build):
    names = names_of(page)
    assert len(names["go"]) == 3
    assert [said for said in in_languages(names, build).values() if said] == []


def test_a_function_that_a_language_lacks_is_found(build):
    for said in in_languages(dict.fromkeys(ASK, ["brine.dumps", "Brine.dumps"]), build).values():
        assert len(said) == 2


def test_the_functions_are_those_of_go(page, root):
    text = "\n".join(path.read_text() for path in (root / "bindings/go").glob("*.go"))
    assert set(names_of(page)["go"]) <= set(re.findall(r"^func ([A-Z]\w*)\(", text, re.MULTILINE))
