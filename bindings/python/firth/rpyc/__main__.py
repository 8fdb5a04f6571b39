"""Runs a program over firth that does not install it itself.

    python -m firth.rpyc program.py [argument ...]
    python -m firth.rpyc -m module [argument ...]
"""

import os
import runpy
import sys

from ._installing import install


def main(arguments):
    """Puts firth's classes in place, then runs what is named, as `__main__`."""
    if not arguments or arguments == ["-m"]:
        sys.exit("usage: python -m firth.rpyc program.py | -m module [argument ...]")
    install()
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path[0] = os.path.dirname(os.path.abspath(arguments[0]))
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
