"""firth's brine in the place of rpyc's."""

import pytest

import firth
import firth.rpyc
from firth import brine

NAMES = ("dump", "load", "dumpable")


@pytest.mark.parametrize("name", NAMES)
def test_firths_function_stands_where_rpycs_stood(rpyc, name):
    firth.rpyc.install()
    assert getattr(rpyc.core.brine, name) is getattr(brine, name)


def test_both_give_the_same_bytes_and_values(rpyc):
    value = ("text", b"bytes", 1 << 70, (1.5, None, frozenset([1])), slice(1, 2, None))
    stock = rpyc.core.brine.dump(value)
    firth.rpyc.install()
    assert rpyc.core.brine.dump(value) == stock
    assert rpyc.core.brine.load(stock) == value


def test_the_given_limits_hold(rpyc):
    firth.rpyc.install(brine_limits=brine.Limits(depth=3))
    assert rpyc.core.brine.load(rpyc.core.brine.dump(((1,),))) == ((1,),)
    with pytest.raises(firth.BufferOverflowError):
        rpyc.core.brine.dump(((((1,),),),))
    with pytest.raises(firth.BufferOverflowError):
        rpyc.core.brine.load(brine.dump(((((1,),),),)))


def test_installing_again_without_limits_takes_the_safe_ones(rpyc):
    firth.rpyc.install(brine_limits=brine.Limits(depth=3))
    firth.rpyc.install()
    assert rpyc.core.brine.dump is brine.dump


def test_uninstall_takes_functions_with_limits_away(rpyc):
    before = [getattr(rpyc.core.brine, name) for name in NAMES]
    firth.rpyc.install(brine_limits=brine.Limits(depth=3))
    firth.rpyc.uninstall()
    assert [getattr(rpyc.core.brine, name) for name in NAMES] == before


@pytest.mark.parametrize("limits", [3, firth.Limits(), {"depth": 3}])
def test_limits_of_another_type_are_refused_and_nothing_is_installed(rpyc, limits):
    with pytest.raises(TypeError, match=r"brine_limits must be a firth\.brine\.Limits, not"):
        firth.rpyc.install(brine_limits=limits)
    assert not firth.rpyc.installed()
