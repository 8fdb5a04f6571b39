"""The testee's side of the protocol (see ../README.md), for testees in Python.

A testee is an object with connect(kind, address, options), send, recv, poll, close,
flush, cork, uncork, corked, handshake, finish, writes, codec(options), hello, encode,
encode_end, feed, decode (None: more bytes are wanted), end, brine_load(data, limits) and
brine_dump(notation, limits), version; those of what it lacks may be missing.
It raises Fault for an answer of `error CODE DETAIL`.
"""

import sys


class Fault(Exception):
    """An error that the testee reports."""

    def __init__(self, code, detail=""):
        super().__init__(code, detail)
        self.code = code
        self.detail = " ".join(str(detail).split()) or code


KINDS = {"preset": str, "key": bytes.fromhex, "batch_timeout": float}


def options_of(words):
    """`name=value` words as a dictionary; `limits.frame=10` stands in one of its own."""
    options = {}
    for word in words:
        name, value = word.split("=", 1)
        *outer, name = name.split(".")
        place = options.setdefault(outer[0], {}) if outer else options
        place[name] = KINDS.get(name, int)(value)
    return options


def connect(testee, read, kind, *words):
    if kind == "unix":
        testee.connect("unix", words[0], options_of(words[1:]))
    else:
        testee.connect("tcp", (words[0], int(words[1])), options_of(words[2:]))


def decode(testee, read):
    payload = testee.decode()
    return "more" if payload is None else ("payload", payload)


def brine_load(testee, read, *words):
    *options, length = words
    return "value", testee.brine_load(read(length), options_of(options)).encode()


def brine_dump(testee, read, *words):
    *options, length = words
    return "bytes", testee.brine_dump(read(length).decode(), options_of(options))


COMMANDS = {
    "connect": connect,
    "send": lambda testee, read, length: testee.send(read(length)),
    "recv": lambda testee, read, timeout: ("payload", testee.recv(float(timeout))),
    "poll": lambda testee, read, timeout: "true" if testee.poll(float(timeout)) else "false",
    "flush": lambda testee, read, timeout: testee.flush(float(timeout)),
    "cork": lambda testee, read: testee.cork(),
    "uncork": lambda testee, read, timeout: testee.uncork(float(timeout)),
    "corked": lambda testee, read: "true" if testee.corked() else "false",
    "handshake": lambda testee, read, timeout: testee.handshake(float(timeout)),
    "finish": lambda testee, read, timeout: testee.finish(float(timeout)),
    "writes": lambda testee, read: f"number {testee.writes()}",
    "close": lambda testee, read: testee.close(),
    "codec": lambda testee, read, *words: testee.codec(options_of(words)),
    "encode": lambda testee, read, length: ("bytes", testee.encode(read(length))),
    "hello": lambda testee, read: ("bytes", testee.hello()),
    "encode-end": lambda testee, read: ("bytes", testee.encode_end()),
    "feed": lambda testee, read, length: testee.feed(read(length)),
    "decode": decode,
    "end": lambda testee, read: testee.end(),
    "brine-load": brine_load,
    "brine-dump": brine_dump,
    "version": lambda testee, read: "version " + testee.version(),
}


def serve(testee, source=None, sink=None):
    """Answer commands until `quit`, or until there are no more."""
    source = source or sys.stdin.buffer
    sink = sink or sys.stdout.buffer

    def read(length):
        return source.read(int(length))

    for line in iter(source.readline, b""):
        name, *words = line.decode().split()
        if name == "quit":
            return
        try:
            answer = COMMANDS[name](testee, read, *words)
        except Fault as fault:
            answer = f"error {fault.code} {fault.detail}"
        write(sink, answer)


def write(sink, answer):
    if isinstance(answer, tuple):
        kind, data = answer
        sink.write(b"%s %d\n" % (kind.encode(), len(data)))
        sink.write(data)
    else:
        sink.write((answer or "ok").encode() + b"\n")
    sink.flush()
