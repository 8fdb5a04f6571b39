"""Cuts what was heard into frames, in the order in which they were complete."""

from typing import NamedTuple

import wire

from recorder.meaning import Interpreter


class HeardFrame(NamedTuple):
    side: str
    what: str
    wire: bytes
    payload: bytes
    compressed: bool


class Conversation:
    """Both directions of one recording; `load` is rpyc's brine.load."""

    def __init__(self, version, scenario, load):
        self.frames = []
        self._pending = {"client": bytearray(), "server": bytearray()}
        self._compresses = {"client": scenario.client_compresses,
                            "server": scenario.server_compresses}
        skip = 16 if dict(scenario.environment).get("RPYC_BIND_THREADS") else 0
        dialect = 6 if int(version.split(".")[0]) >= 6 else 5
        self._interpreter = Interpreter(load, dialect, skip)
        self._bare = scenario.module == "channel"

    def heard(self, side, data):
        pending = self._pending[side]
        pending += data
        frame = wire.first_frame(pending)
        while frame:
            del pending[:len(frame.wire)]
            self._take(side, frame)
            frame = wire.first_frame(pending)

    def _take(self, side, frame):
        self._check_sealed(side, frame)
        what = "payload" if self._bare else self._interpreter.meaning(side, frame.payload)
        self.frames.append(HeardFrame(side, what, *frame))

    def _check_sealed(self, side, frame):
        """rpyc's bytes are what the rule of the frame says."""
        if frame.wire != wire.frame_of(frame.payload, wire.LEVEL * self._compresses[side]):
            raise ValueError(f"frame {len(self.frames)} of the {side} is not sealed as expected")

    def check_complete(self):
        for side, pending in self._pending.items():
            if pending:
                raise ValueError(f"{len(pending)} bytes of the {side} end inside a frame")
        if not self.frames:
            raise ValueError("nothing was recorded")
