"""How an example is started in each language, from the build tree."""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


def programs(build, example, rpyc=""):
    """[(language, command, environment)]; `rpyc` is a folder for Python to find it in."""
    bindings = build / "bindings"
    lua = shutil.which("lua5.4") or shutil.which("lua54") or "lua"
    return [
        ("C", [build / "examples/c" / example], {}),
        ("Python", [sys.executable, EXAMPLES / f"python/{example}.py"],
         {"PYTHONPATH": f"{bindings}/python:{rpyc}".rstrip(":")}),
        ("Lua", [lua, EXAMPLES / f"lua/{example}.lua"],
         {"LUA_CPATH": f"{bindings}/lua/?.so;;", "LUA_PATH": f"{bindings}/lua/?.lua;;"}),
        ("Ruby", ["ruby", EXAMPLES / f"ruby/{example}.rb"], {"RUBYLIB": bindings / "ruby"}),
        ("Go", [build / "examples/go" / example], {}),
    ]


def environment(**extra):
    """This process's environment without its Python settings, and with `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"} | {k: str(v) for k, v in extra.items()}
