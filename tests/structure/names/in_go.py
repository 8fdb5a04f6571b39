"""Whether Go's names are exported, with these parameters and values."""

import os
import re
import subprocess

from page import in_order

FUNCTION = re.compile(r"^func (?:\(\w+ \*?(\w+)\) )?(\w+)\(([^{}]*?)\) ?(?:\(?\*?(\w*).*)?$", re.MULTILINE)
STRUCT = re.compile(r"^type (\w+) struct \{(.*?)^\}", re.MULTILINE | re.DOTALL)
TYPE = re.compile(r"^type (\w+)", re.MULTILINE)
PROGRAM = """package main

import (
	"fmt"
	"time"

	"firth.dev/firth"
)

func show(value any) {
	if span, is := value.(time.Duration); is {
		value = span.Seconds()
	}
	fmt.Println(value)
}

func main() {
%s
	show(time.Duration(0) + firth.ConnectTimeout)
}
"""
MODULE = """module names

go 1.19

require firth.dev/firth v0.0.0

replace firth.dev/firth => {}
"""


def go(folder, *arguments):
    settings = dict(each.split("=", 1)
                    for each in os.environ["FIRTH_GO_ENVIRONMENT"].split("|") if each)
    return subprocess.run([os.environ["FIRTH_GO"], *arguments], cwd=folder, text=True,
                          env={**os.environ, **settings}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)


def documentation(module):
    done = go(module, "doc", "-all", ".")
    assert done.returncode == 0, done.stdout
    return done.stdout


def parameters(inside):
    """{name: type} of `a, b int, c *T`."""
    found, waiting = {}, []
    for each in " ".join(inside.split()).split(", "):
        name, _, kind = each.partition(" ")
        waiting.append(name)
        if kind:
            found |= {one: kind.lstrip("*") for one in waiting}
            waiting = []
    return found


def functions(text):
    """{"Name" or "Type.Name": {parameter: type}}, and what each makes."""
    found, makes = {}, {}
    for owner, name, inside, first in FUNCTION.findall(text):
        key = f"{owner}.{name}" if owner else name
        found[key], makes[key] = parameters(inside), first
    return found, makes


def fields(text):
    """{"Type": {field}} of the exported structs."""
    found = {}
    for name, body in STRUCT.findall(text):
        lines = (line.split("//")[0].strip() for line in body.splitlines())
        found[name] = {each.strip() for line in lines if line
                       for each in re.match(r"[\w, ]+(?= )", line)[0].split(",")}
    return found


def check_parameters(question, signature, structs):
    for each in question.parameters:
        first, dot, field = each.partition(".")
        if first not in signature:
            return f"has {list(signature)}, not {first}"
        if dot and field not in structs.get(signature[first], ()):
            return f"has no {each}"
    plain = [each for each in question.parameters if "." not in each]
    return None if in_order(plain, signature) else f"has {list(signature)}, not {plain}"


class Documented:
    """What `go doc -all` says."""

    def __init__(self, text):
        self.text, self.types = text, set(TYPE.findall(text))
        self.functions, self.makes = functions(text)
        self.structs = fields(text)

    def receiver(self, question):
        """The type that has the methods of a class: an interface's is a custom stream."""
        return "CustomStream" if question.owner == "Stream" else question.owner

    def complaint(self, question):
        if question.kind == "module":
            return None if f'import "{question.name}"' in self.text else "is not the package"
        if question.kind == "class" or question.kind == "exception" and not question.base:
            return None if question.name in self.types else "is no type"
        if question.kind in ("exception", "constant"):
            return None  # the compiler is asked
        name = question.name
        if question.kind in ("method", "property") or f"{question.owner}.{name}" in self.functions:
            name = f"{self.receiver(question)}.{name}"
        if name not in self.functions:
            return "is no function"
        if question.kind == "constructor" and self.makes[name] != question.owner:
            return f"makes a {self.makes[name]}, no {question.owner}"
        return check_parameters(question, self.functions[name], self.structs)


def values(asked, build, folder):
    """What constants and errors are, or the compiler's complaints."""
    shown = "\n".join(f"\tshow({'error' if each.kind == 'exception' else ''}(firth.{each.name}))"
                      for each in asked)
    (folder / "go.mod").write_text(MODULE.format(build / "bindings/go"))
    (folder / "main.go").write_text(PROGRAM % shown)
    done = go(folder, "run", "-gcflags=-e", ".")
    if done.returncode:
        return None, [line for line in done.stdout.splitlines() if line.startswith("./main.go")]
    return done.stdout.splitlines(), []


def ask_go(asked, build, folder):
    """The complaints about Go's names."""
    described = Documented(documentation(build / "bindings/go"))
    complaints = [f"{each.key}: {each.name} {what}" for each in asked
                  if (what := described.complaint(each))]
    compiled = [each for each in asked
                if each.kind == "constant" or each.kind == "exception" and each.base]
    printed, refused = values(compiled, build, folder) if compiled else ([], [])
    for each, value in zip(compiled, printed or []):
        if each.kind == "constant" and float(value) != each.value:
            complaints.append(f"{each.key}: {each.name} is {value}, not {each.value}")
    return complaints + refused
