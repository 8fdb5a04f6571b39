"""What a write of firth's below an object had taken, when the object fails by its error."""

import os

import pytest

import firth
from custom_objects import MonitoredStream, Scripted
from support import LONG, Caller, Rung, frame


class Taking:
    """Below: takes as many bytes of its writes as `counts` say, then fails once, then takes all."""

    def __init__(self, *counts):
        self._counts = [*counts, Rung()]
        self.taken = b""
        self.stream = firth.Stream(Scripted(write=self._write))

    def _write(self, data):
        count = self._counts.pop(0) if self._counts else len(data)
        if isinstance(count, Rung):
            raise count
        self.taken += data[:count]
        return count

    def failure(self, data):
        """The error of a write that takes a part."""
        with pytest.raises(Rung) as caught:
            self.stream.write(data)
        return caught.value


def test_it_is_not_sent_again_over_an_object_below():
    below = Taking(3)
    channel = firth.Channel(MonitoredStream(below.stream))
    with pytest.raises(Rung):
        channel.send(b"payload")
    assert channel.pending() == len(frame(b"payload")) - 3
    channel.flush()
    assert below.taken == frame(b"payload")


def test_it_is_not_sent_again_in_the_first_call_of_a_thread(streams):
    channel = firth.Channel(MonitoredStream(streams[0]))
    payload = os.urandom(8 << 20)
    streams[0].timeout = 0
    with pytest.raises(firth.TimeoutError):
        Caller(lambda: channel.send(payload)).result()
    assert 0 < channel.pending() < len(payload)
    streams[0].timeout = None
    flushing = Caller(channel.flush)
    assert firth.Channel(streams[1]).recv(LONG) == payload
    flushing.result()


def test_nothing_of_it_stays_on_the_error():
    channel = firth.Channel(MonitoredStream(Taking(3).stream))
    with pytest.raises(Rung) as caught:
        channel.send(b"payload")
    assert vars(caught.value) == {}


def test_an_error_outside_of_an_object_carries_nothing():
    assert vars(Taking(3).failure(b"payload")) == {}


def test_an_error_of_an_earlier_write_counts_for_nothing():
    below = Taking(3)
    errors = []

    def write(data):
        if not errors:
            errors.append(below.failure(data))
            return 3
        if len(errors) == 1:
            errors.append(None)
            raise errors[0]
        below.stream.write(data)

    channel = firth.Channel(Scripted(write=write))
    with pytest.raises(Rung):
        channel.send(b"payload")
    channel.flush()
    assert below.taken == frame(b"payload")


def test_an_error_of_another_threads_write_counts_for_nothing():
    below, errors, sent = Taking(3), [], []

    def write_elsewhere(data):
        errors.append(below.failure(data))

    def write(data):
        if not errors:
            other = firth.Stream(Scripted(write=write_elsewhere))
            Caller(lambda: other.write(b"something else")).result()
            raise errors[0]
        sent.append(data)

    channel = firth.Channel(Scripted(write=write))
    with pytest.raises(Rung):
        channel.send(b"payload")
    channel.flush()
    assert b"".join(sent) == frame(b"payload")


@pytest.mark.parametrize("more", [0, 2])
def test_as_much_as_was_to_be_written_is_no_part_of_it(more):
    below = Taking(len(frame(b"payload")) + more)
    channel = firth.Channel(Scripted(write=lambda data: below.stream.write(data + data)))
    with pytest.raises(Rung):
        channel.send(b"payload")
    assert channel.pending() == len(frame(b"payload"))
