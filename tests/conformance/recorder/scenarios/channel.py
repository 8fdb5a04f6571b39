"""Payloads without any protocol in them: rpyc's Channel, alone, on both sides."""

import seeded

SIZES = (0, 1, 2, 255, 256, 2999, 3000, 3001, 3002, 63993, 63994, 63995, 63999, 64000, 64001, 65535, 65536)


def payloads():
    for size in SIZES:
        yield seeded.named("text", size)
        yield seeded.named("random", size)
    yield b"\n" * 10
    yield b"\0" * 3000
    yield b"\0" * 3001
    yield b"\xff" * 100000
    yield bytes(range(256)) * 16


def talk_channel(channel):
    for payload in payloads():
        channel.send(payload)
        assert channel.recv() == payload
    channel.send(b"end")


def serve_channel(channel):
    payload = channel.recv()
    while payload != b"end":
        channel.send(payload)
        payload = channel.recv()
