"""Source files get names relative to their folder on sys.path.

Tracebacks travel inside rpyc's exceptions; without this they would carry the
paths of the machine that recorded them.
"""

import os
import sys
import types
from importlib.machinery import SourceFileLoader


def neutral_name(path):
    """The path, relative to the longest entry of sys.path that contains it."""
    inside = [e for e in sys.path if e and os.path.abspath(path).startswith(os.path.abspath(e) + os.sep)]
    if not inside:
        return os.path.basename(path)
    return os.path.relpath(path, max(inside, key=len))


def renamed(code, name):
    """The same code object, and all code inside it, under another file name."""
    constants = tuple(renamed(c, name) if isinstance(c, types.CodeType) else c
                      for c in code.co_consts)
    return code.replace(co_filename=name, co_consts=constants)


def install():
    """From now on, every imported source file has a neutral name."""
    original = SourceFileLoader.get_code

    def get_code(self, fullname):
        return renamed(original(self, fullname), neutral_name(self.path))

    SourceFileLoader.get_code = get_code
