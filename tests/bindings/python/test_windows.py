"""What exists on Windows only."""

import pytest

import firth

WAYS = {
    "Win32PipeStream": lambda: firth.Win32PipeStream(3, 4),
    "Win32PipeStream of files": lambda: firth.Win32PipeStream(open("/dev/null"), open("/dev/null")),
    "from_std": firth.Win32PipeStream.from_std,
    "create_pair": firth.Win32PipeStream.create_pair,
    "NamedPipeStream": lambda: firth.NamedPipeStream(3, is_server_side=True),
    "create_server": lambda: firth.NamedPipeStream.create_server("name", connect=False),
    "create_client": lambda: firth.NamedPipeStream.create_client("name"),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_says_that_it_is_only_on_windows(way):
    with pytest.raises(firth.NotSupportedError, match="only on Windows$"):
        WAYS[way]()


def test_connect_server_is_only_on_windows(streams):
    with pytest.raises(firth.NotSupportedError, match="only on Windows$"):
        firth.NamedPipeStream.connect_server(streams[0])


@pytest.mark.parametrize("kind", [firth.Win32PipeStream, firth.NamedPipeStream])
def test_poll_takes_rpycs_interval(kind, streams):
    assert kind.poll(streams[0], 0, interval=0.01) is False


def test_the_classes_are_those_of_rpyc():
    assert issubclass(firth.NamedPipeStream, firth.Win32PipeStream)
    assert issubclass(firth.Win32PipeStream, firth.Stream)
    assert firth.NamedPipeStream.NAMED_PIPE_PREFIX == r"\\.\pipe\rpyc_"
