"""The type stubs name what is there, and nothing else."""

import ast
from pathlib import Path

import pytest

import firth
from test_misuse import CLASSES as KINDS
from test_misuse import methods_of

STUBS = ast.parse(Path(firth.__file__).with_suffix(".pyi").read_text())
CLASSES = {node.name: node for node in STUBS.body if isinstance(node, ast.ClassDef)}


def names_in(body):
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.AnnAssign):
            yield node.target.id


def public(names):
    return {name for name in names if not name.startswith("_")}


def test_the_stubs_name_what_the_package_has():
    assert public(names_in(STUBS.body)) == set(firth.__all__)


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
