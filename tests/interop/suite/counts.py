"""What the processes of a run counted, as probe/sitecustomize.py writes it."""

import struct
from dataclasses import dataclass, field

EVENTS = ("channels", "sent", "received", "dumps", "loads")
_FORMAT = f"={2 * len(EVENTS)}Q"


@dataclass
class Counts:
    """Of all processes together: how often each event came, by firth and by others."""

    processes: int = 0
    by_firth: dict = field(default_factory=lambda: dict.fromkeys(EVENTS, 0))
    by_others: dict = field(default_factory=lambda: dict.fromkeys(EVENTS, 0))

    def add(self, numbers):
        self.processes += 1
        for event, firth, others in zip(EVENTS, numbers[::2], numbers[1::2]):
            self.by_firth[event] += firth
            self.by_others[event] += others


def read_counts(folder):
    """The sum of what the processes left in a folder. One that was killed as it began has
    an empty file."""
    counts = Counts()
    for path in folder.glob("*.counts"):
        data = path.read_bytes()
        if data:
            counts.add(struct.unpack(_FORMAT, data))
    return counts


def misses(stock, firth):
    """What says that firth was not used where rpyc's own classes were: lines."""
    found = []
    for event in EVENTS:
        if firth.by_others[event]:
            found.append(f"{event}: {firth.by_others[event]} not by firth")
        elif stock.by_others[event] and not firth.by_firth[event]:
            found.append(f"{event}: none by firth, {stock.by_others[event]} on stock rpyc")
    return found
