"""What the exceptions are, and what they tell."""

import builtins
import errno
import pickle
import socket
import ssl
import zlib

import pytest

import firth

BASES = {
    firth.ConnectionLostError: (EOFError,),
    firth.ClosedError: (EOFError,),
    firth.TimeoutError: (builtins.TimeoutError,),
    firth.BusyError: (firth.TimeoutError,),
    firth.ProtocolError: (),
    firth.BufferOverflowError: (),
    firth.CompressionError: (zlib.error,),
    firth.EncryptionError: (),
    firth.TLSError: (ssl.SSLError, EOFError),
    firth.CertificateError: (ssl.SSLCertVerificationError, firth.TLSError),
    firth.TunnelError: (),
    firth.UnsentError: (),
    firth.NotSupportedError: (),
    firth.ForkedError: (),
    firth.SystemCallError: (OSError,),
    firth.PermissionError: (builtins.PermissionError, firth.SystemCallError),
    firth.ConnectionRefusedError: (builtins.ConnectionRefusedError,),
    firth.HostNotFoundError: (socket.gaierror,),
    firth.FileNotFoundError: (builtins.FileNotFoundError,),
}


@pytest.mark.parametrize("kind", BASES)
def test_every_error_is_a_stream_error_and_what_it_should_be(kind):
    assert issubclass(kind, (firth.StreamError,))
    for base in BASES[kind]:
        assert issubclass(kind, base)


def test_every_class_of_errors_is_in_the_table():
    classes = {thing for thing in vars(firth).values()
               if isinstance(thing, type) and issubclass(thing, BaseException)}
    assert classes == {firth.StreamError, *BASES}


def test_a_time_out_is_no_end_of_file():
    assert not issubclass(firth.TimeoutError, EOFError)


@pytest.mark.parametrize("kind", [firth.StreamError, *BASES])
def test_errors_survive_pickling(kind):
    error = kind(2, "text") if issubclass(kind, OSError) else kind("text")
    error.count = 5
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (again.args, again.errno, again.count) == (error.args, error.errno, 5)


@pytest.mark.parametrize("kind", [firth.StreamError, *BASES])
def test_errors_are_found_where_they_say_they_are(kind):
    assert getattr(firth, kind.__qualname__) is kind
    assert kind.__module__ == "firth"


def raised_by(call, *arguments, **keywords):
    with pytest.raises(Exception) as caught:
        call(*arguments, **keywords)
    return caught.value


def test_an_error_without_a_number_has_its_text_alone(channel):
    error = raised_by(channel.recv, 0)
    assert (error.errno, error.code) == (None, "timeout")
    assert str(error) == error.args[0] != ""


def test_an_error_of_the_system_has_number_and_text(tmp_path):
    error = raised_by(firth.SocketStream.unix_connect, tmp_path / "nothing")
    assert error.code == "file_not_found"
    assert error.errno == error.args[0] == errno.ENOENT
    assert str(tmp_path / "nothing") in error.args[1]


def test_a_name_that_does_not_resolve_has_the_resolvers_number():
    error = raised_by(firth.SocketStream.connect, "no.such.host.invalid", 1)
    assert type(error) is firth.HostNotFoundError
    assert error.errno in (socket.EAI_NONAME, socket.EAI_AGAIN)


def test_a_reset_connection_tells_its_number(listener):
    here = socket.create_connection(("127.0.0.1", listener.port))
    with listener.accept() as there:
        here.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        here.close()
        error = raised_by(there.read, 1)
        assert type(error) is firth.ConnectionLostError
        assert (error.errno, error.clean) == (errno.ECONNRESET, False)


def test_what_the_system_does_not_permit_is_a_permission_error():
    from firth import _errors
    error = _errors.make("system", "bind: Permission denied", errno.EACCES, 0, 0, 0)
    assert type(error) is firth.PermissionError
    assert error.errno == errno.EACCES


@pytest.mark.parametrize("code, kind", [
    ("not_supported", firth.NotSupportedError), ("forked", firth.ForkedError),
    ("interrupted", firth.StreamError), ("invalid", ValueError),
    ("a code to come", firth.StreamError)])
def test_codes_make_their_errors(code, kind):
    from firth import _errors
    error = _errors.make(code, "text", 0, 0, 0, 0)
    assert type(error) is kind
    assert str(error) == "text"


def test_versions_are_those_of_the_libraries():
    assert firth.version() == firth.__version__ == "0.1.0"
    assert firth.zlib_version() == zlib.ZLIB_RUNTIME_VERSION


def test_constants_have_rpycs_values():
    assert (firth.COMPRESSION_THRESHOLD, firth.COMPRESSION_LEVEL) == (3000, 1)
    assert firth.Channel.COMPRESSION_THRESHOLD == 3000
    assert firth.Channel.COMPRESSION_LEVEL == 1
    assert (firth.FRAME_HEADER_SIZE, firth.FRAME_TRAILER_SIZE) == (5, 1)
    assert firth.FRAME_LIMIT == firth.INFLATED_LIMIT == 256 << 20
    assert (firth.CONNECT_TIMEOUT, firth.FINISH_TIMEOUT, firth.KEEPALIVE_DEFAULT) == (3, 3, 60)
