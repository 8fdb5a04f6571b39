from typing import NamedTuple

class Live(NamedTuple):
    objects: int
    allocations: int
def live() -> Live: ...
