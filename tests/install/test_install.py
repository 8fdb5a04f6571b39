"""What `cmake --install` puts in place is enough to build and run a C program elsewhere."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("program")
BUILD = Path(os.environ["FIRTH_BUILD"])
ROOT = Path(__file__).resolve().parents[2]


def run(*command, **extra):
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("LD_LIBRARY_PATH", "PKG_CONFIG_PATH", "CMAKE_PREFIX_PATH", "DESTDIR")}
    done = subprocess.run([str(word) for word in command], env=environment | extra, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}"
    return done.stdout.strip()


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Where it was installed, and the files that the installation says it wrote."""
    prefix = tmp_path_factory.mktemp("installed") / "prefix"
    said = run("cmake", "--install", BUILD, "--prefix", prefix)
    written = [line.split(": ", 1)[1] for line in said.splitlines()
               if line.startswith(("-- Installing: ", "-- Up-to-date: "))]
    return prefix, [Path(name) for name in written]


@pytest.fixture(scope="session")
def moved(installed, tmp_path_factory):
    """The installed tree at another place, where nothing can lean on the first."""
    prefix, _ = installed
    place = tmp_path_factory.mktemp("moved") / "tree"
    shutil.copytree(prefix, place, symlinks=True)
    return place


@pytest.fixture(scope="session")
def library(moved):
    """The folder of the libraries."""
    return next(moved.rglob("libfirth.so")).parent


@pytest.fixture
def pkg_config(library):
    def ask(*arguments):
        return run("pkg-config", *arguments, "firth",
                   PKG_CONFIG_PATH=str(library / "pkgconfig")).split()
    return ask


@pytest.fixture(scope="session")
def built_by_cmake(moved, tmp_path_factory):
    folder = tmp_path_factory.mktemp("outside")
    run("cmake", "-S", PROGRAM, "-B", folder, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={moved}")
    run("cmake", "--build", folder)
    return folder


def version():
    text = (ROOT / "core/include/firth/base.h").read_text()
    return ".".join(text.split(f"FIRTH_VERSION_{part} ")[1].split()[0]
                    for part in ("MAJOR", "MINOR", "PATCH"))


def test_nothing_is_written_outside_the_prefix(installed):
    prefix, written = installed
    assert len(written) > 10
    assert [path for path in written if prefix not in path.parents and path != prefix] == []


def test_every_public_header_is_installed(moved):
    headers = {path.name for path in (ROOT / "core/include/firth").glob("*.h")}
    assert {path.name for path in (moved / "include/firth").iterdir()} == headers


def test_the_shared_library_has_a_version_in_its_name(library):
    assert (library / f"libfirth.so.{version()}").is_file()
    dynamic = run("objdump", "-p", library / "libfirth.so")
    assert f"SONAME               libfirth.so.{version().split('.')[0]}" in dynamic


def test_pkg_config_says_the_version(pkg_config):
    assert pkg_config("--modversion") == [version()]


def test_a_program_builds_by_pkg_config(pkg_config, library, tmp_path):
    flags = pkg_config("--cflags", "--libs")
    run("cc", PROGRAM / "main.c", "-o", tmp_path / "shared", *flags)
    said = run(tmp_path / "shared", LD_LIBRARY_PATH=str(library))
    assert said == f"firth {version()}"


def test_a_static_program_builds_by_pkg_config(pkg_config, tmp_path):
    flags = pkg_config("--static", "--cflags", "--libs")
    run("cc", "-static", PROGRAM / "main.c", "-o", tmp_path / "static", *flags)
    assert run(tmp_path / "static") == f"firth {version()}"


def test_a_program_builds_by_cmake_with_the_shared_library(built_by_cmake):
    assert "libfirth.so" in run("objdump", "-p", built_by_cmake / "shared")
    assert run(built_by_cmake / "shared") == f"firth {version()}"


def test_a_program_builds_by_cmake_with_the_static_library(built_by_cmake):
    assert "libfirth.so" not in run("objdump", "-p", built_by_cmake / "static")
    assert run(built_by_cmake / "static") == f"firth {version()}"


def test_cmake_refuses_another_version(moved, tmp_path):
    shutil.copytree(PROGRAM, tmp_path / "program")
    lists = tmp_path / "program/CMakeLists.txt"
    lists.write_text(lists.read_text().replace("firth 0.1", "firth 9.9"))
    with pytest.raises(AssertionError, match="9.9"):
        run("cmake", "-S", lists.parent, "-B", tmp_path / "build", "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={moved}")
