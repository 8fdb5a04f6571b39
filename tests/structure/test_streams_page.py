"""docs/streams.md names what makes every kind of stream, in every language that is built."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROW = re.compile(r"^\| `(?P<c>\w+)` \| `(?P<name>[\w.]+)` \| `(?P<go>\w+)` \| (?:`(?P<scheme>[\w-]+)` )?\|$",
                 re.MULTILINE)
MAKES = re.compile(r"^FIRTH_API\s+firth_err\s+(\w+)\(firth_stream \*\*", re.MULTILINE)


def rows(page):
    return [match.groupdict() for match in ROW.finditer(page)]


def page(root):
    return (root / "docs/streams.md").read_text()


def names(root, column):
    return sorted({row[column] for row in rows(page(root))})


def run(command, build, **environment):
    """What the program says: the names that are missing, one a line."""
    environment = {name: value.format(build=build) for name, value in environment.items()}
    done = subprocess.run(command, env={**os.environ, **environment}, text=True, check=True,
                          stdout=subprocess.PIPE)
    return done.stdout.split()


def missing_in_python(wanted, build):
    program = """
import functools, sys, firth
for name in sys.argv[1:]:
    try:
        functools.reduce(getattr, name.split("."), firth)
    except AttributeError:
        print(name)
"""
    return run([sys.executable, "-c", program, *wanted], build, PYTHONPATH="{build}/bindings/python")


def missing_in_lua(wanted, build):
    program = """
local firth = require "firth"
for _, name in ipairs(arg) do
  local found = firth
  for part in name:gmatch("[^.]+") do found = found and found[part] end
  if not found then print(name) end
end
"""
    script = Path(build) / "missing.lua"
    script.write_text(program)
    return run([os.environ["FIRTH_LUA"], str(script), *wanted], build,
               LUA_CPATH="{build}/bindings/lua/?.so;;", LUA_PATH="{build}/bindings/lua/?.lua;;")


def missing_in_ruby(wanted, build):
    program = """
require "firth"
ARGV.each do |name|
  *classes, last = name.split(".")
  classes, last = [last], :new if last =~ /\\A[A-Z]/
  owner = classes.reduce(Firth) { |found, part| found.const_get(part) if found&.const_defined?(part) }
  puts name unless owner&.respond_to?(last)
end
"""
    return run([os.environ["FIRTH_RUBY"], "-e", program, *wanted], build, RUBYLIB="{build}/bindings/ruby")


MISSING = {"python": missing_in_python, "lua": missing_in_lua, "ruby": missing_in_ruby}


def in_languages(wanted, build):
    """{language that is built: what it lacks}"""
    built = os.environ["FIRTH_BINDINGS"].split(",")
    return {name: missing(wanted, build) for name, missing in MISSING.items() if name in built}


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
