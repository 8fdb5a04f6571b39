"""The classic mode, in which the client does as it likes with the server."""

import io
import os
import sys
import xml.dom.minidom

import pytest
import rpyc
from rpyc.utils.classic import MockClassicConnection


def files_below(folder):
    """Relative path and content of every file."""
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path):
    """A folder with files of several sizes, and folders in it, one of them empty."""
    root = tmp_path / "original"
    for name, size in (("empty", 0), ("small", 10), ("deep/16000", 16000), ("deep/er/large", 500_000)):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size))
    (root / "void").mkdir()
    return root


def test_modules_are_the_servers(classic):
    assert classic.modules.os.getpid() != os.getpid()


def test_modules_are_found_by_attribute_and_by_name(classic):
    assert classic.modules.os.path is classic.modules["os.path"]


def test_a_module_of_a_package_is_imported(classic):
    parsed = classic.modules["xml.dom.minidom"].parseString("<a><b/></a>")
    assert parsed.documentElement.tagName == "a"


def test_a_module_that_does_not_exist_is_an_import_error(classic):
    with pytest.raises(ImportError, match="no_such_module"):
        classic.modules["no_such_module"]


def test_modules_know_what_can_be_imported(classic):
    assert "json" in classic.modules and "no_such_module" not in classic.modules


def test_a_module_shows_itself_as_at_the_server(classic):
    assert repr(classic.modules.json) == classic.eval("repr(__import__('json'))")


def test_builtins_are_the_servers(classic):
    assert classic.builtins.sum((1, 2, 3)) == classic.builtin.sum((1, 2, 3)) == 6


def test_builtin_classes_make_objects_of_the_server(classic):
    things = classic.builtins.list((1, 2))
    things.append(3)
    assert isinstance(things, rpyc.BaseNetref) and list(things) == [1, 2, 3]


def test_an_expression_is_evaluated(classic):
    assert classic.eval("6 * 7") == 42


def test_a_statement_is_executed(classic):
    classic.execute("x = [1, 2]\nx.append(3)")
    assert list(classic.namespace["x"]) == [1, 2, 3]


def test_names_that_the_client_sets_are_seen_by_the_server(classic):
    classic.namespace["y"] = 5
    assert classic.eval("y + 1") == 6


def test_a_function_that_was_executed_is_called(classic):
    classic.execute("def square(number):\n    return number * number")
    assert classic.namespace["square"](9) == 81


def test_what_executed_code_raises_comes_out(classic):
    with pytest.raises(NameError, match="nowhere"):
        classic.eval("nowhere")


def test_wrong_syntax_is_a_syntax_error(classic):
    with pytest.raises(SyntaxError):
        classic.execute("x = = 1")


def test_every_connection_has_its_own_namespace(serve, connect_to):
    address = serve(rpyc.SlaveService).address
    first, second = (connect_to(address, service=rpyc.MasterService) for _ in range(2))
    first.execute("x = 1")
    assert not second.eval("'x' in globals()")


def test_every_attribute_is_read(classic):
    assert classic.modules.threading._active[classic.modules.threading.get_ident()].daemon


def test_an_attribute_is_set(classic):
    classic.execute("class Thing: pass\nthing = Thing()")
    classic.namespace["thing"].color = "red"
    assert classic.eval("thing.color") == "red"


def test_an_attribute_is_deleted(classic):
    classic.execute("class Thing: pass\nthing = Thing()\nthing.color = 'red'")
    del classic.namespace["thing"].color
    assert classic.eval("hasattr(thing, 'color')") is False


def test_a_file_of_the_server_is_written_and_read(classic, tmp_path):
    with classic.builtins.open(str(tmp_path / "file"), "w") as file:
        file.write("line 1\nline 2\n")
    with classic.builtins.open(str(tmp_path / "file")) as file:
        assert [line for line in file] == ["line 1\n", "line 2\n"]


def test_the_server_calls_functions_of_the_client(classic):
    classic.execute("def apply(function, things): return [function(thing) for thing in things]")
    assert list(classic.namespace["apply"](lambda number: number + 1, (1, 2))) == [2, 3]


def test_the_server_works_on_an_object_of_the_client(classic):
    things = []
    classic.execute("def fill(things):\n    for n in range(5): things.append(n)")
    classic.namespace["fill"](things)
    assert things == [0, 1, 2, 3, 4]


def test_a_remote_iterator_is_read_in_chunks(classic):
    assert list(rpyc.buffiter(classic.builtins.range(10_000))) == list(range(10_000))


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 30, 31])
def test_chunks_lose_nothing_at_their_edges(classic, count):
    assert list(rpyc.buffiter(classic.builtins.range(count))) == list(range(count))


@pytest.mark.parametrize("options", [
    {"chunk": 1, "factor": 1}, {"chunk": 1000, "max_chunk": 100}, {"chunk": 7, "factor": 3}])
def test_chunks_are_as_large_as_they_are_asked_to_be(classic, options):
    assert list(rpyc.buffiter(classic.builtins.range(250), **options)) == list(range(250))


def test_chunks_that_shrink_are_refused(classic):
    with pytest.raises(ValueError, match="factor"):
        list(rpyc.buffiter(classic.builtins.range(10), factor=0.5))


def test_what_an_iterator_raises_comes_out_of_its_chunk(classic):
    classic.execute("def fail():\n    yield 1\n    raise ValueError('in the chunk')")
    with pytest.raises(ValueError, match="in the chunk"):
        list(rpyc.buffiter(classic.namespace["fail"]()))


def test_an_object_is_obtained_by_value(classic):
    classic.execute("x = {'a': [1, 2], 'b': {3}}")
    got = rpyc.classic.obtain(classic.namespace["x"])
    assert type(got) is dict and got == {"a": [1, 2], "b": {3}}


def test_a_large_object_is_obtained(classic):
    classic.execute("x = list(range(200000))")
    assert rpyc.classic.obtain(classic.namespace["x"]) == list(range(200_000))


def test_an_object_is_delivered_by_value(classic):
    original = {"a": [1, 2]}
    delivered = rpyc.classic.deliver(classic, original)
    delivered["b"] = 1
    assert (sorted(delivered), original) == (["a", "b"], {"a": [1, 2]})


def test_what_is_delivered_is_a_reference(classic):
    assert isinstance(rpyc.classic.deliver(classic, [1]), rpyc.BaseNetref)


def test_a_file_is_uploaded(classic, folder, tmp_path):
    rpyc.classic.upload(classic, str(folder / "deep/er/large"), str(tmp_path / "copy"))
    assert (tmp_path / "copy").read_bytes() == (folder / "deep/er/large").read_bytes()


def test_a_file_is_downloaded(classic, folder, tmp_path):
    rpyc.classic.download(classic, str(folder / "deep/er/large"), str(tmp_path / "copy"))
    assert (tmp_path / "copy").read_bytes() == (folder / "deep/er/large").read_bytes()


def test_a_folder_is_uploaded(classic, folder, tmp_path):
    rpyc.classic.upload(classic, str(folder), str(tmp_path / "copy"))
    assert files_below(tmp_path / "copy") == files_below(folder)


def test_a_folder_is_downloaded(classic, folder, tmp_path):
    rpyc.classic.download(classic, str(folder), str(tmp_path / "copy"))
    assert files_below(tmp_path / "copy") == files_below(folder)


def test_an_empty_folder_is_downloaded(classic, folder, tmp_path):
    rpyc.classic.download(classic, str(folder), str(tmp_path / "copy"))
    assert (tmp_path / "copy/void").is_dir()


def test_a_folder_is_uploaded_in_small_chunks(classic, folder, tmp_path):
    rpyc.classic.upload(classic, str(folder), str(tmp_path / "copy"), chunk_size=5000)
    assert files_below(tmp_path / "copy") == files_below(folder)


def test_only_the_files_of_a_filter_are_uploaded(classic, folder, tmp_path):
    rpyc.classic.upload(classic, str(folder), str(tmp_path / "copy"),
                        filter=lambda name: name != "deep")
    assert sorted(files_below(tmp_path / "copy")) == ["empty", "small"]


def test_a_file_that_does_not_exist_is_not_uploaded(classic, tmp_path):
    with pytest.raises(ValueError, match="cannot upload"):
        rpyc.classic.upload(classic, str(tmp_path / "missing"), str(tmp_path / "copy"))


def test_a_package_is_uploaded(classic, tmp_path):
    rpyc.classic.upload_package(classic, xml.dom, str(tmp_path / "dom"))
    assert (tmp_path / "dom/minidom.py").is_file()


def test_what_the_server_prints_comes_out_here_while_it_is_redirected(classic, monkeypatch):
    printed = io.StringIO()
    monkeypatch.setattr(sys, "stdout", printed)
    with rpyc.classic.redirected_stdio(classic):
        classic.execute("print('from', 'the server')")
    assert printed.getvalue() == "from the server\n"


def test_what_is_typed_here_is_read_by_the_server_while_it_is_redirected(classic, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("typed here\n"))
    with rpyc.classic.redirected_stdio(classic):
        assert classic.eval("input()") == "typed here"


def test_the_servers_output_is_given_back(classic, monkeypatch):
    before = classic.eval("id(__import__('sys').stdout)")
    with rpyc.classic.redirected_stdio(classic):
        pass
    assert classic.eval("id(__import__('sys').stdout)") == before


def test_the_server_keeps_the_traceback_of_the_last_exception(classic):
    with pytest.raises(ZeroDivisionError):
        classic.eval("1 // 0")
    traceback = classic.root.getconn()._last_traceback
    assert traceback.tb_frame.f_code.co_name == "_dispatch_request"


def test_a_connection_that_is_none_has_the_same_names():
    here = MockClassicConnection()
    assert here.modules.sys is sys and here.builtin.open is open and here.eval("2 + 3") == 5


def test_two_ends_in_one_process_talk(arrangement):
    connection = rpyc.classic.connect_thread()
    try:
        assert connection.modules.os.getpid() == os.getpid()
    finally:
        connection.close()


def test_the_classic_connect_connects(serve, host, connect_to):
    connection = rpyc.classic.connect(*serve(rpyc.SlaveService).address)
    try:
        assert connection.modules.os.getpid() == host.pid
    finally:
        connection.close()


def test_the_classic_connect_to_a_unix_socket_connects(serve, host, tmp_path):
    connection = rpyc.classic.unix_connect(
        serve(rpyc.SlaveService, path=tmp_path / "socket").address)
    try:
        assert connection.modules.os.getpid() == host.pid
    finally:
        connection.close()


def test_a_connection_of_the_server_is_used_from_here(classic, serve):
    host, port = serve(rpyc.SlaveService).address
    behind = classic.modules.rpyc.classic.connect(host, port)
    assert behind.eval("6 * 7") == 42
    behind.close()


def test_the_hash_of_a_class_is_its_metaclasses(classic):
    classic.execute("class Meta(type):\n    def __hash__(self): return 4321\n"
                    "class Thing(metaclass=Meta): pass")
    assert hash(classic.namespace["Thing"]) == 4321


def test_a_class_of_the_server_is_no_class_of_another_connection(serve, connect_to):
    address = serve(rpyc.ClassicService).address
    first, second = (connect_to(address, service=rpyc.ClassicService) for _ in range(2))
    for connection in first, second:
        connection.execute("class Thing: pass")
    thing = first.namespace["Thing"]()
    assert isinstance(thing, first.namespace["Thing"])
    assert not isinstance(thing, second.namespace["Thing"])


def test_an_object_of_the_server_is_no_class(classic):
    with pytest.raises(TypeError):
        isinstance([], classic.builtins.list((1, 2)))


def test_modules_of_the_server_are_modules(classic):
    assert classic.modules.json.__class__.__name__ == "module"
