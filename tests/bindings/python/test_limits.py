"""Limits: the sizes that bound what a channel or a codec holds."""

import copy
import pickle

import pytest

import firth

NAMES = ("frame", "inflated", "queue")


def test_what_is_left_out_is_the_default():
    limits = firth.Limits()
    assert limits.frame == firth.FRAME_LIMIT == 256 << 20
    assert limits.inflated == firth.INFLATED_LIMIT == 256 << 20
    assert limits.queue == firth.QUEUE_LIMIT == 1 << 20


def test_limits_are_shown_with_their_names():
    assert repr(firth.Limits(frame=1, inflated=2, queue=3)) == (
        "Limits(frame=1, inflated=2, queue=3)")


def test_equal_limits_are_equal():
    assert firth.Limits(frame=1) == firth.Limits(frame=1) != firth.Limits(frame=2)
    assert {firth.Limits(queue=5): "found"}[firth.Limits(queue=5)] == "found"
    assert firth.Limits(frame=1) != (1, firth.INFLATED_LIMIT, firth.QUEUE_LIMIT)


@pytest.mark.parametrize("name", [*NAMES, "other"])
def test_limits_cannot_be_changed(name):
    with pytest.raises((AttributeError, TypeError)):
        setattr(firth.Limits(), name, 5)


def test_limits_can_be_copied_and_pickled():
    limits = firth.Limits(frame=10)
    assert copy.copy(limits) == limits == pickle.loads(pickle.dumps(limits))


@pytest.mark.parametrize("arguments, options", [
    ((10,), {}), ((), {"size": 10}), ((), {"frame_limit": 10})])
def test_limits_have_names_and_no_others(arguments, options):
    with pytest.raises(TypeError):
        firth.Limits(*arguments, **options)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", ["10", None, 1.5, b"1"])
def test_a_limit_that_is_no_number_is_refused_by_its_name(name, size):
    with pytest.raises(TypeError, match=f"limits.{name} must be an int, not '"):
        firth.Limits(**{name: size})


@pytest.mark.parametrize("name, size", [
    *((name, -1) for name in NAMES), *((name, 1 << 70) for name in NAMES),
    ("frame", 1 << 32), ("queue", 0)])
def test_a_limit_out_of_range_is_refused_by_its_name(name, size):
    with pytest.raises(ValueError, match=f"limits.{name} is {size} bytes, expected [01] to "):
        firth.Limits(**{name: size})


class Number:
    def __index__(self):
        return 10


def test_a_limit_may_be_whatever_counts():
    limits = firth.Limits(frame=Number())
    assert limits.frame == 10 and type(limits.frame) is int


@pytest.mark.parametrize("size", [0, (1 << 32) - 1])
def test_the_ends_of_the_range_are_in_it(streams, size):
    firth.Channel(streams[0], limits=firth.Limits(frame=size, inflated=size, queue=1))
    firth.FrameCodec(limits=firth.Limits(frame=size, inflated=size))
