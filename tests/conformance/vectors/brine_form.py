"""How a vector of brine is built. Bytes are hexadecimal digits, values are in the notation
of the README; in both `{text*count}` stands for the text that many times."""

import brine
from runner.brine_data import expanded


def value(name, about, notation, *accepted, **limits):
    """A value, and bytes that rpyc never makes of it but reads."""
    return {"name": name, "about": about, "value": notation, **limited(limits),
            "accepted": list(accepted)}


def limited(limits):
    return {"limits": limits} if limits else {}


def refused(name, about, data, error="protocol", **limits):
    """Bytes that are refused."""
    return {"name": name, "about": about, "bytes": data, **limited(limits), "error": error}


def undumpable(name, about, notation, error, **limits):
    """A value that is refused."""
    return {"name": name, "about": about, "value": notation, **limited(limits), "error": error}


def canonical(notation):
    """The bytes of a value as hexadecimal digits, the count of each repetition expanded."""
    return brine.encode(expanded(notation)).hex()


def text(string):
    """The word for a string."""
    return "str:" + string.encode("utf-8", "surrogatepass").hex()
