"""fuzz.sh says what it expected before it builds anything."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent / "fuzz.sh"


def complaint(*arguments, path=os.environ["PATH"]):
    """What the script says, having failed at once."""
    done = subprocess.run(["/bin/sh", SCRIPT, *arguments], env={"PATH": path}, capture_output=True,
                          text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


@pytest.fixture
def programs(tmp_path):
    """A folder with what the script needs, and a clang of these words if there are any."""
    def make(clang=None):
        for name in ("dirname", "basename", "mkdir"):
            found = next(p for d in os.environ["PATH"].split(":") if (p := Path(d, name)).exists())
            (tmp_path / name).symlink_to(found)
        if clang:
            (tmp_path / "clang").write_text(f"#!/bin/sh\n{clang}\n")
            (tmp_path / "clang").chmod(0o755)
        return str(tmp_path)
    return make


@pytest.mark.parametrize("seconds", ["ten", "0", "-1", "1.5", ""])
def test_a_time_that_is_no_number_of_seconds_is_refused(seconds):
    assert f"SECONDS is '{seconds}', expected a whole number above 0" in complaint(seconds)


def test_a_time_is_required():
    assert "fuzz.sh SECONDS [TARGET...]" in complaint()


def test_an_unknown_target_is_named():
    assert "there is no target 'nothing'" in complaint("1", "sealed", "nothing")


def test_a_missing_clang_is_named(programs):
    assert "clang is missing" in complaint("1", "decode", path=programs())


def test_a_clang_without_libfuzzer_is_told(programs):
    said = complaint("1", "decode", path=programs("echo cannot find libclang_rt.fuzzer >&2; exit 1"))
    assert "cannot find libclang_rt.fuzzer" in said
    assert "clang cannot link libFuzzer" in said
