"""Writes brine_vectors.json: the values of vectors/, the bytes that real rpyc makes of them.

    FIRTH_PEERS=build/peers python3 tests/conformance/make_brine_vectors.py

Every version of rpyc is asked, and must say the same: the bytes of each value, the value of all
bytes that are accepted. What it does with bytes that firth refuses is written down.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import brine  # noqa: E402
import rpyc_peers  # noqa: E402
from runner.brine_data import FILE, bytes_of, expanded, squeezed  # noqa: E402
from runner.process import Testee  # noqa: E402
from vectors import brine_refused, brine_values  # noqa: E402

RPYC_TESTEE = HERE / "testees" / "rpyc" / "testee.py"


class Disagreement(Exception):
    """rpyc and a vector."""


def text():
    """One vector a line."""
    peers = [Testee(version, [sys.executable, str(RPYC_TESTEE)], rpyc_peers.environment_for(version))
             for version in rpyc_peers.VERSIONS]
    try:
        values = [with_bytes(peers, vector) for vector in brine_values.vectors()]
        refused = [with_rpyc(peers, vector) for vector in brine_refused.vectors()]
    finally:
        for peer in peers:
            peer.stop()
    return (f'{{"format": 1,\n "rpyc": {json.dumps(rpyc_peers.VERSIONS)},\n "values": [\n{lines(values)}],\n'
            f' "refused": [\n{lines(refused)}],\n "undumpable": [\n{lines(brine_refused.values())}]}}\n')


def lines(vectors):
    return ",\n".join("  " + json.dumps(vector) for vector in vectors)


def with_bytes(peers, vector):
    """The bytes that all versions of rpyc make of the value."""
    notation = expanded(vector["value"])
    made = {peer.ask("brine-dump", notation.encode()).data for peer in peers}
    if len(made) != 1:
        raise Disagreement(f"{vector['name']}: the versions of rpyc make {len(made)} kinds of bytes")
    data = made.pop()
    for other in [data, *map(bytes_of, vector["accepted"])]:
        require_value(peers, vector["name"], other, notation)
    return {**vector, "bytes": squeezed(data.hex())}


def require_value(peers, name, data, notation):
    for peer in peers:
        answer = peer.ask("brine-load", data)
        if answer.kind != "value" or brine.normal(answer.data.decode()) != brine.normal(notation):
            raise Disagreement(f"{name}: rpyc {peer.name} loads {answer} {answer.data[:60]} from {data[:30].hex()}")


def with_rpyc(peers, vector):
    """What rpyc does with the bytes: one answer, or one a version. Left out where Python decides."""
    if "value" in vector:
        return vector
    said = {peer.name: what_of(peer.ask("brine-load", bytes_of(vector["bytes"]))) for peer in peers}
    first, *others = said.values()
    return {**vector, "rpyc": said if any(other != first for other in others) else first}


def what_of(answer):
    if answer.kind == "value":
        return {"loads": squeezed(brine.normal(answer.data.decode()))}
    return {"raises": answer.code}


if __name__ == "__main__":
    FILE.write_text(text())
