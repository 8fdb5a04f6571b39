"""A case: something that every testee must do."""

from typing import Callable, NamedTuple

LEVELS, BATCHING, CORKS, ENCRYPTION = "levels", "batching", "corks", "encryption"
STRICT_BRINE, SET_ORDER = "strict brine", "order of sets"


class Case(NamedTuple):
    """`run(session)` raises Failure; a case with no Failure passes.

    `needs` are abilities from above: the case is not for a testee that lacks one.
    """

    name: str
    group: str
    about: str
    run: Callable
    needs: frozenset = frozenset()

    def lacking(self, lacks):
        """Why it is not for a testee, given {ability: why it is not there}; "" if it is."""
        return "; ".join(reason for ability, reason in lacks.items() if ability in self.needs)


def all_cases(testees):
    """Every case, in the order in which they are shown.

    `testees` is {name: Testee}: there are cases of a testee with another one.
    """
    from runner import (altered, brine_random, brine_vectors, channels, encrypted, encryption_vectors, exchanges, pairs,
                        read_vectors, recorded, sealed_channels, send_vectors)
    cases = [*recorded.cases(), *read_vectors.cases(), *send_vectors.cases(), *exchanges.cases(),
             *channels.cases(), *pairs.cases(testees), *sealed_channels.cases(),
             *encryption_vectors.cases(), *altered.cases(), *encrypted.cases(testees),
             *brine_vectors.cases(), *brine_random.cases()]
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), "two cases of one name"
    return cases
