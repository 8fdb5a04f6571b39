"""Answers questions about the module firth: complains of each name that is not as asked.

Standard input: a line a question: kind, key, owner, name, parameters, base, value.
"""

import functools
import importlib
import inspect
import re
import sys

import firth

STREAM = firth.PipeStream.create_pair()[0]


def found(name):
    return functools.reduce(getattr, name.split("."), firth)


def keywords_refused(function, names):
    """Of a function without a signature: what it says if given them as keywords."""
    holder = firth.Channel(STREAM) if function.__objclass__.__name__ == "Channel" else STREAM
    try:
        function(holder, **{name: object() for name in names})
    except TypeError as problem:
        if re.search("keyword|missing|takes", str(problem)):
            return str(problem)
    return None


def check_parameters(function, parameters):
    names = [parameter.split("=")[0] for parameter in parameters]
    try:
        signature = inspect.signature(function).parameters
    except ValueError:
        return keywords_refused(function, names) if names else None
    if not set(names) <= set(signature):
        return f"has {list(signature)}, not {names}"
    for name, default in (parameter.split("=") for parameter in parameters if "=" in parameter):
        own = signature[name].default
        if own is None:  # then the class says it
            own = getattr(function, name.upper(), None)
        if own != float(default):
            return f"has {signature[name]}, not {name}={default}"
    return None


def check_module(name, *_):
    importlib.import_module(name)


def check_class(name, owner, parameters, base, value):
    if not isinstance(found(name), type):
        return "is no class"
    if base and not issubclass(found(name), found(base)):
        return f"is no {base}"
    return None


def check_function(name, owner, parameters, base, value):
    thing = found(name)
    return check_parameters(thing, parameters) if callable(thing) else "cannot be called"


def check_method(name, owner, parameters, base, value):
    return check_function(f"{owner}.{name}", owner, parameters, base, value)


def check_property(name, owner, parameters, base, value):
    return None if isinstance(found(f"{owner}.{name}"), property) else "is no property"


def check_constant(name, owner, parameters, base, value):
    return None if found(name) == float(value) else f"is {found(name)}, not {value}"


CHECKS = {
    "module": check_module, "class": check_class, "exception": check_class,
    "constructor": check_function, "classmethod": check_function, "function": check_function,
    "method": check_method, "property": check_property, "constant": check_constant}


def complaint(kind, name, owner, parameters, base, value):
    try:
        return CHECKS[kind](name, owner, parameters.split(), base, value)
    except (AttributeError, ImportError) as problem:
        return str(problem)


count = 0
for line in sys.stdin:
    kind, key, owner, name, parameters, base, value = line.rstrip("\n").split("\t")
    what = complaint(kind, name, owner, parameters, base, value)
    if what:
        print(f"{key}: {name} {what}")
    count += 1
print("asked", count)
