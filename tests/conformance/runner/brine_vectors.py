"""Each vector of brine: loaded, dumped, refused."""

import brine
from runner.brine_data import vectors
from runner.case import SET_ORDER, STRICT_BRINE, Case
from runner.compare import require_equal
from runner.process import Failure
from runner.session import words_of

SHOWN = 60
DISORDERED = "frozenset:5 int:4 str:61 int:0 bytes: int:3"
DISORDERED_BYTES = bytes.fromhex("1a1405" "54" "080a61" "50" "01" "53")


def cases():
    values, refused, undumpable = vectors()
    for vector in values:
        yield from cases_of(vector)
    for vector in refused:
        yield case_of(refuse, vector, f"brine/{vector.name}/refused", "brine: bytes refused", STRICT_BRINE)
    for vector in undumpable:
        yield case_of(refuse_value, vector, f"brine/{vector.name}/undumpable", "brine: values refused",
                      STRICT_BRINE)
    yield Case("brine/frozenset/order/load", "brine: order of sets", "the items as they came",
               lambda session: require_order(session), frozenset([SET_ORDER]))
    yield Case("brine/frozenset/order/dump", "brine: order of sets", "the items as they are in the set",
               lambda session: require_equal("dump", dumped(session, DISORDERED), DISORDERED_BYTES),
               frozenset([SET_ORDER]))


def case_of(way, vector, name, group, *needs):
    return Case(name, group, vector.about, lambda session: way(session, vector), frozenset(needs))


def cases_of(vector):
    yield case_of(load, vector, f"brine/{vector.name}/load", "brine: values loaded")
    yield case_of(dump, vector, f"brine/{vector.name}/dump", "brine: values dumped")
    if vector.accepted:
        yield case_of(load_others, vector, f"brine/{vector.name}/accepted", "brine: other bytes loaded")


def load(session, vector):
    require_value("load", loaded(session, vector.data, vector.limits), vector.value)


def load_others(session, vector):
    for data in vector.accepted:
        require_value(f"load of {data[:8].hex(' ')}", loaded(session, data), vector.value)


def dump(session, vector):
    """The very bytes; the items of a frozenset may stand in another order."""
    data = dumped(session, vector.value, vector.limits)
    if "frozenset:" in vector.value and len(data) == len(vector.data):
        require_value("dump", value_of(data, vector.limits), vector.value)
    else:
        require_equal("dump", data, vector.data)


def value_of(data, limits):
    try:
        return brine.decode(data, **limits)
    except brine.BrineError as error:
        raise Failure(f"dump: {data[:SHOWN].hex(' ')} is no brine: {error}") from None


def refuse(session, vector):
    answer = session.ask("brine-load" + words_of(vector.limits), vector.data)
    if vector.value and answer.kind == "value":
        require_value("load", answer.data.decode(), vector.value)
    elif answer.code != vector.error:
        raise Failure(f"load: expected error {vector.error}, got {answer} {answer.data[:SHOWN].decode()}".strip())


def refuse_value(session, vector):
    session.expect(f"error {vector.error}", "brine-dump" + words_of(vector.limits), vector.value.encode())


def require_order(session):
    got = loaded(session, DISORDERED_BYTES)
    if got != DISORDERED:
        raise Failure(f"load: {got} instead of {DISORDERED}")


def loaded(session, data, limits=()):
    return session.expect("value", "brine-load" + words_of(dict(limits)), data).data.decode()


def dumped(session, notation, limits=()):
    return session.expect("bytes", "brine-dump" + words_of(dict(limits)), notation.encode()).data


def require_value(what, got, expected):
    """Fail, naming the first word that differs, unless it is the value."""
    if got == expected or brine.normal(got) == brine.normal(expected):
        return
    words, wanted = got.split(" "), expected.split(" ")
    at = next((i for i, (a, b) in enumerate(zip(words, wanted)) if a != b), min(len(words), len(wanted)))
    raise Failure(f"{what}: {len(words)} words, first difference at {at}: "
                  f"{shown(words, at)} instead of {shown(wanted, at)}")


def shown(words, at):
    return words[at][:SHOWN] if at < len(words) else "the end"
