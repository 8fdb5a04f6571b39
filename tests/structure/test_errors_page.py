"""docs/contracts.md has every error that a call can give."""

import re

ROW = re.compile(r"^\| [^|]+ \| `(\w+)` \|(?: [^|]*\|){3}$", re.MULTILINE)
CODE = re.compile(r'^    X\((\w+), "(\w+)", "[^"]+"\)', re.MULTILINE)
# Given by codecs and tables of functions alone.
INNER = {"want_read", "want_write", "want_either"}


def codes(header):
    """The words for the codes in the list of errors."""
    return {word for _, word in CODE.findall(header)}


def test_every_error_is_on_the_page(root):
    wanted = codes((root / "core/include/firth/error.h").read_text())
    assert len(wanted) > 20 and wanted >= INNER
    assert set(ROW.findall((root / "docs/contracts.md").read_text())) == wanted - INNER


def test_an_error_is_read():
    assert codes('    X(EOF, "eof", "it ended") \\\n    X(NO_MEMORY, "no_memory", "none")\n') == {
        "eof", "no_memory"}
    assert ROW.findall("| a, b | `eof` | A, `b` | C | io.EOF |\n| a | eof | b | c | d |\n") == ["eof"]
