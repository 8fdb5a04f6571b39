"""C code is as clang-format 14 writes it with .clang-format."""

import re
import subprocess

FOLDERS = re.compile(r"^(core|tests|examples)/.*\.[ch]$")


def unformatted(paths, root):
    done = subprocess.run(
        ["clang-format-14", f"--style=file:{root / '.clang-format'}", "--dry-run", *paths],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    return sorted(set(re.findall(r"^(.+?):\d+:\d+: warning: code should be", done.stdout, re.MULTILINE)))


def test_c_code_is_formatted(files, root):
    paths = [path for path in files if FOLDERS.match(path.relative_to(root).as_posix())]
    assert len(paths) > 20
    assert unformatted(paths, root) == []


def test_code_that_is_not_formatted_is_found(root, tree):
    folder = tree({"a.c": "int  a;\n", "b.c": "int b;\n"})
    assert unformatted([folder / "a.c", folder / "b.c"], root) == [str(folder / "a.c")]
