"""Whether C's names are in the headers and in the library, with these parameters and values."""

import re
import subprocess

from page import in_order

FUNCTION = re.compile(r"^FIRTH_API\s+[^;(]*?(\w+)\s*\(([^;]*)\);", re.MULTILINE)
TYPE = re.compile(r"^typedef (?:struct|enum) (\w+)", re.MULTILINE)


def headers(root):
    return "\n".join(path.read_text() for path in sorted((root / "core/include/firth").glob("*.h")))


def declared(text):
    """{function: {parameter: its type's name}}, in order."""
    found = {}
    for name, inside in FUNCTION.findall(text):
        pairs = (re.fullmatch(r"(?:const |struct )*(\w+)\b.*?(\w+)(?:\[\w*\])?",
                              " ".join(each.split())) for each in inside.split(","))
        found[name] = {pair[2]: pair[1] for pair in pairs if pair}
    return found


def exported(build):
    listed = subprocess.run(["nm", "--dynamic", "--defined-only", "--format=posix",
                             build / "core/libfirth.so"], check=True, stdout=subprocess.PIPE, text=True)
    return {line.split()[0].split("@")[0] for line in listed.stdout.splitlines()}


def complaint(question, functions, types, symbols):
    """What is wrong with a function or a class."""
    if question.kind == "class":
        return None if question.name in types else "is no type"
    if question.name not in functions or question.name not in symbols:
        return "is no function"
    parameters = functions[question.name]
    plain = [each.split(".")[0] for each in question.parameters]
    if not set(plain) <= set(parameters) or not in_order(
            [each for each in question.parameters if "." not in each], parameters):
        return f"has {list(parameters)}, not {plain}"
    return None


def members(asked, functions):
    """(type, member) for what the questions have with a dot."""
    return [(functions[question.name][first], rest) for question in asked
            for first, dot, rest in (each.partition(".") for each in question.parameters)
            if dot and first in functions.get(question.name, {})]


def program(asked, functions):
    """A program that prints each constant and each error's name, if it compiles."""
    lines = ["#include <firth/firth.h>", "#include <stdio.h>", "int main(void)", "{"]
    lines += [f"    (void)sizeof(((struct {kind} *)0)->{member});"
              for kind, member in members(asked, functions)]
    for question in asked:
        if question.kind == "constant":
            lines.append(f'    printf("%.17g\\n", (double){question.name});')
        elif question.kind == "exception" and question.base:
            lines.append(f'    printf("%s\\n", firth_error_name({question.name}));')
    return "\n".join([*lines, "    return 0;", "}", ""])


def said(asked, root, build, folder):
    """What that program prints, or the compiler's errors."""
    source = folder / "names.c"
    source.write_text(program(asked, declared(headers(root))))
    done = subprocess.run(["cc", "-std=c11", "-I", root / "core/include", "-o", folder / "names", source,
                           build / "core/libfirth.so", f"-Wl,-rpath,{build / 'core'}"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        return None, [line.split("error: ")[1] for line in done.stdout.splitlines() if "error: " in line]
    return subprocess.run([folder / "names"], check=True, stdout=subprocess.PIPE,
                          text=True).stdout.splitlines(), []


def ask_c(asked, root, build, folder):
    """The complaints about C's names."""
    text = headers(root)
    functions, types, symbols = declared(text), set(TYPE.findall(text)), exported(build)
    output, complaints = said(asked, root, build, folder)
    printed = iter(output or [])
    for question in asked:
        what = None
        if question.kind == "module":
            what = None if (root / "core/include" / question.name).is_file() else "is no header"
        elif question.kind == "constant":
            value = next(printed, None)
            what = value and float(value) != question.value and f"is {value}, not {question.value}"
        elif question.kind == "exception":
            next(printed, None) if question.base else None
            what = None if question.base or question.name in types else "is no type"
        else:
            what = complaint(question, functions, types, symbols)
        if what:
            complaints.append(f"{question.key}: {question.name} {what}")
    return complaints


def error_names(asked, root, build, folder):
    """{key of an exception: the word that C has for its code}."""
    errors = [question for question in asked if question.kind == "exception" and question.base]
    output, complaints = said(errors, root, build, folder)
    assert complaints == []
    return dict(zip((question.key for question in errors), output))
