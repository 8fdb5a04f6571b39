"""Records real rpyc traffic into recordings/; see recordings/README.md.

    FIRTH_PEERS=build/peers python3 tests/conformance/record.py [--only NAME ...] [--into FOLDER]
"""

import argparse
import json
import platform
import socket
import sys
import tempfile
import zlib
from importlib import import_module, metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import rpyc_peers  # noqa: E402
import seeded  # noqa: E402
import wire  # noqa: E402
from recorder import pieces, privacy  # noqa: E402
from recorder.catalogue import scenarios_for  # noqa: E402
from recorder.conversation import Conversation  # noqa: E402
from recorder.relay import connected, relay  # noqa: E402

CHILD = HERE / "recorder" / "child.py"


def main():
    options = arguments()
    load_brine()
    recordings = known_recordings(options.into)
    for version in rpyc_peers.VERSIONS:
        for scenario in scenarios_for(version):
            name = f"rpyc-{version}/{scenario.name}"
            if not options.only or name in options.only:
                print(f"recording {name}", file=sys.stderr, flush=True)
                recordings[name] = record(version, scenario, options.into)
    write_index([recordings[name] for name in all_names() if name in recordings], options.into)


def all_names():
    return [f"rpyc-{version}/{scenario.name}" for version in rpyc_peers.VERSIONS
            for scenario in scenarios_for(version)]


def known_recordings(into):
    """{name: entry} of the index that is there already."""
    path = into / "index.json"
    entries = json.loads(path.read_text())["recordings"] if path.exists() else []
    return {entry["name"]: entry for entry in entries}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="*", metavar="NAME", help="e.g. rpyc-5.3.1/calls")
    parser.add_argument("--into", type=Path, default=HERE / "recordings")
    return parser.parse_args()


def load_brine():
    """rpyc's brine, the same in all its versions, names the messages."""
    sys.path.append(str(rpyc_peers.folder_of(rpyc_peers.VERSIONS[-1])))
    return import_module("rpyc.core.brine").load


def record(version, scenario, into):
    conversation = Conversation(version, scenario, load_brine())
    play(version, scenario, conversation.heard)
    conversation.check_complete()
    for frame in conversation.frames:
        privacy.check(frame.wire, scenario.name)
        privacy.check(frame.payload, scenario.name)
    return save(version, scenario, conversation.frames, into)


def play(version, scenario, heard):
    """Run the client and the server, each in an empty folder, with the relay between."""
    environment = dict(scenario.environment)
    with tempfile.TemporaryDirectory() as folder, \
            rpyc_peers.Peer(version, CHILD, "server", scenario.name, f"{folder}/server",
                            cwd=folder, environment=environment) as server, \
            listener_for(scenario, folder) as listener:
        address = server.address()
        with rpyc_peers.Peer(version, CHILD, "client", scenario.name, *place_of(listener),
                             cwd=folder, environment=environment) as client:
            listener.settimeout(30)
            near, _ = listener.accept()
            with near, connected(address) as far:
                near.settimeout(None)
                relay(near, far, heard)
            client.wait()
            server.wait()


def listener_for(scenario, folder):
    if scenario.transport == "tcp":
        return socket.create_server(("127.0.0.1", 0))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{folder}/relay")
    listener.listen(1)
    return listener


def place_of(listener):
    name = listener.getsockname()
    return ("tcp", *name) if isinstance(name, tuple) else ("unix", name)


def save(version, scenario, frames, into):
    """Write the binary file; gives the recording's entry for the index."""
    stored = bytearray()

    def store(data):
        stored.extend(data)
        return len(stored) - len(data)

    entries = [entry_for(number, frame, store) for number, frame in enumerate(frames)]
    path = into / f"rpyc-{version}" / f"{scenario.name}.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stored)
    return dict(about_recording(version, scenario), file=f"{path.parent.name}/{path.name}",
                frames=entries)


def entry_for(number, frame, store):
    return {"number": number, "from": frame.side, "what": frame.what,
            "length": len(frame.payload), "compressed": frame.compressed,
            "payload_sha256": wire.sha256(frame.payload), "frame_sha256": wire.sha256(frame.wire),
            "pieces": pieces.split(frame.wire, store)}


def about_recording(version, scenario):
    folder = str(rpyc_peers.folder_of(version))
    installed = {d.metadata["Name"].lower(): d.version for d in metadata.distributions(path=[folder])}
    return {"name": f"rpyc-{version}/{scenario.name}", "about": scenario.about,
            "rpyc": installed["rpyc"], "plumbum": installed["plumbum"],
            "python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION,
            "dialect": 6 if int(version.split(".")[0]) >= 6 else 5,
            "transport": scenario.transport,
            "compress": {"client": scenario.client_compresses,
                         "server": scenario.server_compresses},
            "environment": dict(scenario.environment)}


def write_index(recordings, into):
    """One frame a line, so that differences can be read."""
    runs = {name: {"kind": kind, "seed": seed} for name, (kind, seed) in seeded.SEEDS.items()}
    blocks = []
    for recording in recordings:
        head = json.dumps({k: v for k, v in recording.items() if k != "frames"})[:-1]
        lines = ",\n    ".join(json.dumps(frame) for frame in recording["frames"])
        blocks.append(f'  {head},\n   "frames": [\n    {lines}]}}')
    text = ",\n".join(blocks)
    (into / "index.json").write_text(
        f'{{"format": 1,\n "runs": {json.dumps(runs)},\n "recordings": [\n{text}\n]}}\n')


if __name__ == "__main__":
    main()
