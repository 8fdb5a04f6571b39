"""brine_vectors.json, as bytes and notations."""

import functools
import json
import re
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).resolve().parent.parent / "brine_vectors.json"
REPEATED = re.compile(r"\{([^*{}]*)\*(\d+)\}")
RUN = re.compile(r"(.{1,24}?)\1{15,}")


def expanded(text):
    """`{text*count}` is the text that many times."""
    return REPEATED.sub(lambda match: match[1] * int(match[2]), text)


def squeezed(text):
    """The other way round."""
    return RUN.sub(lambda match: f"{{{match[1]}*{len(match[0]) // len(match[1])}}}", text)


class Value(NamedTuple):
    """`value` is in the notation, `accepted` holds other bytes of it."""

    name: str
    about: str
    value: str
    limits: dict
    data: bytes
    accepted: list


class Refused(NamedTuple):
    """Bytes; with `value` it is that to languages that can hold it."""

    name: str
    about: str
    data: bytes
    limits: dict
    error: str
    value: str


class Undumpable(NamedTuple):
    name: str
    about: str
    value: str
    limits: dict
    error: str


@functools.lru_cache(maxsize=None)
def vectors():
    """(values, refused, undumpable)."""
    file = json.loads(FILE.read_text())
    values = tuple(Value(v["name"], v["about"], expanded(v["value"]), v.get("limits", {}),
                         bytes_of(v["bytes"]), [bytes_of(a) for a in v["accepted"]])
                   for v in file["values"])
    refused = tuple(Refused(v["name"], v["about"], bytes_of(v["bytes"]), v.get("limits", {}), v["error"],
                            v.get("value"))
                    for v in file["refused"])
    undumpable = tuple(Undumpable(v["name"], v["about"], expanded(v["value"]), v.get("limits", {}), v["error"])
                       for v in file["undumpable"])
    return values, refused, undumpable


def bytes_of(text):
    return bytes.fromhex(expanded(text))
