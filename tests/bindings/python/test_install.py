"""firth.rpyc.install puts firth's classes in the place of rpyc's, uninstall takes them away."""

import importlib
import sys
import warnings

import pytest

import firth
import firth.rpyc
from rpyc_versions import modules, serving, snapshot

CLASSES = {
    "Channel": ("rpyc", "rpyc.core", "rpyc.core.channel", "rpyc.utils.factory",
                "rpyc.utils.server"),
    "SocketStream": ("rpyc", "rpyc.core", "rpyc.core.stream", "rpyc.utils.factory",
                     "rpyc.utils.server"),
    "TunneledSocketStream": ("rpyc", "rpyc.core", "rpyc.core.stream", "rpyc.utils.factory"),
    "PipeStream": ("rpyc", "rpyc.core", "rpyc.core.stream", "rpyc.utils.factory"),
}
PLACES = [(module, name) for name, places in CLASSES.items() for module in places]
# What the document on streams and channels imports from rpyc.core, or lists.
DOCUMENTED = (
    "SocketStream", "TunneledSocketStream", "PipeStream", "Channel", "CompressedChannel",
    "EncryptedChannel", "BatchingChannel", "BufferedStream", "create_socket_stream",
    "create_ssl_stream", "create_pipe_stream", "create_unix_stream", "DEFAULT_BUFFER_SIZE",
    "MAX_BUFFER_SIZE", "DEFAULT_BATCH_SIZE", "DEFAULT_BATCH_TIMEOUT",
    "DEFAULT_COMPRESSION_LEVEL", "STREAM_CHUNK_SIZE", "StreamError", "ConnectionLostError",
    "BufferOverflowError", "CompressionError", "EncryptionError",
)


def stock_classes():
    return {name: getattr(importlib.import_module(places[2]), name)
            for name, places in CLASSES.items()}


def test_firths_classes_stand_where_rpycs_stood(rpyc):
    firth.rpyc.install()
    others = [(module, name) for module, name in PLACES
              if getattr(sys.modules[module], name) is not getattr(firth, name)]
    assert others == []


def test_no_loaded_module_of_rpyc_keeps_a_class_that_was_replaced(rpyc):
    importlib.import_module("rpyc.utils.zerodeploy")
    stock = set(stock_classes().values())
    firth.rpyc.install()
    left = [place for place, thing in snapshot().items() if isinstance(thing, type)
            and thing in stock]
    assert left == []


def test_install_imports_rpyc_by_itself(rpyc_version):
    firth.rpyc.install()
    assert sys.modules["rpyc"].SocketStream is firth.SocketStream


def test_a_module_that_is_imported_later_gets_firths_classes(rpyc):
    firth.rpyc.install()
    assert "rpyc.utils.zerodeploy" not in sys.modules
    zerodeploy = importlib.import_module("rpyc.utils.zerodeploy")
    assert zerodeploy.SocketStream is firth.SocketStream


def test_rpyc_core_has_what_the_document_names(rpyc):
    firth.rpyc.install()
    assert [name for name in DOCUMENTED
            if getattr(rpyc.core, name, None) is not getattr(firth, name)] == []


def test_uninstall_gives_back_what_was_there(rpyc):
    before = snapshot()
    firth.rpyc.install()
    assert snapshot() != before
    firth.rpyc.uninstall()
    assert snapshot() == before


def test_uninstall_gives_back_in_modules_that_were_imported_since(rpyc):
    stock = stock_classes()
    firth.rpyc.install()
    zerodeploy = importlib.import_module("rpyc.utils.zerodeploy")
    firth.rpyc.uninstall()
    assert zerodeploy.SocketStream is stock["SocketStream"]


def test_installing_twice_is_undone_at_once(rpyc):
    before = snapshot()
    firth.rpyc.install()
    firth.rpyc.install()
    assert rpyc.Channel is firth.Channel
    firth.rpyc.uninstall()
    assert snapshot() == before


def test_uninstalling_what_was_not_installed_changes_nothing(rpyc):
    before = snapshot()
    firth.rpyc.uninstall()
    assert snapshot() == before


def test_it_can_be_installed_again_after_it_was_undone(rpyc):
    firth.rpyc.install()
    firth.rpyc.uninstall()
    firth.rpyc.install()
    assert rpyc.Channel is rpyc.utils.server.Channel is firth.Channel


def test_installed_says_whether_it_is(rpyc):
    assert not firth.rpyc.installed()
    firth.rpyc.install()
    assert firth.rpyc.installed()
    firth.rpyc.uninstall()
    assert not firth.rpyc.installed()


def test_installed_says_no_of_an_rpyc_that_was_loaded_anew(rpyc):
    firth.rpyc.install()
    for name in modules():
        del sys.modules[name]
    importlib.import_module("rpyc")
    assert not firth.rpyc.installed()


def test_it_can_be_installed_into_an_rpyc_that_was_loaded_anew(rpyc):
    firth.rpyc.install()
    for name in modules():
        del sys.modules[name]
    again = importlib.import_module("rpyc")
    before = snapshot()
    firth.rpyc.install()
    assert again.utils.server.Channel is firth.Channel
    firth.rpyc.uninstall()
    assert snapshot() == before


def test_a_firth_class_that_somebody_else_put_there_stays(rpyc):
    rpyc.core.Channel = firth.Channel
    before = snapshot()
    firth.rpyc.install()
    firth.rpyc.uninstall()
    assert rpyc.core.Channel is firth.Channel
    assert snapshot() == before


def test_what_somebody_put_over_firths_classes_stays(rpyc):
    firth.rpyc.install()
    other = rpyc.core.Channel = type("Channel", (firth.Channel,), {})
    firth.rpyc.uninstall()
    assert rpyc.core.Channel is other


def test_a_name_that_rpyc_core_has_already_stays(rpyc):
    mine = rpyc.core.BufferedStream = object()
    firth.rpyc.install()
    assert rpyc.core.BufferedStream is mine
    firth.rpyc.uninstall()
    assert rpyc.core.BufferedStream is mine


def test_importing_firth_rpyc_does_not_import_rpyc(rpyc_version):
    assert modules() == {}


def test_without_rpyc_install_says_that_it_is_wanted(monkeypatch):
    monkeypatch.setitem(sys.modules, "rpyc", None)
    with pytest.raises(ImportError, match="wants the package rpyc") as info:
        firth.rpyc.install()
    assert info.value.name == "rpyc"
    assert not firth.rpyc.installed()


def test_what_fails_inside_rpyc_is_not_taken_for_its_absence(monkeypatch, tmp_path):
    (tmp_path / "rpyc.py").write_text("import no_such_module_of_rpycs\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_module_of_rpycs"):
        firth.rpyc.install()


def test_an_rpyc_that_lacks_a_class_is_refused_and_left_alone(rpyc):
    del rpyc.core.stream.PipeStream
    before = snapshot()
    with pytest.raises(ImportError, match=r"has no rpyc\.core\.stream\.PipeStream"):
        firth.rpyc.install()
    assert snapshot() == before
    assert not firth.rpyc.installed()


@pytest.mark.parametrize("version", ["3.4.4", "6.1.0", "7.0", "dev", (4, 0, 2)])
def test_an_unknown_version_is_warned_of_and_installed(rpyc, monkeypatch, version):
    monkeypatch.setattr(rpyc, "__version__", version)
    with pytest.warns(RuntimeWarning, match="tested with 4.1.5, 5.3.1, 6.0.2") as warned:
        firth.rpyc.install()
    assert warned[0].filename == __file__
    assert firth.rpyc.installed()


@pytest.mark.parametrize("version", [(4, 1, 0), "5.0.1", "6.0.9"])
def test_what_lies_between_the_known_versions_is_not_warned_of(rpyc, monkeypatch, version):
    monkeypatch.setattr(rpyc, "__version__", version)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        firth.rpyc.install()


# 4.1.5's own stream complains, in the server's thread, that it was closed.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_connection_goes_on_when_what_is_below_new_ones_changes(rpyc, service):
    def kinds(connection):
        return type(connection._channel), type(connection._channel.stream)

    ours, stock = (firth.Channel, firth.SocketStream), (rpyc.Channel, rpyc.SocketStream)
    with serving(service) as port:
        first = rpyc.connect("127.0.0.1", port)
        firth.rpyc.install()
        second = rpyc.connect("127.0.0.1", port)
        firth.rpyc.uninstall()
        third = rpyc.connect("127.0.0.1", port)
        assert [kinds(each) for each in (first, second, third)] == [stock, ours, stock]
        for each in (first, second, third):
            assert each.root.echo("text") == "text"
            each.close()


def test_rpycs_functions_that_were_imported_before_use_firth(rpyc, service):
    namespace = {}
    exec("from rpyc import connect", namespace)
    firth.rpyc.install()
    with serving(service) as port:
        connection = namespace["connect"]("127.0.0.1", port)
        assert type(connection._channel) is firth.Channel
        connection.close()


def test_a_reloaded_module_is_seen_to_by_the_next_install(rpyc):
    firth.rpyc.install()
    importlib.reload(rpyc.core.channel)
    assert not firth.rpyc.installed()
    before = snapshot()["rpyc.core.channel", "Channel"]
    firth.rpyc.install()
    assert rpyc.core.channel.Channel is firth.Channel
    firth.rpyc.uninstall()
    assert rpyc.core.channel.Channel is before


def test_rpycs_base_class_of_streams_knows_firths_streams(rpyc, streams):
    firth.rpyc.install()
    assert isinstance(streams[0], rpyc.core.stream.Stream)
    assert issubclass(firth.PipeStream, rpyc.core.stream.Stream)
    assert not isinstance(object(), rpyc.core.stream.Stream)


def test_rpycs_base_class_of_streams_knows_rpycs_streams(rpyc, sockets):
    stock = rpyc.SocketStream(sockets[0])
    firth.rpyc.install()
    assert isinstance(stock, rpyc.core.stream.Stream)


def test_a_subclass_of_rpycs_base_class_does_not_know_firths_streams(rpyc, streams):
    firth.rpyc.install()
    mine = type("Mine", (rpyc.core.stream.Stream,), {})
    assert not isinstance(streams[0], mine)
    assert isinstance(mine(), mine)
