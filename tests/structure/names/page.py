"""The names that documented.txt has, the rows of docs/names.md, and what joins them."""

import re
from typing import NamedTuple

LANGUAGES = ("C", "Python", "Lua", "Ruby", "Go")
NONE = "—"
OWNED = ("constructor", "method", "property", "classmethod")
ROW = re.compile(r"^\| (?P<first>[^|]+) \| (?P<cells>.+) \|$")


class Parameter(NamedTuple):
    names: tuple  # the first is the one that its row is found by
    default: float | None
    ordered: bool  # whether it may be given without its name


class Name(NamedTuple):
    kind: str
    key: str
    parameters: tuple = ()
    base: str | None = None
    value: float | None = None


class Row(NamedTuple):
    cells: dict  # language: text
    parameters: dict  # name: {language: text}


class Question(NamedTuple):
    """What a language is asked about one name: its own words for it."""

    kind: str
    key: str
    owner: str  # the class, if it belongs to one
    name: str
    parameters: tuple = ()  # its own names for them, in order: `x`, `options.x`, `x:`, and in
    # Python `x=3.0`, with what the documents have as default
    base: str = ""  # of an exception
    value: float | None = None  # of a constant


def parameters_of(words):
    found, ordered = [], True
    for word in words:
        if word == "*":
            ordered = False
            continue
        names, _, default = word.partition("=")
        found.append(Parameter(tuple(names.split("|")), float(default) if default else None, ordered))
    return tuple(found)


def documented(text):
    """Every Name in the text of documented.txt."""
    found, owner = [], None
    for line in text.splitlines():
        kind, *words = line.split("#")[0].split() or [""]
        if not kind:
            continue
        if kind == "class":
            owner = words[0]
            found.append(Name(kind, owner, base=words[2] if len(words) > 1 else None))
        elif kind == "constructor":
            found.append(Name(kind, f"{owner}()", parameters_of(words)))
        elif kind in ("method", "property", "classmethod"):
            found.append(Name(kind, f"{owner}.{words[0]}", parameters_of(words[1:])))
        elif kind == "exception":
            found.append(Name(kind, words[0], base=words[2] if len(words) > 1 else None))
        elif kind == "constant":
            name, value = words[0].split("=")
            found.append(Name(kind, name, value=float(value)))
        else:
            found.append(Name(kind, words[0], parameters_of(words[1:])))
    return found


def rows(page):
    """{key: Row} of the page's tables."""
    found, last = {}, None
    for line in page.splitlines():
        match = ROW.match(line)
        names = re.findall(r"`([^`]+)`", match["first"]) if match else []
        if not names:
            continue
        cells = dict(zip(LANGUAGES, (cell.strip("`") for cell in match["cells"].split(" | "))))
        if match["first"].startswith("·"):
            for name in names:
                last.parameters[name] = cells
        else:
            last = found.setdefault(names[0], Row(cells, {}))
    return found


def owner_of(key):
    return re.split(r"\.|\(\)", key)[0]


def row_of(name, names, found):
    """The name's row, or that of a class above its own."""
    key, bases = name.key, {each.key: each.base for each in names if each.kind == "class"}
    while key not in found and "." in key and bases.get(owner_of(key)):
        key = f"{bases[owner_of(key)]}.{key.split('.')[1]}"
    return found.get(key)


def without_row(names, found):
    """The names and parameters that the page lacks."""
    lacking = []
    for name in names:
        row = row_of(name, names, found)
        if row is None:
            lacking.append(name.key)
            continue
        lacking += [f"{name.key} {each}" for parameter in name.parameters
                    for each in parameter.names if each not in row.parameters]
    return lacking


def without_name(names, found):
    """The rows of the page that the documents know nothing of, and cells that are empty."""
    known = {name.key: {each for parameter in name.parameters for each in parameter.names}
             for name in names}
    strange = [key for key in found if key not in known]
    strange += [f"{key} {parameter}" for key, row in found.items() if key in known
                for parameter in row.parameters if parameter not in known[key]]
    for key, row in found.items():
        cells = [(key, row.cells), *((f"{key} {name}", of) for name, of in row.parameters.items())]
        strange += [f"{where}: nothing for {language}" for where, each in cells
                    for language in LANGUAGES if not each.get(language)]
    return strange


def dashes(found):
    """{"key parameter": the languages that have none}; of a whole row, "key"."""
    cells = {key: row.cells for key, row in found.items()}
    for key, row in found.items():
        cells |= {f"{key} {name}": each for name, each in row.parameters.items()}
    gone = {key: {language for language, cell in each.items() if cell == NONE}
            for key, each in cells.items()}
    return {key: languages for key, languages in gone.items() if languages}


def questions(names, found, language):
    """What to ask of a language: one Question for each name that has a row."""
    asked = []
    for name in names:
        row = row_of(name, names, found)
        if row is None:
            continue
        cells = {parameter.names[0]: row.parameters.get(parameter.names[0], {}).get(language, NONE)
                 for parameter in name.parameters}
        if language == "Python":
            cells |= {parameter.names[0]: f"{cells[parameter.names[0]]}={parameter.default}"
                      for parameter in name.parameters if parameter.default is not None}
        owner = found.get(owner_of(name.key)) if name.kind in OWNED else None
        base = found.get(name.base) if name.kind in ("exception", "class") else None
        asked.append(Question(
            name.kind, name.key, owner.cells[language] if owner else "", row.cells[language],
            tuple(cell for cell in cells.values() if cell != NONE),
            base.cells[language] if base else "", name.value))
    return asked


def in_order(wanted, signature):
    """Whether those of `wanted` that stand alone come in that order in the signature."""
    rest = iter(signature)
    return all(each in rest for each in wanted)
