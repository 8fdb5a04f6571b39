"""rpyc over pipes: child processes, descriptors, text-mode files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import rpyc
from rpyc.utils import factory

from arrangements import ARRANGEMENTS

PROGRAM = Path(__file__).with_name("stdio_side.py")
TIME_LIMIT = 60

# Both ends in this process, or both the same.
alike = pytest.mark.parametrize("arrangement", [each for each in ARRANGEMENTS
                                                if each.client == each.server],
                                indirect=True, ids=str)


class EchoService(rpyc.Service):
    def exposed_echo(self, value):
        return value


@pytest.fixture
def child(arrangement):
    """A connection with a child process, by connect_subproc."""
    connection = factory.connect_subproc([sys.executable, "-u", PROGRAM, arrangement.server])
    yield connection
    connection.close()
    connection.proc.wait(TIME_LIMIT)
    connection.proc.stdin.close()
    connection.proc.stdout.close()


def test_a_child_process_answers(child):
    for value in (1, b"", b"x" * 5000, os.urandom(1 << 20)):
        assert child.root.echo(value) == value


def test_a_child_process_calls_back(child):
    assert child.root.call(lambda value: value + 1, 41) == 42


def test_a_child_process_ends_with_its_connection(child):
    assert child.root.echo(1) == 1
    child.close()
    assert child.proc.wait(TIME_LIMIT) == 0


def test_a_child_that_dies_ends_the_connection(child):
    assert child.root.echo(1) == 1
    child.proc.kill()
    with pytest.raises(EOFError):
        child.root.echo(2)


def test_popens_files_are_a_stream(arrangement):
    with subprocess.Popen([sys.executable, "-u", PROGRAM, arrangement.server],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        stream = rpyc.core.stream.PipeStream(process.stdout, process.stdin)
        with factory.connect_stream(stream) as connection:
            assert connection.root.echo(b"x" * 100_000) == b"x" * 100_000
        assert process.wait(TIME_LIMIT) == 0
        assert process.stdin.closed and process.stdout.closed


@alike
@pytest.mark.parametrize("mode", ["b", ""], ids=["binary", "text"])
def test_files_over_pipes_are_a_connection(arrangement, background, mode):
    """Text-mode files as sys.stdin and sys.stdout are."""
    (here_in, there_out), (there_in, here_out) = os.pipe(), os.pipe()
    there = factory.connect_pipes(os.fdopen(there_in, "r" + mode), os.fdopen(there_out, "w" + mode),
                                  service=EchoService)
    serving = background(there.serve_all)
    here = factory.connect_pipes(os.fdopen(here_in, "r" + mode), os.fdopen(here_out, "w" + mode))
    for value in (1, b"", b"x" * 100_000):
        assert here.root.echo(value) == value
    here.close()
    serving.result()


@alike
def test_a_pair_of_pipe_streams_is_a_connection(arrangement, background):
    first, second = rpyc.core.stream.PipeStream.create_pair()
    there = factory.connect_stream(second, service=EchoService)
    serving = background(there.serve_all)
    here = factory.connect_stream(first)
    assert here.root.echo(b"x" * 100_000) == b"x" * 100_000
    here.close()
    serving.result()


def test_a_program_talks_over_its_own_standard_files(arrangement):
    """connect_stdpipes at both ends: two programs whose pipes cross."""
    (first_in, second_out), (second_in, first_out) = os.pipe(), os.pipe()
    talk = ("import os, sys\nfrom rpyc.utils import factory\nfrom arrangements import in_place\n"
            "with in_place(sys.argv[1]):\n"
            "    connection = factory.connect_stdpipes()\n"
            "    assert connection.root.echo(b'x' * 100_000) == b'x' * 100_000\n"
            "    connection.close()\n"
            "os._exit(0)\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(
        [str(PROGRAM.parent), os.environ["PYTHONPATH"]])}
    programs = [
        subprocess.Popen([sys.executable, "-c", talk, arrangement.client], env=environment,
                         stdin=first_in, stdout=first_out),
        subprocess.Popen([sys.executable, PROGRAM, arrangement.server], env=environment,
                         stdin=second_in, stdout=second_out)]
    for descriptor in (first_in, first_out, second_in, second_out):
        os.close(descriptor)
    assert [program.wait(TIME_LIMIT) for program in programs] == [0, 0]
