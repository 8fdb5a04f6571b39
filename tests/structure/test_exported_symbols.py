"""libfirth.so exports what exported_symbols.txt lists: the functions of the public headers."""

import re
import subprocess
from pathlib import Path

LIST = Path(__file__).with_name("exported_symbols.txt")


def exported(library):
    listed = subprocess.run(["nm", "--dynamic", "--defined-only", "--format=posix", library],
                            check=True, stdout=subprocess.PIPE, text=True).stdout
    return sorted(line.split()[0].split("@")[0] for line in listed.splitlines())


def declared(text):
    """The names after FIRTH_API in a header."""
    found = re.findall(r"^FIRTH_API\s+[^;(]*?(\w+)\s*\(", text, re.MULTILINE)
    assert len(found) == len(re.findall(r"^FIRTH_API", text, re.MULTILINE))
    return found


def compiled(folder, source):
    (folder / "a.c").write_text(source)
    library = folder / "a.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, folder / "a.c"], check=True)
    return library


def test_the_library_exports_what_is_listed(build):
    assert exported(build / "core/libfirth.so") == LIST.read_text().split()


def test_the_list_is_what_the_headers_declare(root):
    headers = (root / "core/include/firth").glob("*.h")
    assert sorted(name for header in headers for name in declared(header.read_text())) \
        == LIST.read_text().split()


def test_another_symbol_in_a_library_is_seen(tmp_path):
    library = compiled(tmp_path, "int firth_extra(void) { return 0; } static int own(void);"
                                 "static int own(void) { return own(); }")
    assert "firth_extra" in exported(library) and "own" not in exported(library)


def test_a_declaration_over_two_lines_is_read():
    assert declared("FIRTH_API const firth_error *firth_a(\n    void);\n") == ["firth_a"]
