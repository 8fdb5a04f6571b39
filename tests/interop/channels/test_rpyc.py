"""rpyc's calls over firth's channels, with stock rpyc at the other end, either way round."""

import pytest
from conftest import STOCK
from rpyc_peers import VERSIONS

CALLS = 100  # that are made without waiting, each way
BATCH = {"batch_size": 10, "batch_timeout": None}
CHANNELS = {
    "plain": ["Channel", {}],
    "compressed-0": ["CompressedChannel", {"compression_level": 0}],
    "compressed-9": ["CompressedChannel", {"compression_level": 9}],
    "batching": ["BatchingChannel", BATCH],
    "compressed-batching": ["CompressedChannel", {"compression_level": 6, **BATCH}],
}
COUNTS = {"writes", "server_writes", "server", "client"}


@pytest.fixture(params=VERSIONS)
def version(request):
    return request.param


def outcome(result):
    """What the calls gave."""
    return {name: value for name, value in result.items() if name not in COUNTS}


def expected_writes(channel):
    """One a call or one a batch; rpyc may say between them that it lets an object go."""
    least = CALLS // 10 if "batching" in channel else CALLS
    return range(least, least + 2)


@pytest.mark.parametrize("channel", CHANNELS)
def test_calls_to_stock_rpyc_give_what_they_give_without_firth(talk, among_stock, version, channel):
    with talk(version, server=STOCK, client=CHANNELS[channel]) as conversation:
        result = conversation.result
    assert outcome(result) == outcome(among_stock(version))
    assert result["server"] == among_stock(version)["server"]
    assert result["writes"] in expected_writes(channel)


@pytest.mark.parametrize("channel", CHANNELS)
def test_calls_from_stock_rpyc_give_what_they_give_without_firth(talk, among_stock, version, channel):
    with talk(version, server=CHANNELS[channel], client=STOCK) as conversation:
        result = conversation.result
    assert outcome(result) == outcome(among_stock(version))
    assert result["client"] == among_stock(version)["client"]
    assert result["server_writes"] in expected_writes(channel)


def test_what_stock_rpyc_gives_is_right(among_stock, version):
    result = among_stock(version)
    assert result["echoes"] == [True] * 6
    assert result["failure"] == "as it should"
    assert result["mapped"] == [0, 1, 4, 9, 16]
    assert result["notes"] == result["given"] == list(range(CALLS))


def test_a_batch_with_a_call_leaves_when_its_time_has_come(talk, version):
    timed = ["BatchingChannel", {"batch_size": 1000, "batch_timeout": 0.05}]
    with talk(version, server=STOCK, client=timed) as conversation:
        conversation.client.say("say")
        assert conversation.server.line() == "said"


def test_a_batch_leaves_while_another_thread_waits_for_calls(talk, version):
    timed = ["BatchingChannel", {"batch_size": 1000, "batch_timeout": 0.05}]
    with talk(version, server=timed, client=STOCK) as conversation:
        conversation.client.say("later")
        assert conversation.client.line() == "late"


def test_a_higher_level_writes_fewer_bytes(talk, version):
    written = []
    for level in (0, 1, 9):
        channel = ["CompressedChannel", {"compression_level": level}]
        with talk(version, server=STOCK, client=channel) as conversation:
            written.append(conversation.result["client"])
    assert written == sorted(written, reverse=True)
    assert len(set(written)) == 3
