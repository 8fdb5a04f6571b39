"""docs/streams.md names what makes every kind of stream, in every language that is built."""

import os
import re

from names.asking import ask_lua, ask_python, ask_ruby
from names.page import Question

ROW = re.compile(r"^\| `(?P<c>\w+)` \| `(?P<name>[\w.]+)` \| `(?P<go>\w+)` \| (?:`(?P<scheme>[\w-]+)` )?\|$",
                 re.MULTILINE)
MAKES = re.compile(r"^FIRTH_API\s+firth_err\s+(\w+)\(firth_stream \*\*", re.MULTILINE)


def rows(page):
    return [match.groupdict() for match in ROW.finditer(page)]


def page(root):
    return (root / "docs/streams.md").read_text()


def names(root, column):
    return sorted({row[column] for row in rows(page(root))})


ASK = {"python": ask_python, "lua": ask_lua, "ruby": ask_ruby}


def question(name, language):
    """Whether a class, one of its constructors or a function is there to be called."""
    made_by_new = language == "ruby" and name[0].isupper() and "." not in name
    return Question("function", name, "", f"{name}.new" if made_by_new else name)


def in_languages(wanted, build):
    """{language that is built: what it lacks}"""
    built = os.environ["FIRTH_BINDINGS"].split(",")
    complaints = {language: ask([question(name, language) for name in wanted], build)
                  for language, ask in ASK.items() if language in built}
    return {language: [each.split(":")[0] for each in found] for language, found in complaints.items()}


def declared_in_go(root):
    text = "\n".join(path.read_text() for path in (root / "bindings/go").glob("*.go"))
    return set(re.findall(r"^func ([A-Z]\w*)\(", text, re.MULTILINE))


def test_every_function_that_makes_a_stream_is_on_the_page(root):
    headers = (root / "core/include/firth").glob("*.h")
    made = sorted(name for header in headers for name in MAKES.findall(header.read_text()))
    assert len(made) > 20
    assert names(root, "c") == made


def test_the_names_are_those_of_the_languages(root, build):
    found = in_languages(names(root, "name"), build)
    assert {language: lacks for language, lacks in found.items() if lacks} == {}


def test_a_name_that_a_language_lacks_is_found(build):
    wanted = ["SocketStream.connect", "SocketStream.disconnect", "Nothing", "nothing", "open"]
    found = in_languages(wanted, build)
    assert found == {language: ["SocketStream.disconnect", "Nothing", "nothing"] for language in found}


def test_the_names_are_those_of_go(root):
    assert set(names(root, "go")) - declared_in_go(root) == set()


def test_every_scheme_of_an_address_is_on_the_page(root):
    schemes = set(re.findall(r"^\| `([\w-]+)` \| .* \| `firth_", (root / "docs/uri.md").read_text(),
                             re.MULTILINE))
    assert len(schemes) >= 9
    assert {row["scheme"] for row in rows(page(root)) if row["scheme"]} == schemes


def test_a_row_is_read():
    assert rows("| `firth_a` | `A.b` | `NewA` | `x-y` |\n| `firth_c` | `c` | `C` | |\n") == [
        {"c": "firth_a", "name": "A.b", "go": "NewA", "scheme": "x-y"},
        {"c": "firth_c", "name": "c", "go": "C", "scheme": None}]
