"""docs/channels.md has every option of a channel and every limit, by its name in each language."""

import os
import re

import pytest
from asking import ask_lua, ask_python, ask_ruby
from in_go import documentation, fields
from page import Question

OPTION = re.compile(r"^\| [^|`]+ \| [^|`]+ \| `(\w+)` \| `(\w+)` \| `(\w+)` \|$", re.MULTILINE)
LIMIT = re.compile(r"^\| `(\w+)` \| [^|]+ \| \d+ MiB \| [^|]+ \|$", re.MULTILINE)
NOT_OPTIONS = {"size", "key_length"}  # of the struct itself, and of the key


@pytest.fixture(scope="session")
def page(root):
    return (root / "docs/channels.md").read_text()


def members(root, struct):
    """The names in a struct of the header, in order."""
    text = (root / "core/include/firth/frame.h").read_text()
    body = re.search(rf"^typedef struct {struct} \{{(.*?)^\}}", text, re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"(\w+);", re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL))


def options(page, column):
    """The names in a column of the table: 0 for C, 1 for Python, Lua and Ruby, 2 for Go."""
    return [row[column] for row in OPTION.findall(page)]


def test_cs_options_are_those_of_the_struct(page, root):
    wanted = [name for name in members(root, "firth_channel_options") if name not in NOT_OPTIONS]
    assert options(page, 0) == wanted
    assert len(wanted) == 7


def complaints(names, build):
    """What the languages that are built say of these options of a Channel."""
    built = os.environ["FIRTH_BINDINGS"].split(",")
    ask = {"python": (ask_python, "Channel", "{}"), "lua": (ask_lua, "Channel", "options.{}"),
           "ruby": (ask_ruby, "Channel.new", "{}:")}
    return {language: asking([Question("function", name, "", called, (form.format(name),))
                              for name in names], build)
            for language, (asking, called, form) in ask.items() if language in built}


def test_the_options_are_those_of_the_languages(page, build):
    found = complaints(options(page, 1), build)
    assert {language: said for language, said in found.items() if said} == {}


def test_an_option_that_a_language_lacks_is_found(build):
    for language, said in complaints(["compress", "compressed"], build).items():
        assert len(said) == 1 and said[0].startswith("compressed:"), (language, said)


def test_the_options_and_limits_are_those_of_go(page, root):
    structs = fields(documentation(root / "bindings/go"))
    assert set(options(page, 2)) == structs["ChannelOptions"]
    assert {name.capitalize() for name in LIMIT.findall(page)} == structs["Limits"]


def test_the_limits_are_those_of_the_struct(page, root):
    assert LIMIT.findall(page) == members(root, "firth_limits") == ["frame", "inflated", "queue"]
