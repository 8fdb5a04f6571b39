"""What a child process is started with, as the library takes it."""

import os
import subprocess
from collections.abc import Mapping

from . import _firth


def environment(env):
    """NAME=value of a dict, None for this process's own."""
    if env is None:
        return None
    if not isinstance(env, Mapping):
        raise TypeError(f"env: a dict is required, not {type(env).__name__!r}")
    entries = [(os.fsencode(name), os.fsencode(value)) for name, value in env.items()]
    for name, _ in entries:
        if not name or b"=" in name:
            raise ValueError(f"env: a name without '=' is expected, not {os.fsdecode(name)!r}")
    return [b"%s=%s" % entry for entry in entries]


def error_output(stderr):
    """Where a child's error output goes: the library's number for it."""
    if stderr is None:
        return _firth.STDERR_INHERIT
    if stderr == "discard" or stderr is subprocess.DEVNULL:
        return _firth.STDERR_DISCARD
    if isinstance(stderr, int) and not isinstance(stderr, bool):
        if stderr < 0:
            raise ValueError(f"stderr: a descriptor is expected, not {stderr}")
        return stderr
    if not hasattr(stderr, "fileno"):
        raise TypeError(f"stderr: None, 'discard', a file or a descriptor, not {stderr!r}")
    if hasattr(stderr, "flush"):
        stderr.flush()
    return stderr.fileno()
