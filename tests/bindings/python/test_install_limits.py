"""The limits of what rpyc makes over firth."""

import contextlib
import os
import struct

import pytest

import firth
import firth.rpyc
from rpyc_versions import serving

SMALL = firth.Limits(frame=10_000)


def test_channels_that_rpyc_makes_have_the_given_limits(rpyc, service):
    firth.rpyc.install(limits=SMALL)
    with serving(service) as port:
        connection = rpyc.connect("127.0.0.1", port)
        connection._channel.compress = False
        with pytest.raises(firth.BufferOverflowError, match="10000"):
            connection.root.echo(bytes(10_001))
        connection.close()


def test_a_frame_over_the_given_limits_is_refused(rpyc, sockets):
    firth.rpyc.install(limits=SMALL)
    with rpyc.Channel(rpyc.SocketStream(sockets[0])) as channel:
        sockets[1].sendall(struct.pack(">IB", 10_001, 0))
        with pytest.raises(firth.BufferOverflowError, match="10000"):
            channel.recv()


def test_a_connection_without_install_has_the_given_limits(rpyc):
    class Large(rpyc.Service):
        def exposed_large(self):
            return os.urandom(10_001)

    with serving(Large) as port:
        connection = firth.rpyc.connect("127.0.0.1", port, limits=SMALL)
        with pytest.raises(firth.BufferOverflowError, match="10000"):
            connection.root.large()
        # 6.0.2 would have the peer agree, and is told the same again.
        with contextlib.suppress(firth.BufferOverflowError):
            connection.close()


def test_what_is_installed_with_limits_is_a_channel_of_firths(rpyc):
    firth.rpyc.install(limits=SMALL)
    assert issubclass(rpyc.Channel, firth.Channel)
    assert rpyc.Channel.LIMITS == SMALL
    assert rpyc.utils.server.Channel is rpyc.core.Channel is rpyc.Channel
    assert firth.Channel.LIMITS is None


def test_installing_again_takes_the_new_limits_everywhere(rpyc):
    firth.rpyc.install(limits=SMALL)
    other = firth.Limits(frame=20_000)
    firth.rpyc.install(limits=other)
    assert rpyc.utils.server.Channel.LIMITS == rpyc.Channel.LIMITS == other
    firth.rpyc.install()
    assert rpyc.utils.server.Channel is rpyc.Channel is firth.Channel


def test_uninstall_takes_channels_with_limits_away(rpyc):
    stock = rpyc.Channel
    firth.rpyc.install(limits=SMALL)
    firth.rpyc.install(limits=firth.Limits())
    firth.rpyc.uninstall()
    assert rpyc.Channel is rpyc.utils.server.Channel is stock


def test_what_a_program_has_assigned_to_rpycs_class_holds_for_firths(rpyc, streams, sockets):
    rpyc.Channel.COMPRESSION_LEVEL, rpyc.Channel.COMPRESSION_THRESHOLD = 9, 10
    firth.rpyc.install()
    assert issubclass(rpyc.Channel, firth.Channel)
    with rpyc.Channel(streams[0]) as channel:
        channel.send(bytes(11))
        assert sockets[1].recv(100)[4:7] == b"\1\x78\xda"
    assert (firth.Channel.COMPRESSION_LEVEL, firth.Channel.COMPRESSION_THRESHOLD) == (1, 3000)


def test_what_is_assigned_goes_together_with_limits(rpyc):
    rpyc.Channel.COMPRESSION_LEVEL = 9
    firth.rpyc.install(limits=SMALL)
    assert (rpyc.Channel.COMPRESSION_LEVEL, rpyc.Channel.LIMITS) == (9, SMALL)


@pytest.mark.parametrize("name,value", [("FLUSHER", b""), ("FRAME_HEADER", struct.Struct("!QB")),
                                        ("COMPRESSION_LEVEL", 10)])
def test_what_firth_cannot_do_is_refused_and_nothing_is_installed(rpyc, name, value):
    setattr(rpyc.Channel, name, value)
    with pytest.raises((AttributeError, ValueError), match=name):
        firth.rpyc.install()
    assert not firth.rpyc.installed()


@pytest.mark.parametrize("limits", [10_000, {"frame": 10_000}, "much"])
def test_limits_of_another_type_are_refused_and_nothing_is_installed(rpyc, limits):
    with pytest.raises(TypeError, match=r"limits must be a firth\.Limits, not"):
        firth.rpyc.install(limits=limits)
    assert not firth.rpyc.installed()


def test_limits_of_another_type_leave_alone_what_is_installed(rpyc):
    firth.rpyc.install(limits=SMALL)
    with pytest.raises(TypeError):
        firth.rpyc.install(limits=10_000)
    assert rpyc.Channel.LIMITS == SMALL


def test_a_channels_limits_go_before_those_of_its_class(streams):
    kind = type("Small", (firth.Channel,), {"LIMITS": SMALL})
    with kind(streams[0], compress=False, limits=firth.Limits(frame=20_000)) as channel:
        channel.send(bytes(20_000))
        with pytest.raises(firth.BufferOverflowError):
            channel.send(bytes(20_001))


def test_the_limits_of_a_class_count_for_channels_made_afterwards(streams, monkeypatch):
    kind = type("Small", (firth.Channel,), {})
    before = kind(streams[0], compress=False)
    kind.LIMITS = SMALL
    after = kind(streams[1], compress=False)
    before.send(bytes(10_001))
    with pytest.raises(firth.BufferOverflowError, match="10000"):
        after.send(bytes(10_001))
