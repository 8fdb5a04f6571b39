"""What the structural tests look at: the project's own files, and what was built of them."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def build():
    return Path(os.environ["FIRTH_BUILD"])


@pytest.fixture(scope="session")
def files():
    """Every file that belongs to the project, or would if it were committed now."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = [ROOT / name for name in listed.split("\0") if name]
    assert found, "git lists no files"
    return sorted(path for path in set(found) if path.is_file())


@pytest.fixture
def tree(tmp_path):
    """tree({"core/base/a.c": "text"}) makes those files and gives their folder."""
    def make(contents):
        for name, text in contents.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path
    return make
