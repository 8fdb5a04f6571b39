"""install in programs of their own, and in the processes that they start."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import firth
import firth.rpyc
from rpyc_versions import packages, serving
from support import LONG

BINDING = str(Path(firth.__file__).parents[1])


@pytest.fixture(params=firth.rpyc.KNOWN_VERSIONS)
def run(request, tmp_path):
    """run(arguments, program) gives what a program says, with each version of rpyc; the
    program stands in the file program.py of the working folder."""
    path = os.pathsep.join([BINDING, str(packages(request.param))])

    def start(arguments, program):
        (tmp_path / "program.py").write_text(textwrap.dedent(program))
        done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, timeout=LONG,
                              capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": path})
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout
    return start


BELOW = "type(conn._channel).__module__, type(conn._channel.stream).__module__"


@pytest.mark.parametrize("order", ["import rpyc; import firth.rpyc",
                                   "import firth.rpyc; import rpyc"])
def test_the_order_of_imports_does_not_matter(run, order):
    assert run(["program.py"], f"""
        {order}
        firth.rpyc.install()
        import rpyc.utils.server
        print(rpyc.Channel.__module__, rpyc.utils.server.SocketStream.__module__)
        """) == "firth firth\n"


def test_firth_alone_has_rpycs_module_and_does_not_import_rpyc(run):
    assert run(["program.py"], """
        import sys
        import firth
        print("rpyc" in sys.modules, firth.rpyc.installed())
        firth.rpyc.install()
        print("rpyc" in sys.modules, firth.rpyc.installed())
        """) == "False False\nTrue True\n"


def test_install_before_the_import_of_rpyc_reaches_from_imports(run):
    assert run(["program.py"], """
        import firth.rpyc
        firth.rpyc.install()
        from rpyc import Channel
        from rpyc.core.stream import SocketStream
        from rpyc.utils.factory import connect_stream
        print(Channel.__module__, SocketStream.__module__)
        """) == "firth firth\n"


def test_what_was_imported_from_rpyc_before_install_stays_rpycs(run):
    assert run(["program.py"], """
        from rpyc import Channel
        import firth.rpyc
        firth.rpyc.install()
        print(Channel.__module__)
        """) == "rpyc.core.channel\n"


FORKED = f"""
    import multiprocessing
    import time
    import firth.rpyc
    import rpyc

    class Echo(rpyc.Service):
        def exposed_below(self):
            return rpyc.Channel.__module__

    def child(port):
        conn = rpyc.connect("127.0.0.1", port)
        print(*({BELOW}), conn.root.below(), flush=True)
        conn.close()

    if __name__ == "__main__":
        firth.rpyc.install()
        from rpyc.utils.server import ThreadedServer
        server = ThreadedServer(Echo, hostname="127.0.0.1", port=0)
        server._start_in_thread()
        process = multiprocessing.get_context(METHOD).Process(target=child, args=(server.port,))
        process.start()
        process.join()
        while server.clients:  # whom a close would cut off, which rpyc tells on standard error
            time.sleep(0.001)
        server.close()
    """


def test_a_child_of_fork_has_what_was_installed(run):
    assert run(["program.py"], FORKED.replace("METHOD", "'fork'")) == "firth firth firth\n"


def test_a_spawned_child_installs_for_itself(run):
    assert run(["program.py"], FORKED.replace("METHOD", "'spawn'")) == (
        "rpyc.core.channel rpyc.core.stream firth\n")


def test_a_spawned_child_has_what_its_programs_head_installs(run):
    program = FORKED.replace("METHOD", "'spawn'").replace(
        "    import rpyc\n", "    import rpyc\n    firth.rpyc.install()\n", 1)
    assert run(["program.py"], program) == "firth firth firth\n"


def test_a_child_of_fork_can_uninstall_and_install(run):
    assert run(["program.py"], """
        import os
        import firth.rpyc
        firth.rpyc.install()
        import rpyc
        if os.fork() == 0:
            firth.rpyc.uninstall()
            print(rpyc.Channel.__module__, flush=True)
            firth.rpyc.install()
            print(rpyc.Channel.__module__, flush=True)
            os._exit(0)
        os.wait()
        print(rpyc.Channel.__module__, firth.rpyc.installed())
        """) == "rpyc.core.channel\nfirth\nfirth True\n"


def test_a_fork_while_another_thread_installs_leaves_a_child_that_can_install(run):
    assert run(["program.py"], """
        import os
        import threading
        import rpyc
        import firth.rpyc

        def toggle():
            while not over.is_set():
                firth.rpyc.install()
                firth.rpyc.uninstall()

        over = threading.Event()
        thread = threading.Thread(target=toggle)
        thread.start()
        for _ in range(20):
            if os.fork() == 0:
                firth.rpyc.install()
                os._exit(0 if rpyc.utils.server.Channel.__module__ == "firth" else 1)
            assert os.wait()[1] == 0
        over.set()
        thread.join()
        print("good")
        """) == "good\n"


def test_a_server_that_a_connection_starts_by_itself_serves(run):
    assert run(["program.py"], f"""
        import firth.rpyc
        firth.rpyc.install()
        import rpyc
        from rpyc.utils.factory import connect_thread, connect_multiprocess

        for connect in connect_thread, connect_multiprocess:
            conn = connect(service=rpyc.MasterService, remote_service=rpyc.SlaveService)
            print(*({BELOW}), conn.eval("__import__('rpyc').Channel.__module__"))
            conn.close()
        """) == "firth firth firth\n" * 2


UNINSTALLED = """
    import sys
    import rpyc
    import __main__
    assert vars(__main__) is globals()
    assert sys.argv[0].endswith("program.py")
    print(__name__, *sys.argv[1:], rpyc.Channel.__module__)
    """


@pytest.mark.parametrize("program", [["program.py"], ["-m", "program"]])
def test_a_program_runs_over_firth_without_saying_so(run, program):
    assert run(["-m", "firth.rpyc", *program, "-m", "1"], UNINSTALLED) == "__main__ -m 1 firth\n"


def test_a_program_in_another_folder_imports_what_stands_beside_it(run, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "beside.py").write_text("name = 'beside'\n")
    (tmp_path / "sub" / "main.py").write_text("import beside; print(beside.name, __file__)\n")
    assert run(["-m", "firth.rpyc", "sub/main.py"], "") == "beside sub/main.py\n"


def test_rpycs_classic_server_runs_over_firth(rpyc, rpyc_version):
    server = next(packages(rpyc_version).glob("bin/rpyc_classic*"))
    path = os.pathsep.join([BINDING, str(packages(rpyc_version))])
    stream = firth.PipeStream.spawn(
        [sys.executable, "-m", "firth.rpyc", server, "-m", "stdio"],
        env={**os.environ, "PYTHONPATH": path})
    connection = rpyc.classic.connect_stream(stream)
    assert connection.eval("__import__('rpyc').Channel.__module__") == "firth"
    connection.close()
    stream.exit_status(LONG)


@pytest.mark.parametrize("arguments", [[], ["-m"]])
def test_without_a_program_it_says_how_it_is_used(arguments):
    done = subprocess.run([sys.executable, "-m", "firth.rpyc", *arguments], text=True,
                          capture_output=True, env={**os.environ, "PYTHONPATH": BINDING})
    assert done.returncode == 1
    assert done.stderr == "usage: python -m firth.rpyc program.py | -m module [argument ...]\n"


@pytest.mark.parametrize("left", ["", "conn.itself = conn", "root = conn.root"])
def test_a_program_that_ends_with_an_open_connection_says_nothing(rpyc_version, service, left):
    path = os.pathsep.join([BINDING, str(packages(rpyc_version))])
    with serving(service) as port:
        program = f"""
            import firth.rpyc
            firth.rpyc.install()
            import rpyc
            conn = rpyc.connect("127.0.0.1", {port})
            print(conn.root.echo(1))
            {left}
            """
        done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], timeout=LONG,
                              capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": path})
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_a_child_of_fork_that_exits_leaves_its_parent_the_connection(rpyc_version, service):
    path = os.pathsep.join([BINDING, str(packages(rpyc_version))])
    with serving(service) as port:
        program = f"""
            import os, sys
            import firth.rpyc
            firth.rpyc.install()
            import rpyc

            def work():
                conn = rpyc.connect("127.0.0.1", {port})
                conn.root.echo(1)
                child = os.fork()
                if child == 0:
                    sys.exit()
                os.waitpid(child, 0)
                print(conn.root.echo(2))
                conn.close()

            work()
            """
        done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], timeout=LONG,
                              capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": path})
    assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "")
