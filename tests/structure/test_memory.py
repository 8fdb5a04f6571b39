"""The library's memory comes from base/memory.h alone, so that all of it is counted."""

import re

ALLOCATION = re.compile(
    r"\b(?:malloc|calloc|realloc|reallocarray|free|strdup|strndup|v?asprintf|aligned_alloc"
    r"|posix_memalign|getline|getdelim|open_memstream)\s*\(")
HOME = "core/base/memory.c"
COMMENT_OR_TEXT = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', re.DOTALL)


def allocations(root):
    """file:line of each use of the C library's allocation outside of its home."""
    found = []
    for path in sorted([*(root / "core").rglob("*.c"), *(root / "core").rglob("*.h")]):
        name = path.relative_to(root).as_posix()
        code = COMMENT_OR_TEXT.sub(lambda match: "\n" * match[0].count("\n"), path.read_text())
        found += [f"{name}:{number}" for number, line in enumerate(code.splitlines(), 1)
                  if name != HOME and ALLOCATION.search(line)]
    return found


def test_the_library_allocates_in_one_place(root):
    assert allocations(root) == []


def test_that_place_allocates(root):
    assert len(ALLOCATION.findall((root / HOME).read_text())) >= 4


def test_an_allocation_elsewhere_is_found(tree):
    root = tree({
        HOME: "p = malloc(1);\n",
        "core/stream/a.c": "/* free(NULL)\n does nothing */\nfirth_free(p);\nfree (p);\n",
        "core/stream/b.c": 'say("malloc(");\nq = strdup(p);\nfreeaddrinfo(q);\n'})
    assert allocations(root) == ["core/stream/a.c:4", "core/stream/b.c:2"]
