"""Calls methods of a real rpyc server through rpyc itself, and says how many a second.

    PYTHONPATH=build/peers/rpyc-6.0.2 python3 caller.py HOST PORT [firth]

With `firth`, rpyc runs on firth (firth.rpyc.install). Says a line `NAME CALLS_A_SECOND` for
each kind of call, then `over MODULE.CLASS` of its channel.
"""

import random
import sys
import time

import rpyc

SECONDS = 0.3  # at least, for each kind
NUMBERS = tuple(range(1000))
DATA = random.Random(5).randbytes(65536)


def kinds(root):
    """name: (one call, its answer)"""
    return {
        "greet": (lambda: root.greet("rpyc"), "hello rpyc"),
        "measure": (lambda: root.measure(DATA), len(DATA)),
        "process": (lambda: root.process_large_data(NUMBERS), sum(NUMBERS)),
    }


def calls_a_second(name, call, answer):
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < SECONDS:
        found = call()
        if found != answer:
            sys.exit(f"{name} answered {found!r}, expected {answer!r}")
        count += 1
    return count / elapsed


def main(host, port, *firth):
    if firth:
        import firth.rpyc
        firth.rpyc.install()
    conn = rpyc.connect(host, int(port))
    for name, (call, answer) in kinds(conn.root).items():
        call()
        print(f"{name} {calls_a_second(name, call, answer):.0f}", flush=True)
    channel = type(conn._channel)
    print(f"over {channel.__module__}.{channel.__qualname__}")
    conn.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
