"""Where install and uninstall leave alone what is not theirs, and give back what was there."""

import importlib
import sys
import types

import firth
import firth.rpyc
from rpyc_versions import modules, snapshot


def forget(*names):
    """Another import of these modules loads them anew."""
    for name in names:
        del sys.modules[name]


def test_a_class_of_firths_that_somebody_else_put_there_is_not_given_limits(rpyc):
    rpyc.core.Channel = firth.Channel
    firth.rpyc.install()
    firth.rpyc.install(limits=firth.Limits(frame=5000))
    assert rpyc.Channel is not firth.Channel
    assert rpyc.core.Channel is firth.Channel


def test_a_module_whose_name_begins_like_rpycs_keeps_what_it_has(rpyc, monkeypatch):
    stock = rpyc.SocketStream
    mine = types.ModuleType("rpyc_of_mine")
    mine.SocketStream = stock
    monkeypatch.setitem(sys.modules, "rpyc_of_mine", mine)
    firth.rpyc.install()
    assert rpyc.SocketStream is firth.SocketStream
    assert mine.SocketStream is stock


def test_what_somebody_put_over_an_added_name_stays(rpyc):
    firth.rpyc.install()
    mine = rpyc.core.BufferedStream = object()
    del rpyc.core.StreamError
    firth.rpyc.uninstall()
    assert rpyc.core.BufferedStream is mine
    assert not hasattr(rpyc.core, "CompressedChannel")


def test_a_module_that_is_not_loaded_any_more_gets_back_what_was_there(rpyc):
    factory, stock = rpyc.utils.factory, rpyc.SocketStream
    firth.rpyc.install()
    forget("rpyc.utils.factory")
    firth.rpyc.uninstall()
    assert factory.SocketStream is stock


def test_modules_of_an_rpyc_that_was_loaded_anew_get_back_their_own(rpyc):
    factory, stock = rpyc.utils.factory, rpyc.SocketStream
    firth.rpyc.install()
    forget(*modules())
    again = importlib.import_module("rpyc")
    stock_again = again.SocketStream
    firth.rpyc.install()
    firth.rpyc.uninstall()
    assert stock_again is not stock
    assert (factory.SocketStream, again.SocketStream) == (stock, stock_again)


def test_modules_get_back_their_own_though_another_was_reloaded(rpyc):
    before = snapshot()
    firth.rpyc.install()
    importlib.reload(rpyc.core.channel)
    firth.rpyc.install()
    firth.rpyc.install(limits=firth.Limits(frame=5000))
    assert rpyc.Channel is rpyc.core.channel.Channel is not firth.Channel
    firth.rpyc.uninstall()
    assert rpyc.Channel is before["rpyc", "Channel"]
