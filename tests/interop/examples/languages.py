"""How an example is started in each language, from the build tree."""

import os
import shutil
import sys
from pathlib import Path

BUILD = Path(os.environ["FIRTH_BUILD"])
EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
LUA = shutil.which("lua5.4") or shutil.which("lua54") or "lua"
BINDINGS = BUILD / "bindings"
LANGUAGES = ("c", "python", "lua", "ruby", "go")
NEWEST, OLDER = "6.0.2", ("4.1.5", "5.3.1")  # of rpyc


def command(language, example):
    return {
        "c": [BUILD / "examples/c" / example],
        "python": [sys.executable, EXAMPLES / "python" / f"{example}.py"],
        "lua": [LUA, EXAMPLES / "lua" / f"{example}.lua"],
        "ruby": ["ruby", EXAMPLES / "ruby" / f"{example}.rb"],
        "go": [BUILD / "examples/go" / example],
    }[language]


def settings(language, rpyc):
    """The environment's entries; Python's examples use rpyc too."""
    return {
        "python": {"PYTHONPATH": f"{BINDINGS / 'python'}:{rpyc}"},
        "lua": {"LUA_CPATH": f"{BINDINGS}/lua/?.so;;", "LUA_PATH": f"{BINDINGS}/lua/?.lua;;"},
        "ruby": {"RUBYLIB": str(BINDINGS / "ruby")},
    }.get(language, {})
