"""firth below gevent's greenlets: gevent_programs.py, each program in a process of its own."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).with_name("gevent_programs.py")
TIME_LIMIT = 60


def names():
    """The programs' functions, behind the line that begins them."""
    source = PROGRAMS.read_text()
    begin = source[:source.index("# ---- The programs")].count("\n")
    return [node.name for node in ast.parse(source).body
            if isinstance(node, ast.FunctionDef) and node.lineno > begin
            and len(node.args.args) == 1 and node.args.args[0].arg in ("_", "folder")
            and node.name != "server_context"]


@pytest.mark.parametrize("name", names())
def test_under_gevent(name, certificates):
    packages = [os.environ["PYTHONPATH"], str(Path(os.environ["FIRTH_PEERS"]) / "gevent")]
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", PROGRAMS, name, certificates],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(packages)}, timeout=TIME_LIMIT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
