"""docs/names.md has every name of the documents, and each of its cells is there for real."""

import os
from pathlib import Path

import pytest
from asking import ask_lua, ask_python, ask_ruby
from in_c import ask_c, error_names
from in_go import ask_go
from page import (LANGUAGES, Name, dashes, documented, questions, rows, without_name, without_row)

HERE = Path(__file__).resolve().parent
HEADER = "| documents | C | Python | Lua | Ruby | Go |\n| --- | --- | --- | --- | --- | --- |\n"
INTERVAL = {"Win32PipeStream.poll interval", "NamedPipeStream.poll interval"}


@pytest.fixture(scope="session")
def names():
    return documented((HERE / "documented.txt").read_text())


@pytest.fixture(scope="session")
def page(root):
    return (root / "docs/names.md").read_text()


@pytest.fixture
def complaints(root, build, tmp_path):
    """complaints(language, names, page): what is not as the page says."""
    ask = {"C": lambda asked: ask_c(asked, root, build, tmp_path),
           "Python": lambda asked: ask_python(asked, build),
           "Lua": lambda asked: ask_lua(asked, build), "Ruby": lambda asked: ask_ruby(asked, build),
           "Go": lambda asked: ask_go(asked, build, tmp_path)}
    return lambda language, names, page: ask[language](questions(names, rows(page), language))


built = pytest.mark.parametrize("language", [
    language for language in LANGUAGES
    if language == "C" or language.lower() in os.environ["FIRTH_BINDINGS"].split(",")])


def test_every_name_and_parameter_of_the_documents_has_a_row(names, page):
    assert len(names) > 80
    assert without_row(names, rows(page)) == []


def test_every_row_is_a_name_of_the_documents(names, page):
    assert without_name(names, rows(page)) == []


@built
def test_what_the_page_says_is_there(language, names, page, complaints):
    found = complaints(language, names, page)
    assert not found, "\n".join(found)


def test_only_rpycs_interval_is_nothing_elsewhere(page):
    assert dashes(rows(page)) == {key: {"C", "Lua", "Ruby", "Go"} for key in INTERVAL}


def test_luas_codes_are_those_of_c(names, page, root, build, tmp_path):
    found = rows(page)
    in_c = error_names(questions(names, found, "C"), root, build, tmp_path)
    assert len(in_c) == 4
    assert in_c == {key: found[key].cells["Lua"] for key in in_c}


def test_the_documents_list_is_read():
    text = """
# a comment
class A < B
  constructor x|y z=6
  classmethod make a * b
constant SIZE=3
exception E < F
"""
    found = documented(text)
    assert [(name.kind, name.key, name.base, name.value) for name in found] == [
        ("class", "A", "B", None), ("constructor", "A()", None, None),
        ("classmethod", "A.make", None, None), ("constant", "SIZE", None, 3.0),
        ("exception", "E", "F", None)]
    assert [(each.names, each.default) for each in found[1].parameters] == [
        (("x", "y"), None), (("z",), 6.0)]
    assert [each.ordered for each in found[2].parameters] == [True, False]


def without_line(page, start):
    """The page without the line that begins so, which it has."""
    lines = page.splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) < len(lines)
    return "".join(kept)


@pytest.mark.parametrize("start, lacking", [
    ("| **`BatchingChannel`**", ["BatchingChannel"]),
    ("| `create_unix_stream`", ["create_unix_stream"]),
    ("| `STREAM_CHUNK_SIZE`", ["STREAM_CHUNK_SIZE"]),
    ("| `EncryptionError`", ["EncryptionError"]),
    ("| · `batch_timeout`", ["BatchingChannel() batch_timeout"]),
    ("| · `incoming`, `input`", ["PipeStream() incoming", "PipeStream() input"]),
])
def test_a_row_that_is_missing_is_found(names, page, start, lacking):
    found = without_row(names, rows(without_line(page, start)))
    assert set(lacking) <= set(found)


def test_a_method_whose_row_is_missing_is_found_for_every_class_that_has_it(names, page):
    found = without_row(names, rows(without_line(page, "| `Stream.write`")))
    assert {"Stream.write", "SocketStream.write", "BufferedStream.write"} <= set(found)


def test_a_row_too_many_and_a_cell_too_few_are_found(names, page):
    table = page + "\n" + HEADER + "| `read_all` | `a` | `b` | `c` | `d` | `e` |\n"
    assert without_name(names, rows(table)) == ["read_all"]
    table = page.replace("| `create_unix_stream` | `CreateUnixStream` |", "| `create_unix_stream` |")
    assert without_name(names, rows(table)) == ["create_unix_stream: nothing for Go"]


WRONG = {  # kind, key: the wrong names of C, Python, Lua, Ruby, Go
    ("class", "Channel"): ("firth_tube", "Tube", "Tube", "Tube", "Tube"),
    ("function", "create_unix_stream"): ("firth_create", "create", "create", "create", "Create"),
    ("constant", "MAX_BUFFER_SIZE"): ("FIRTH_MAX", "MAX", "MAX", "MAX", "Max"),
    ("constant", "DEFAULT_BUFFER_SIZE"): (
        "FIRTH_MAX_BUFFER_SIZE", "MAX_BUFFER_SIZE", "MAX_BUFFER_SIZE", "MAX_BUFFER_SIZE",
        "MaxBufferSize"),
    ("exception", "CompressionError"): ("FIRTH_E_X", "XError", "x", "XError", "ErrX"),
    ("classmethod", "PipeStream.create_pair"): (
        "firth_pair", "PipeStream.pair", "PipeStream.pair", "PipeStream.pair", "Pair"),
}


@built
@pytest.mark.parametrize("kind, key", WRONG)
def test_a_wrong_name_is_found(language, kind, key, names, page, complaints):
    cells = WRONG[kind, key]
    base = "" if kind != "exception" else "StreamError"
    page = page.replace(f"**`{key}`**", f"`{key}`")
    name = next(name for name in names if name.key == key)
    row = f"| `{key}` | " + " | ".join(f"`{cell}`" for cell in cells) + " |\n"
    parts = [line for line in page.splitlines(keepends=True) if base and f"| `{base}`" in line]
    others = [each for each in names if base and each.key == base]
    found = complaints(language, [*others, Name(name.kind, name.key, (), name.base, name.value)],
                       HEADER + "".join(parts) + row)
    assert len(found) == 1, found
    assert cells[LANGUAGES.index(language)] in found[0]


@built
@pytest.mark.parametrize("wrong", range(2))
def test_a_wrong_parameter_is_found(language, wrong, names, complaints):
    parameters = [["descriptors", "path", "path", "path", "path"],
                  ["options.paths", "paths", "options.paths", "paths:", "options.Paths"]][wrong]
    of = "SocketStream.connect"
    cells = ["firth_socket_stream_connect", of, of, of, "ConnectSocketStream"]
    page = HEADER + "| `SocketStream.connect` | " + " | ".join(f"`{cell}`" for cell in cells)
    page += " |\n| · `host` | " + " | ".join(f"`{cell}`" for cell in parameters) + " |\n"
    name = next(name for name in names if name.key == of)
    found = complaints(language, [Name(name.kind, name.key, name.parameters[:1])], page)
    assert len(found) == 1, found
    assert "path" in found[0].lower() or "descriptors" in found[0]


@built
def test_a_method_that_a_class_lacks_is_found(language, names, complaints):
    page = HEADER + """| `Channel` | `a` | `Channel` | `Channel` | `Channel` | `Channel` |
| `Channel.recv` | `firth_channel_receive` | `receive` | `receive` | `receive` | `Receive` |
"""
    found = complaints(language, [Name("method", "Channel.recv")], page)
    assert len(found) == 1, found
    assert "eceive" in found[0]
