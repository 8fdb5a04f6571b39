"""README and docs/channels.md show examples to the letter, and README the two commands."""

import re

import pytest

EXTENSIONS = {"c": "c", "python": "py", "lua": "lua", "ruby": "rb", "go": "go"}
PAGES = {"README.md": "hello", "docs/channels.md": "channel_options"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def snippets(text):
    """[(language, code)] of the fenced blocks."""
    return FENCE.findall(text)


def shows(page, language, code):
    return (language, code) in snippets(page)


def example(root, page, language):
    return (root / "examples" / language / f"{PAGES[page]}.{EXTENSIONS[language]}").read_text()


def broken_links(page):
    """The files that the page links to and that are not there."""
    return [name for name in LINK.findall(page.read_text()) if not (page.parent / name).exists()]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", EXTENSIONS)
def test_the_page_shows_the_example(root, page, language):
    assert shows((root / page).read_text(), language, example(root, page, language))


@pytest.mark.parametrize("page", PAGES)
def test_every_snippet_of_a_language_is_an_example(root, page):
    for language, code in snippets((root / page).read_text()):
        if language in EXTENSIONS:
            assert code == example(root, page, language)


@pytest.mark.parametrize("command", ["sh examples/demo.sh", "sh tests/run.sh"])
def test_the_readme_names_the_command(root, command):
    assert command in (root / "README.md").read_text()


def test_every_page_of_docs_is_in_the_readmes_table(root):
    readme = (root / "README.md").read_text()
    pages = [path.relative_to(root).as_posix() for path in (root / "docs").glob("*.md")]
    assert len(pages) > 10
    assert [page for page in pages if f"| [{page}]({page}) |" not in readme] == []


def test_no_link_leads_nowhere(root):
    pages = [root / "README.md", *(root / "docs").glob("*.md"), *(root / "tests").rglob("*.md")]
    assert {page.name: broken_links(page) for page in pages if broken_links(page)} == {}


def test_a_link_that_leads_nowhere_is_found(tree):
    root = tree({"a.md": "[a](b.md) [c](d.md#e) [f](https://g.h/i) [j](#k)\n", "b.md": ""})
    assert broken_links(root / "a.md") == ["d.md"]


def test_a_snippet_that_differs_is_found():
    readme = "text\n```python\nimport firth\n```\n"
    assert shows(readme, "python", "import firth\n")
    assert not shows(readme, "python", "import  firth\n")
    assert not shows(readme, "ruby", "import firth\n")
