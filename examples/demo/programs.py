"""How the example talk_to_rpyc is started in each language, from the build tree."""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


def programs(build):
    """[(language, command, environment)]"""
    bindings = build / "bindings"
    lua = shutil.which("lua5.4") or shutil.which("lua54") or "lua"
    return [
        ("C", [build / "examples/c/talk_to_rpyc"], {}),
        ("Python", [sys.executable, EXAMPLES / "python/talk_to_rpyc.py"],
         {"PYTHONPATH": bindings / "python"}),
        ("Lua", [lua, EXAMPLES / "lua/talk_to_rpyc.lua"],
         {"LUA_CPATH": f"{bindings}/lua/?.so;;", "LUA_PATH": f"{bindings}/lua/?.lua;;"}),
        ("Ruby", ["ruby", EXAMPLES / "ruby/talk_to_rpyc.rb"], {"RUBYLIB": bindings / "ruby"}),
        ("Go", [build / "examples/go/talk_to_rpyc"], {}),
    ]


def environment(**extra):
    """This process's environment without its Python settings, and with `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"} | {k: str(v) for k, v in extra.items()}
