"""Nothing of the recording machine may be in a recording."""

import os
import re
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
ABSOLUTE_SOURCE = re.compile(rb'File "/[^"]*"')


class Leak(Exception):
    """A recording holds a path of this machine."""


def forbidden_texts():
    """Folders of this machine that must not be recorded."""
    folders = {os.path.expanduser("~"), tempfile.gettempdir(), str(CHECKOUT), os.getcwd(),
               os.environ.get("FIRTH_PEERS", ""), sys.prefix, sys.base_prefix,
               os.path.dirname(sys.executable), os.path.dirname(os.__file__)}
    return sorted(f.encode() for f in folders if len(f) > 1)


def check(payload, what):
    """Raise Leak if these bytes (inflated, if they were compressed) hold such a path."""
    for text in forbidden_texts():
        if text in payload:
            raise Leak(f"{what} holds {text.decode()!r}")
    found = ABSOLUTE_SOURCE.search(payload)
    if found:
        raise Leak(f"{what} holds {found.group().decode()!r}")
