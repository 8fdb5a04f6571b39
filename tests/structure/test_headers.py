"""Each public header compiles alone, in C11 and in C++, and documents what it declares."""

import re
import subprocess

import pytest

C = ["cc", "-x", "c", "-std=c11"]
CPP = ["cc", "-x", "c++", "-std=c++11"]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
DECLARATION = re.compile(r"^FIRTH_API[^;]*;", re.MULTILINE)


def headers_of(root):
    return sorted((root / "core/include/firth").glob("*.h"))


def problem_of_compiling(compiler, include, header):
    done = subprocess.run(
        [*compiler, *WARNINGS, "-fsyntax-only", "-I", include, "-"], text=True,
        input=f"#include <firth/{header}>\n#include <firth/{header}>\n",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout if done.returncode else ""


def undocumented(text):
    """The declarations that neither a comment nor a documented neighbour precedes."""
    found = []
    for match in DECLARATION.finditer(text):
        before = text[:match.start()].rstrip(" ")
        above = before.rstrip("\n").rsplit("\n", 1)[-1]
        # Declarations without an empty line between them share one comment.
        grouped = before.endswith(";\n") and match.group() != above
        if not (before.endswith("*/\n") or grouped):
            found.append(" ".join(match.group().split()))
    return found


def outside(text):
    """Includes that are neither firth's nor the C library's, under any name."""
    standard = {"float.h", "stdbool.h", "stddef.h", "stdint.h"}
    return [name for name in re.findall(r"#\s*include\s+[<\"]([^>\"]+)", text)
            if name not in standard and not name.startswith("firth/")]


@pytest.mark.parametrize("compiler", [C, CPP], ids=["C11", "C++11"])
def test_every_header_compiles_alone(root, compiler):
    include = root / "core/include"
    found = {header.name: problem_of_compiling(compiler, include, header.name)
             for header in headers_of(root)}
    assert found and {name: text for name, text in found.items() if text} == {}


@pytest.mark.parametrize("compiler", [C, CPP], ids=["C11", "C++11"])
def test_a_header_that_needs_another_is_found(tree, compiler):
    root = tree({"firth/a.h": "static inline size_t a(void) { return 0; }\n"})
    assert "size_t" in problem_of_compiling(compiler, root, "a.h")


def test_every_function_is_documented(root):
    found = {header.name: undocumented(header.read_text()) for header in headers_of(root)}
    assert {name: list_ for name, list_ in found.items() if list_} == {}


def test_a_function_without_a_comment_is_found():
    assert undocumented("int x;\n\nFIRTH_API int a(void);\n") == ["FIRTH_API int a(void);"]


def test_a_function_whose_comment_stands_apart_is_found():
    assert undocumented("/* About. */\n\nFIRTH_API int a(void);\n") == ["FIRTH_API int a(void);"]


def test_functions_may_share_a_comment():
    assert undocumented("/* Both. */\nFIRTH_API int a(void);\nFIRTH_API int b(int,\n int);\n") == []


def test_headers_include_only_firth_and_the_c_library(root):
    assert {h.name: outside(h.read_text()) for h in headers_of(root) if outside(h.read_text())} == {}


def test_an_include_of_the_operating_system_is_found():
    assert outside("#include <stddef.h>\n#include <sys/socket.h>\n") == ["sys/socket.h"]


def test_the_umbrella_includes_every_header(root):
    umbrella = (root / "core/include/firth/firth.h").read_text()
    missing = [header.name for header in headers_of(root)
               if header.name != "firth.h" and f"<firth/{header.name}>" not in umbrella]
    assert missing == []
