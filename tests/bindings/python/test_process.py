"""Child processes as streams."""

import os
import signal
import subprocess
import sys

import pytest

import firth
from rpyc_peers import environment_for, folder_of
from support import LONG, ROOT, Rung, while_blocked
from test_rpyc import VERSIONS, check_echo

CAT = ["cat"]
STDIO_ECHO = ROOT / "tests" / "interop" / "examples" / "stdio_echo.py"


def python(program, *arguments):
    return [sys.executable, "-c", program, *arguments]


def output_of(stream):
    """All that a child says until its end."""
    said = b""
    try:
        while True:
            said += stream.read_some(4096, LONG)
    except firth.ConnectionLostError:
        return said


@pytest.fixture
def cat():
    stream = firth.create_pipe_stream(CAT)
    yield stream
    stream.close()
    stream.exit_status(LONG)


def test_a_childs_input_and_output_are_the_stream(cat):
    assert type(cat) is firth.PipeStream
    cat.write(b"abc")
    assert cat.read(3, LONG) == b"abc"


def test_finish_ends_the_child(cat):
    assert cat.pid > 0
    cat.finish()
    assert cat.exit_status(0) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(cat.pid, 0)


def test_close_leaves_the_child_to_itself_and_no_zombie(cat):
    cat.close()
    assert cat.exit_status(LONG) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(cat.pid, 0)


def test_a_with_block_waits_for_the_child():
    with firth.PipeStream.spawn(python("import sys; sys.stdin.read(); sys.exit(7)")) as stream:
        pass
    assert stream.exit_status() == 7


def test_a_child_that_does_not_end_is_killed():
    program = ("import signal; signal.signal(15, signal.SIG_IGN); print(flush=True);"
               " [signal.pause() for _ in iter(int, 1)]")
    stream = firth.create_pipe_stream(python(program))
    stream.read_some(1, LONG)
    with pytest.raises(firth.TimeoutError, match="was killed"):
        stream.finish(0.1)
    assert stream.exit_status(LONG) == -signal.SIGKILL


def test_a_child_that_still_runs_has_no_exit_status_yet(cat):
    with pytest.raises(firth.TimeoutError, match="still runs"):
        cat.exit_status(0)


def test_a_signal_handler_ends_waiting_for_the_exit_status(ring):
    with firth.create_pipe_stream(CAT) as stream, pytest.raises(Rung):
        ring(stream.exit_status)


def test_other_threads_run_while_one_waits_for_the_exit_status(cat):
    with while_blocked(cat.exit_status) as waiting:
        cat.close()
    assert waiting.result() == 0


def test_the_death_of_the_child_is_a_loss(cat):
    os.kill(cat.pid, signal.SIGKILL)
    with pytest.raises(firth.ConnectionLostError, match=f"process {cat.pid}"):
        cat.read(1, LONG)
    assert cat.exit_status(LONG) == -signal.SIGKILL


def test_the_working_folder_is_the_callers_choice(tmp_path):
    with firth.create_pipe_stream(["pwd"], cwd=tmp_path) as stream:
        assert output_of(stream) == os.fsencode(tmp_path.resolve()) + b"\n"


def test_the_environment_is_the_callers_choice():
    env = {"PATH": os.environ["PATH"], "NAME": "value", b"OTHER": b"\xff"}
    with firth.create_pipe_stream(["env"], env=env) as stream:
        said = output_of(stream).splitlines()
    assert {b"NAME=value", b"OTHER=\xff"} <= set(said)
    assert not any(line.startswith(b"HOME=") for line in said)


def test_error_output_goes_where_the_caller_says(tmp_path):
    complain = ["sh", "-c", "echo complaint >&2"]
    with open(tmp_path / "file", "wb") as file:
        for stderr in (file, file.fileno()):
            with firth.create_pipe_stream(complain, stderr=stderr) as stream:
                assert output_of(stream) == b""
    assert (tmp_path / "file").read_bytes() == b"complaint\n" * 2


@pytest.mark.parametrize("stderr", [None, "discard", subprocess.DEVNULL])
def test_error_output_is_inherited_or_discarded(stderr):
    program = ("import firth, sys; stream = firth.create_pipe_stream(['sh', '-c', 'echo heard >&2'], "
               f"stderr={stderr!r}); stream.finish()")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=LONG)
    assert done.stderr == (b"heard\n" if stderr is None else b"")


def test_the_child_has_no_other_descriptor(sockets):
    os.set_inheritable(sockets[0].fileno(), True)
    with firth.create_pipe_stream(["ls", "/proc/self/fd"]) as stream:
        assert len(output_of(stream).split()) == 4  # 0, 1, 2, and the one of the folder


def test_a_missing_program_is_an_error_at_once(tmp_path):
    for program in ("no-such-program-anywhere", tmp_path / "nothing"):
        with pytest.raises(firth.FileNotFoundError, match=os.path.basename(program)):
            firth.create_pipe_stream([program])


def test_a_missing_folder_is_an_error_that_says_so(tmp_path):
    with pytest.raises(firth.FileNotFoundError, match="nothing"):
        firth.create_pipe_stream(CAT, cwd=tmp_path / "nothing")


def test_what_may_not_be_executed_is_refused(tmp_path):
    (tmp_path / "file").write_text("no program")
    with pytest.raises(firth.PermissionError):
        firth.create_pipe_stream([tmp_path / "file"])


@pytest.mark.parametrize("arguments, error, words", [
    ({"cmd_args": "cat"}, TypeError, "a list of str is required, not 'str'"),
    ({"cmd_args": None}, TypeError, "a list of str is required"),
    ({"cmd_args": [1]}, TypeError, "int"), ({"cmd_args": 5}, TypeError, "int"),
    ({"cmd_args": ["a\0b"]}, ValueError, "null"),
    ({"cmd_args": []}, ValueError, "cmd_args names no program"),
    ({"cmd_args": CAT, "env": {"a=b": "c"}}, ValueError, "without '='"),
    ({"cmd_args": CAT, "env": {"": "c"}}, ValueError, "without '='"),
    ({"cmd_args": CAT, "env": {"a": 5}}, TypeError, "int"),
    ({"cmd_args": CAT, "env": ["a=5"]}, TypeError, "env: a dict is required, not 'list'"),
    ({"cmd_args": CAT, "cwd": 5}, TypeError, "int"),
    ({"cmd_args": CAT, "stderr": "nowhere"}, TypeError, "stderr: None, 'discard', a file"),
    ({"cmd_args": CAT, "stderr": subprocess.PIPE}, ValueError, "stderr: a descriptor"),
    ({"cmd_args": CAT, "stderr": subprocess.STDOUT}, ValueError, "stderr: a descriptor"),
    ({"cmd_args": CAT, "stderr": True}, TypeError, "stderr"),
    ({"cmd_args": CAT, "stderr": 1000000}, (ValueError, OSError), "")])
def test_what_no_child_can_be_made_of_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        firth.create_pipe_stream(**arguments)


def test_other_streams_have_no_child(pipes):
    with pytest.raises(firth.NotSupportedError, match="no child"):
        pipes[0].pid
    with pytest.raises(firth.NotSupportedError, match="no child"):
        pipes[0].exit_status(0)


@pytest.mark.parametrize("version", VERSIONS)
def test_rpyc_in_a_child_echoes(version):
    command = [sys.executable, STDIO_ECHO]
    stream = firth.create_pipe_stream(command, env=environment_for(version))
    with firth.Channel(stream) as channel:
        check_echo(channel)
    assert stream.exit_status(LONG) == 0
