"""What holds for every file of the project: size, place, and what must not stand in it."""

import re
from pathlib import Path

LINES = 500
# Characters a line, in the languages of the project; a table of a test may be wider.
CODE = {".c", ".h", ".py", ".pyi", ".lua", ".rb", ".go"}
WIDTH = 100
WIDTH_OF_TESTS = 120
# The committed output of SWIG.
GENERATED = re.compile(r"bindings/go/internal/core/(firth_wrap\.c|firth\.go)$")
# Data; real traffic may hold any bytes.
DATA = re.compile(r"tests/(conformance/(recordings/|(\w+_)?vectors\.json$)|fuzz/corpus/)")
TOP = {
    "CMakeLists.txt", "core", "bindings", "swig", "tests", "docs", "examples", "README.md",
    "LICENSE", "CMakePresets.json"}
NEEDED = {
    "CMakeLists.txt", "core", "bindings", "swig", "tests", "docs", "examples", "README.md",
    "LICENSE", "CMakePresets.json", ".clang-format", ".editorconfig", ".ci", ".gitignore"}
# Written so that this file does not hold what it forbids.
FORBIDDEN = {
    "a folder of one machine": re.compile(r"(?<![\w.~}\])])/(?:home|root|work|Users)/\w"),
    "a file in a fixed temporary folder": re.compile(r"(?<![\w.~}\])])/(?:var/)?tmp/(?!\w[\w-]*-XXXXXX)\w"),
    "a mark of unfinished work": re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b"),
    "a registry's host": re.compile(
        r"pypi\.(?:org|python)|files\.pythonhosted|proxy\.golang\.org|rubygems\.org"
        r"|luarocks\.org|deb\.debian\.org|registry\.npmjs", re.IGNORECASE),
}


def texts(files, root):
    """(relative path, text) of the files that are no data and are text."""
    for path in files:
        name = path.relative_to(root).as_posix()
        if DATA.search(name):
            continue
        try:
            yield name, path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue


def too_long(files, root):
    return [f"{name}: {text.count(chr(10))} lines" for name, text in texts(files, root)
            if text.count("\n") > LINES and not GENERATED.search(name)]


def too_wide(files, root):
    return [f"{name}:{number}: {len(line)} characters" for name, text in texts(files, root)
            if Path(name).suffix in CODE and not GENERATED.search(name)
            for number, line in enumerate(text.splitlines(), 1)
            if len(line) > (WIDTH_OF_TESTS if name.startswith("tests/") else WIDTH)]


def forbidden(files, root):
    return [f"{name}:{number}: {what}: {line.strip()[:80]}"
            for name, text in texts(files, root) if not GENERATED.search(name)
            for number, line in enumerate(text.splitlines(), 1)
            for what, pattern in FORBIDDEN.items() if pattern.search(line)]


def unplaced(files, root):
    top = {path.relative_to(root).parts[0] for path in files}
    return sorted(name for name in top if name not in TOP and not name.startswith("."))


def untidy(files, root):
    return [name for name, text in texts(files, root)
            if not GENERATED.search(name) and (text.endswith("\n\n") or "\r" in text
                                               or text and not text.endswith("\n")
                                               or re.search(r"[ \t]$", text, re.MULTILINE))]


def test_no_file_is_over_500_lines(files, root):
    assert too_long(files, root) == []


def test_a_file_over_500_lines_is_found(tree):
    root = tree({"a.c": "x\n" * 501, "b.c": "x\n" * 500})
    assert too_long(root.iterdir(), root) == ["a.c: 501 lines"]


def test_no_line_of_code_is_too_wide(files, root):
    assert too_wide(files, root) == []


def test_a_line_that_is_too_wide_is_found(tree):
    root = tree({"a.py": "x" * 100 + "\n" + "\u00e9" * 101 + "\n", "b.md": "x" * 200 + "\n",
                 "tests/c.rb": "x" * 120 + "\n" + "x" * 121 + "\n"})
    files = sorted(path for path in root.rglob("*") if path.is_file())
    assert too_wide(files, root) == ["a.py:2: 101 characters", "tests/c.rb:2: 121 characters"]


def test_no_file_holds_what_is_forbidden(files, root):
    assert forbidden(files, root) == []


def test_what_is_forbidden_is_found(tree):
    lines = ["cd /ho" "me/me/x", "open('/tm" "p/x')", "# TO" "DO: later", "https://py" "pi.org/simple"]
    root = tree({"a.py": "\n".join(lines) + "\n"})
    assert [line.split(": ")[1] for line in forbidden(root.iterdir(), root)] == list(FORBIDDEN)


def test_a_relative_path_is_not_forbidden(tree):
    root = tree({"a.py": "open(folder + '/work'); open('build/tmp/x'); $(HOME)/work/x ${a}/tmp/b\n"})
    assert forbidden(root.iterdir(), root) == []


def test_a_template_for_a_temporary_folder_is_not_forbidden(tree):
    root = tree({"a.c": 'char path[] = "/tm' 'p/firth-XXXXXX";\n'})
    assert forbidden(root.iterdir(), root) == []


def test_the_top_level_holds_what_the_layout_names(files, root):
    assert unplaced(files, root) == []


def test_the_top_level_lacks_nothing(files, root):
    assert NEEDED - {path.relative_to(root).parts[0] for path in files} == set()


def test_a_stray_file_at_the_top_level_is_found(tree):
    root = tree({"notes.txt": "", ".hidden": "", "core/a.c": ""})
    assert unplaced(root.iterdir(), root) == ["notes.txt"]


def test_every_text_is_tidy(files, root):
    assert untidy(files, root) == []


def test_trailing_blanks_and_a_missing_end_of_line_are_found(tree):
    root = tree({"a.c": "x \n", "b.c": "x", "c.c": "x\n", "d.c": "x\n\n", "e.c": "x\r\n"})
    assert sorted(untidy(root.iterdir(), root)) == ["a.c", "b.c", "d.c", "e.c"]
