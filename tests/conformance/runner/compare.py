"""Says where bytes differ."""

from runner.process import Failure

SHOWN = 8


def require_equal(what, got, expected):
    """Fail, naming the first byte that differs, unless both are equal."""
    if got == expected:
        return
    if len(got) != len(expected):
        lengths = f"{len(got)} bytes instead of {len(expected)}"
    else:
        lengths = f"{len(got)} bytes"
    at = next((i for i, (a, b) in enumerate(zip(got, expected)) if a != b), min(len(got), len(expected)))
    raise Failure(f"{what}: {lengths}, first difference at {at}: "
                  f"{shown(got, at)} instead of {shown(expected, at)}")


def shown(data, at):
    return data[at:at + SHOWN].hex(" ") or "the end"
