"""The demo's table, a line as soon as it is known; colours only on a terminal."""

import os
import sys

GREEN, RED, DIM, BOLD = "32", "31", "2", "1"
# (name, width): negative widths align to the right
COLUMNS = (
    ("language", 8), ("transport", 9), ("rpyc", 5), ("requests", 12), ("payloads", 16),
    ("frames equal to rpyc's", 22), ("round trip", -10), ("rpyc's own", -10), ("ratio", -5))
CHANNELS = (
    ("language", 8), ("compressed at level 9", 25), ("one at a time", -13), ("in batches", -10),
    ("corked", -6), ("encrypted", 18))

CALLS = (
    ("rpyc", 5), ("calls", 38), ("rpyc's own", -10), ("on firth", -8), ("ratio", -6))
# What each kind of call is, for people.
KINDS = {"greet": "a short text there, and one back", "measure": "64 KiB there, a number back",
         "process": "1000 numbers in a tuple there, one back"}


def paint(text, *codes):
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\033[{';'.join(codes)}m{text}\033[0m"


def say(text=""):
    print(text, flush=True)


def readable(size):
    for unit, bytes_ in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= bytes_ and size % bytes_ == 0:
            return f"{size // bytes_} {unit}"
    return f"{size} B"


def aligned(texts, columns=COLUMNS):
    return [text.ljust(width) if width > 0 else text.rjust(-width)
            for text, (_, width) in zip(texts, columns)]


def header(columns=COLUMNS):
    say(paint("  ".join(aligned((name for name, _ in columns), columns)), BOLD))
    say(paint("  ".join("-" * abs(width) for _, width in columns), DIM))


def cells(result):
    sizes = result.sizes
    payloads = "none"
    if sizes:
        payloads = f"{len(sizes)}, {readable(min(sizes))} to {readable(max(sizes))}"
    ratio = result.round_trip / result.rpyc_round_trip if result.rpyc_round_trip else 0
    return (
        result.language, result.transport, result.version,
        " ".join(sorted(result.said)) or "none", payloads,
        f"{result.equal} of {result.frames}",
        f"{result.round_trip:.1f} us", f"{result.rpyc_round_trip:.1f} us", f"{ratio:.2f}")


def line(result):
    padded = aligned(cells(result))
    padded[0] = paint(padded[0], BOLD)
    padded[5] = paint(padded[5], RED if result.problem else GREEN)
    say("  ".join(padded).rstrip())
    if result.problem:
        say(paint(f"    WRONG: {result.problem}", RED, BOLD))


def channels_header(version):
    say()
    say(f"Channels, with rpyc {version}: bytes for large data, system calls for 1000 payloads, and")
    say("what comes back from the same language under a key made of a passphrase.")
    say()
    header(CHANNELS)


def channels_line(shown):
    writes = [str(count) for count in shown.writes] or ["none"] * 3
    saved = f"{shown.size} B as {shown.sent} B" if shown.size else "none"
    row = [shown.language, saved, *writes, shown.answer or "none"]
    say("  ".join(aligned(row, CHANNELS)).rstrip())
    if shown.problem:
        say(paint(f"    WRONG: {shown.problem}", RED, BOLD))


def calls_header():
    say()
    say("rpyc itself, with firth in the place of its streams, channel and brine at both ends:")
    say("calls a second over TCP.")
    say()
    header(CALLS)


def calls_lines(called):
    if called.problem:
        say(f"{called.version}  " + paint(f"WRONG: {called.problem}", RED, BOLD))
        return
    for kind, own in called.rates["rpyc"].items():
        rate = called.rates["firth"][kind]
        say("  ".join(aligned([called.version, KINDS[kind], f"{own:.0f}", f"{rate:.0f}",
                               f"{rate / own:.2f}"], CALLS)))


def summary(results):
    payloads = sum(len(result.sizes) for result in results)
    frames = sum(result.frames for result in results)
    equal = sum(result.equal for result in results)
    say()
    say(f"{payloads} payloads came back as they were sent; "
        f"{equal} of {frames} frames are what rpyc's own Channel sends for the same payload.")
    say("Round trip: 16 bytes to the echo and back, median of 2000, both ends on one processor; "
        "rpyc's own")
    say("client was measured just before each, against the same echo.")
