"""Each vector for reading: by channel, by codec, and byte after byte."""

from runner.case import Case
from runner.compare import require_equal
from runner.data import vectors
from runner.process import Failure

RECV = "recv 5"
ENDS = ("eof", "connection_lost")
LONGEST_DRIP = 200


def cases():
    for vector in vectors()[0]:
        ways = [("channel", by_channel), ("codec", by_codec)]
        if len(vector.data) <= LONGEST_DRIP:
            ways += [("drip-channel", by_dripping_channel), ("drip-codec", by_dripping_codec)]
        for name, way in ways:
            yield Case(f"{vector.name}/{name}", f"{vector.verdict} {vector.name.split('/')[0]}",
                       vector.about, bound(way, vector))


def bound(way, vector):
    return lambda session: way(session, vector)


def check(number, answer, expected):
    """One result against one answer: a payload, or an error of that code."""
    if isinstance(expected, bytes):
        if answer.kind != "payload":
            raise Failure(f"result {number}: expected a payload of {len(expected)} bytes, got {answer}")
        require_equal(f"result {number}", answer.data, expected)
    elif answer.code != expected:
        raise Failure(f"result {number}: expected error {expected}, got {answer}")


def by_channel(session, vector):
    receive_all(session, vector, [vector.data])


def by_dripping_channel(session, vector):
    receive_all(session, vector, [vector.data[i:i + 1] for i in range(len(vector.data))])


def receive_all(session, vector, pieces):
    """All results, then the last one again: it is an end, or a fault that is final."""
    far = session.connect(**vector.options)
    far.send(pieces, end=True)
    session.expect("true", "poll 5")
    results = [*vector.results, vector.results[-1]]
    for number, expected in enumerate(results, 1):
        check(number, session.ask(RECV), expected)


def by_codec(session, vector):
    session.codec(**vector.options)
    session.expect("ok", "feed", vector.data)
    for number, expected in enumerate(vector.results, 1):
        check(number, next_result(session), expected)
    if vector.results[-1] not in ENDS:
        check(len(vector.results) + 1, session.ask("decode"), vector.results[-1])


def next_result(session):
    """What decode gives, or, when it wants more, what end says."""
    answer = session.ask("decode")
    return session.ask("end") if answer.kind == "more" else answer


def by_dripping_codec(session, vector):
    """Fed byte after byte: the same results, in the same order, and no others."""
    session.codec(**vector.options)
    answers = []
    for at in range(len(vector.data)):
        session.expect("ok", "feed", vector.data[at:at + 1])
        answer = session.ask("decode")
        if answer.kind != "more":
            answers.append(answer)
        if answer.code and len(answers) == len(vector.results):
            break
    if len(answers) < len(vector.results):
        answers.append(session.ask("end"))
    for number, expected in enumerate(vector.results, 1):
        if number > len(answers):
            raise Failure(f"result {number}: expected {expected!r}, got nothing")
        check(number, answers[number - 1], expected)
