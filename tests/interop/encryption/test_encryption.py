"""firth talks to an implementation of its encryption that is not firth's."""

import pytest

from conftest import FIRTH, KEY, PEER

BOTH_WAYS = pytest.mark.parametrize("listener, connector", [(FIRTH, PEER), (PEER, FIRTH)],
                                    ids=["firth-listens", "peer-listens"])


@BOTH_WAYS
@pytest.mark.parametrize("compress, length", [(0, 0), (0, 200000), (1, 3000), (1, 200000)])
def test_payloads_come_back(meeting, listener, connector, compress, length):
    found = meeting.outcomes(listener, ["echo"], connector, ["ask", 20, length], compress=compress)
    assert found == ("came 20 ended eof", "came 20 ended ok")


@BOTH_WAYS
def test_keys_are_replaced_after_65536_frames(meeting, listener, connector):
    found = meeting.outcomes(listener, ["sink"], connector, ["send", 65800, 4])
    assert found == ("came 65800 ended eof", "came 0 ended ok")


@BOTH_WAYS
def test_keys_are_replaced_after_64_mebibytes(meeting, listener, connector):
    found = meeting.outcomes(listener, ["sink"], connector, ["send", 67, 1 << 20])
    assert found == ("came 67 ended eof", "came 0 ended ok")


@BOTH_WAYS
def test_a_side_that_sends_nothing_ends_cleanly(meeting, listener, connector):
    found = meeting.outcomes(listener, ["sink"], connector, ["send", 0, 0])
    assert found[1] == "came 0 ended ok"
    # firth does not wait for a hello that it needs for nothing.
    expected = ["eof"] if connector is PEER else ["eof", "connection_lost"]
    assert found[0] in [f"came 0 ended {end}" for end in expected]


@BOTH_WAYS
@pytest.mark.parametrize("other", [KEY[:-2] + "00", KEY + "00"], ids=["another", "zero-behind"])
def test_another_key_is_found_by_both(meeting, listener, connector, other):
    found = meeting.outcomes(listener, ["sink"], connector, ["ask", 1, 5], other_key=other)
    assert found[0] == "came 0 ended encryption"
    assert found[1] in ("came 0 ended encryption", "came 0 ended connection_lost")


def test_an_end_that_is_not_sealed_is_no_clean_one(meeting):
    found = meeting.outcomes(FIRTH, ["sink"], PEER, ["leave", 3])
    assert found == ("came 3 ended connection_lost", "came 0 ended ok")
