"""The type stubs name what is there, and nothing else."""

import ast
import importlib
from pathlib import Path

import pytest

import firth
from test_misuse import CLASSES as KINDS
from test_misuse import methods_of

FOLDER = Path(firth.__file__).parent
STUBS = {path.stem: ast.parse(path.read_text()) for path in FOLDER.glob("*.pyi")}
PACKAGE = STUBS["__init__"].body
CLASSES = {node.name: node for stub in STUBS.values() for node in stub.body
           if isinstance(node, ast.ClassDef)}


def names_in(body):
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.AnnAssign):
            yield node.target.id
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (alias.asname for alias in node.names if alias.asname)


def public(names):
    return {name for name in names if not name.startswith("_")}


def test_the_stubs_name_what_the_package_has():
    assert public(names_in(PACKAGE)) == set(firth.__all__)


def test_the_stub_of_the_package_takes_its_names_from_stubs_that_have_them():
    wrong = [(node.module, alias.name) for node in PACKAGE
             if isinstance(node, ast.ImportFrom) and node.module is not None
             for alias in node.names
             if alias.asname != alias.name or alias.name not in names_in(STUBS[node.module].body)]
    assert wrong == []


def test_the_stub_of_each_module_names_what_the_module_has():
    """But for what the stubs share among themselves."""
    missing = [(name, thing) for name, stub in STUBS.items() if name not in ("__init__", "_typing")
               for thing in public(names_in(stub.body))
               if not hasattr(importlib.import_module(f"firth.{name}"), thing)]
    assert missing == []


def test_the_package_says_that_it_has_types():
    assert Path(firth.__file__).with_name("py.typed").exists()


def inherited(name):
    """What the stubs say of a class and the classes of the stubs it derives from."""
    node = CLASSES[name]
    own = public(names_in(node.body))
    bases = [base.id for base in node.bases if isinstance(base, ast.Name) and base.id in CLASSES]
    return own.union(*map(inherited, bases))


@pytest.mark.parametrize("name", [kind.__name__ for kind in KINDS])
def test_the_stubs_of_a_class_name_what_it_has(name):
    kind = getattr(firth, name)
    there = set(methods_of(kind))
    for base in kind.__mro__:
        if base.__module__ == "firth":
            there |= public(vars(base))
    assert inherited(name) == there - {"this", "thisown"}
