"""A case: something that every testee must do."""

from typing import Callable, NamedTuple


class Case(NamedTuple):
    """`run(session)` raises Failure; a case with no Failure passes."""

    name: str
    group: str
    about: str
    run: Callable


def all_cases():
    """Every case, in the order in which they are shown."""
    from runner import exchanges, read_vectors, recorded, send_vectors
    cases = [*recorded.cases(), *read_vectors.cases(), *send_vectors.cases(), *exchanges.cases()]
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), "two cases of one name"
    return cases
