"""The README shows examples/<language>/hello.* to the letter, and the two commands."""

import re

import pytest

HELLO = {"c": "hello.c", "python": "hello.py", "lua": "hello.lua", "ruby": "hello.rb", "go": "hello.go"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def snippets(text):
    """[(language, code)] of the fenced blocks."""
    return FENCE.findall(text)


def shows(readme, language, code):
    return (language, code) in snippets(readme)


@pytest.mark.parametrize("language", HELLO)
def test_the_readme_shows_the_first_example(root, language):
    code = (root / "examples" / language / HELLO[language]).read_text()
    assert shows((root / "README.md").read_text(), language, code)


def test_every_snippet_of_a_language_is_an_example(root):
    for language, code in snippets((root / "README.md").read_text()):
        if language in HELLO:
            assert code == (root / "examples" / language / HELLO[language]).read_text()


@pytest.mark.parametrize("command", ["sh examples/demo.sh", "sh tests/run.sh"])
def test_the_readme_names_the_command(root, command):
    assert command in (root / "README.md").read_text()


def test_a_snippet_that_differs_is_found():
    readme = "text\n```python\nimport firth\n```\n"
    assert shows(readme, "python", "import firth\n")
    assert not shows(readme, "python", "import  firth\n")
    assert not shows(readme, "ruby", "import firth\n")
