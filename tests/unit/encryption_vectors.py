"""Writes the test vectors of the encryption as a C header.

Usage: encryption_vectors.py encryption_vectors.json OUTPUT"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "conformance"))

import seeded  # noqa: E402

BYTES = ("private_key", "public_key", "hello", "traffic_key", "ready", "end")


class Header:
    def __init__(self):
        self.arrays = {}

    def slice(self, data):
        name = self.arrays.setdefault(data, f"bytes_{len(self.arrays)}")
        return f"{{{name}, {len(data)}}}"

    def hex(self, digits):
        return self.slice(bytes.fromhex(digits))

    def pieces(self, pieces):
        return self.slice(b"".join(
            bytes.fromhex(rest[0]) if kind == "hex" else seeded.named(rest[0], rest[2], rest[1])
            for kind, *rest in pieces))

    def frame(self, entry):
        sealed = self.hex(entry["deflated"]) if "deflated" in entry else self.pieces(entry["payload"])
        return (f"{{{entry['inner']}, {self.pieces(entry['payload'])}, {sealed}, "
                f"{self.hex(entry['frame'])}}}")

    def side(self, entry):
        fields = ", ".join(self.hex(entry[name]) for name in BYTES)
        frames = ", ".join(self.frame(frame) for frame in entry["frames"])
        return f"{{{fields}, {{{frames}}}}}"

    def session(self, entry):
        return (f"{{\"{entry['name']}\", {self.hex(entry['shared_key'])}, "
                f"{self.hex(entry['shared_hash'])}, {self.hex(entry['secret'])}, "
                f"{{{self.side(entry['left'])}, {self.side(entry['right'])}}}}}")

    def text(self, vectors):
        sessions = ",\n".join(self.session(entry) for entry in vectors["sessions"])
        frames, large = vectors["ratchet"]["frames"], vectors["ratchet"]["bytes"]
        shown = ", ".join(f"{{{f['number']}, {self.hex(f['frame'])}}}" for f in frames["frames"])
        ratchet = (f"{{{self.hex(frames['shared_key'])}, {self.hex(frames['next_traffic_key'])}, "
                   f"{frames['count']}, {self.hex(frames['sha256'])}, {{{shown}}}}}")
        by_bytes = f"{{{large['count']}, {large['length']}, {self.hex(large['sha256'])}}}"
        arrays = "".join(f"static const unsigned char {name}[] = {{{', '.join(map(str, data or bytes(1)))}}};\n"
                         for data, name in self.arrays.items())
        return (arrays + f"static const vector_session sessions[] = {{\n{sessions}}};\n"
                f"static const vector_ratchet by_frames = {ratchet};\n"
                f"static const vector_bytes by_bytes __attribute__((unused)) = {by_bytes};\n")


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(Header().text(json.loads(Path(sys.argv[1]).read_text())))
