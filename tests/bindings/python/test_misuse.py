"""Wrong types, wrong values, objects that were never made: errors, no crash."""

import copy
import pickle

import pytest

import firth
from firth import _firth

CLASSES = [firth.Stream, firth.SocketStream, firth.PipeStream, firth.BufferedStream,
           firth.TLSStream,
           firth.TunneledSocketStream, firth.Win32PipeStream, firth.NamedPipeStream,
           firth.Channel, firth.CompressedChannel, firth.BatchingChannel, firth.EncryptedChannel,
           firth.FrameCodec, firth.Listener]


SWIGS_OWN = ("this", "thisown")


def builtin_of(kind):
    """The class of the extension module below a class."""
    return next(base for base in kind.__mro__ if base in vars(_firth).values())


def methods_of(kind):
    return [name for name in vars(builtin_of(kind))
            if not name.startswith("_") and name not in SWIGS_OWN]


@pytest.mark.parametrize("kind, name", [(k, n) for k in CLASSES for n in methods_of(k)])
def test_an_object_without_its_init_refuses(kind, name):
    made = kind.__new__(kind)
    arguments = {"send": (b"",), "write": (b"",), "write_some": (b"",), "unread": (b"",),
                 "encode": (b"",), "feed": (b"",), "read": (1,), "read_some": (1,),
                 "set_timeout": (1,), "set_compress": (True,)}.get(name, ())
    with pytest.raises(ValueError, match="never initialised"):
        vars(builtin_of(kind))[name](made, *arguments)


@pytest.mark.parametrize("kind", CLASSES)
def test_an_object_without_its_init_can_be_shown_and_forgotten(kind):
    assert kind.__name__ in repr(kind.__new__(kind))


@pytest.mark.parametrize("payload", ["text", None, 5, 1.5, [1], object()])
def test_what_is_no_bytes_cannot_be_sent(channel, payload):
    with pytest.raises(TypeError):
        channel.send(payload)
    with pytest.raises(TypeError):
        channel.stream.write(payload)


def test_what_is_not_contiguous_cannot_be_sent(channel):
    with pytest.raises(BufferError):
        channel.send(memoryview(b"abcd")[::2])


def test_a_buffer_is_free_again_after_the_call(channels):
    data = bytearray(b"abc")
    channels[0].send(data)
    data.extend(b"def")
    assert channels[1].recv() == b"abc"


def test_a_buffer_is_free_again_after_a_failed_call(channel):
    data = bytearray(b"abc")
    channel.close()
    with pytest.raises(firth.ClosedError):
        channel.send(data)
    with pytest.raises(TypeError):
        channel.send(data, timeout="soon")
    data.extend(b"def")


@pytest.mark.parametrize("timeout, error", [
    ("1", TypeError), (b"1", TypeError), ([], TypeError), (1j, TypeError),
    (float("nan"), ValueError), (10 ** 400, OverflowError)])
def test_what_is_no_time_is_refused(channel, timeout, error):
    for call in (channel.recv, channel.poll, channel.flush, channel.finish):
        with pytest.raises(error):
            call(timeout)
    assert not channel.closed


def test_an_error_in_a_timeout_object_comes_out(channel):
    class Broken:
        def timeleft(self):
            raise LookupError("no time")

    with pytest.raises(LookupError):
        channel.recv(Broken())


@pytest.mark.parametrize("length, error", [("1", TypeError), (None, TypeError), (1.5, TypeError),
                                           (-1, ValueError), (1 << 70, OverflowError)])
def test_what_is_no_length_is_refused(streams, length, error):
    with pytest.raises(error):
        streams[0].read(length)


def test_a_length_that_no_memory_has_is_a_memory_error(streams):
    with pytest.raises(MemoryError):
        streams[0].read(1 << 62)


@pytest.mark.parametrize("stream", [None, 5, "text", object()])
def test_a_channel_wants_a_stream(stream):
    with pytest.raises(TypeError):
        firth.Channel(stream)


def test_a_channel_and_a_codec_are_no_streams(channel):
    for thing in (channel, firth.FrameCodec()):
        with pytest.raises(TypeError):
            firth.Channel(thing)


def test_a_channel_wants_a_stream_that_was_made():
    with pytest.raises(ValueError):
        firth.Channel(firth.Stream.__new__(firth.Stream))


@pytest.mark.parametrize("sock", [None, 5, "text", object()])
def test_a_socket_stream_wants_a_socket(sock):
    with pytest.raises(TypeError):
        firth.SocketStream(sock)


@pytest.mark.parametrize("again", ["channel", "stream"])
def test_init_runs_once(channel, streams, again):
    made = channel if again == "channel" else streams[0]
    with pytest.raises(ValueError):
        made.__init__(streams[1])


def test_adopt_checks_what_it_is_given(streams):
    for object_, raw in [(None, None), (5, streams[0]), (firth.Channel.__new__(firth.Channel),
                                                         firth.FrameCodec())]:
        with pytest.raises(TypeError):
            _firth.adopt(object_, raw)


@pytest.mark.parametrize("call, error", [
    (lambda c: c.send(), TypeError), (lambda c: c.send(b"", 1, 2), TypeError),
    (lambda c: c.send(b"", timeOut=1), TypeError), (lambda c: c.send(b"", data=b""), TypeError),
    (lambda c: c.send(**{"da\0ta": b""}), TypeError), (lambda c: c.recv(1, timeout=1), TypeError),
    (lambda c: c.close(1), TypeError), (lambda c: c.poll(0, 0), TypeError)])
def test_wrong_arguments_are_refused(channel, call, error):
    with pytest.raises(error):
        call(channel)


def test_arguments_may_be_keywords(channels):
    channels[0].send(data=b"abc", timeout=1)
    channels[0].send(timeout=None, data=b"def")
    assert [channels[1].recv(), channels[1].recv(timeout=1)] == [b"abc", b"def"]


@pytest.mark.parametrize("host, error", [(5, TypeError), ("a\0b", ValueError),
                                         ("x" * 100 + "\xe9", ValueError)])
def test_what_is_no_host_is_refused(host, error):
    with pytest.raises(error):
        firth.SocketStream.connect(host, 1)


@pytest.mark.parametrize("port, error", [([80], TypeError), (None, TypeError), (-1, ValueError),
                                         (65536, ValueError), ("65536", ValueError),
                                         (1 << 40, OverflowError)])
def test_what_is_no_port_is_refused(port, error):
    with pytest.raises(error):
        firth.SocketStream.connect("127.0.0.1", port)


def test_how_to_connect_is_given_by_name_as_with_rpyc():
    with pytest.raises(TypeError, match="positional"):  # ipv6 to some, a time-out to others
        firth.SocketStream.connect("127.0.0.1", 1, True)
    with pytest.raises(TypeError, match="positional"):
        firth.SocketStream.ssl_connect("127.0.0.1", 1, {}, 3)


def test_the_error_of_a_number_names_what_was_expected_and_found(streams):
    with pytest.raises(TypeError, match="port must be an int, not 'list'"):
        firth.SocketStream.connect("127.0.0.1", [80])
    with pytest.raises(OverflowError, match="compression_level is 1099511627776"):
        firth.Channel(streams[0], compression_level=1 << 40)


@pytest.mark.parametrize("path, error", [(None, TypeError), (5, TypeError), ("a\0b", ValueError)])
def test_what_is_no_path_is_refused(path, error):
    with pytest.raises(error):
        firth.SocketStream.unix_connect(path)


@pytest.mark.parametrize("options", [
    {"compression_level": 10}, {"compression_threshold": -1}, {"batch_size": 0},
    {"batch_size": -1}, {"batch_timeout": float("nan")}, {"key": b"x" * 15}, {"key": b"x" * 65},
    {"key": b""}, {"key": memoryview(b"")}])
def test_options_out_of_range_are_refused(streams, options):
    with pytest.raises(ValueError):
        firth.Channel(streams[0], **options)


@pytest.mark.parametrize("options", [
    {"compression_level": "1"}, {"compression_threshold": 1.5}, {"no_such_option": 1},
    {"batch_size": None}, {"batch_size": "2"}, {"batch_timeout": "soon"}, {"key": "x" * 32},
    {"key": 32}, {"limits": {"frame": 10}}, {"limits": 10}, {"frame_limit": 10}])
def test_options_of_the_wrong_type_are_refused(streams, options):
    with pytest.raises(TypeError):
        firth.Channel(streams[0], **options)


@pytest.mark.parametrize("option", [
    "compression_level", "compression_threshold", "batch_size", "batch_timeout", "key"])
@pytest.mark.parametrize("value", ["x", object(), [], 1j])
def test_the_error_of_an_option_of_the_wrong_type_names_it_and_the_type(streams, option, value):
    with pytest.raises(TypeError, match=f"^{option} must be .*, not '{type(value).__name__}'$"):
        firth.Channel(streams[0], **{option: value})


@pytest.mark.parametrize("option, value, error", [
    ("compression_threshold", 1 << 70, OverflowError), ("batch_size", -1 << 70, OverflowError),
    ("batch_size", -1, ValueError), ("batch_timeout", float("nan"), ValueError)])
def test_the_error_of_an_option_out_of_range_names_it(streams, option, value, error):
    with pytest.raises(error, match=f"^{option} must "):
        firth.Channel(streams[0], **{option: value})


def test_streams_and_channels_are_neither_copied_nor_pickled(channel):
    for thing in (channel, channel.stream):
        with pytest.raises(TypeError):
            copy.copy(thing)
        with pytest.raises(TypeError):
            pickle.dumps(thing)


def test_no_class_can_be_two_kinds_of_object():
    with pytest.raises(TypeError, match="conflict"):
        type("Both", (firth.Channel, firth.Stream), {})


def test_an_object_equals_itself_alone(streams):
    again = firth.Stream(streams[0])
    assert streams[0] == streams[0] and streams[0] != again and streams[0] != 5
    assert {streams[0]: 1, again: 2}[again] == 2
    with pytest.raises(TypeError):
        streams[0] < streams[1]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_public_name_says_what_it_does(kind):
    assert kind.__doc__
    names = set(vars(kind)) | set(methods_of(kind))
    for name in names:
        if not name.startswith("_") and not name.isupper():
            assert getattr(kind, name).__doc__, name
