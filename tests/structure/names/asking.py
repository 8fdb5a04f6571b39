"""Asks a language's own interpreter: each question a line, tabs between its fields."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def line(question):
    value = "" if question.value is None else repr(question.value)
    return "\t".join([question.kind, question.key, question.owner, question.name,
                      " ".join(question.parameters), question.base, value])


def ask(command, environment, asked):
    """The complaints, one a line of what the program says."""
    done = subprocess.run(command, input="".join(line(each) + "\n" for each in asked), text=True,
                          env={**os.environ, **environment}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    *complaints, last = done.stdout.splitlines()
    assert last == f"asked {len(asked)}", done.stdout
    return complaints


def ask_python(asked, build):
    return ask([sys.executable, HERE / "ask.py"], {"PYTHONPATH": f"{build}/bindings/python"}, asked)


def ask_lua(asked, build):
    return ask([os.environ["FIRTH_LUA"], HERE / "ask.lua"],
               {"LUA_CPATH": f"{build}/bindings/lua/?.so;;",
                "LUA_PATH": f"{build}/bindings/lua/?.lua;;"}, asked)


def ask_ruby(asked, build):
    return ask([os.environ["FIRTH_RUBY"], HERE / "ask.rb"], {"RUBYLIB": f"{build}/bindings/ruby"},
               asked)
