"""Inputs of fuzz_sealed and fuzz_handshake."""

TEXT = b"brine is salty, rivers are not"
HELLO = b"\0\0\0\x29\0firth\0ec"


def payload(data):
    return bytes([len(data)]) + data


def sealed():
    """Options, then payloads with every kind of change."""
    some = payload(b"") + payload(TEXT) + b"\x7f" + payload(b"x")
    changes = (b"", b"\xa0\x00\x00", b"\xa3\x00\x03", b"\xa7\x00\x2a", b"\xc0\x00\x17\x05",
               b"\xc0\x00\x00\x17", b"\xd0\x00\x17\x30", b"\xe4\x00\x10abcd", b"\xff\x00\x00" + bytes(31))
    for options in (0, 1, 2, 7):
        for change in changes:
            yield bytes([options]) + some + change
            yield bytes([options]) + some + b"\x80" + change
    yield b"\0\x80" + payload(b"late")
    yield b"\1" + b"\x7f" * 40 + b"\x80"


def handshake():
    """How the bytes are cut, how many true ones come first, what follows."""
    for cut in (0, 2, 255):
        for before in (0, 1, 5, 13, 14, 46, 47, 48, 69, 70, 97, 98, 120, 121, 255):
            yield bytes([cut, before])
    firsts = [b"GET / HTTP/1.1\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
              b"\0\0\0\5\0brine\n", b"\0\0\0\x29\0" + bytes(41) + b"\n", HELLO + b"\2" + bytes(32) + b"\n",
              HELLO + b"\1" + bytes(32) + b"\n", HELLO + b"\1" + b"\1" + bytes(31) + b"\n",
              HELLO + b"\1" + bytes(range(32)) + b"\n" + b"\0\0\0\x11\0" + bytes(17) + b"\n",
              HELLO + b"\1" + bytes(range(32)) + b" "]
    for first in firsts:
        yield b"\0\0" + first
        yield b"\xff\0" + first
    for frame in (b"\0\0\0\x11\0" + bytes(17) + b"\n", b"\0\0\0\x10\0" + bytes(16) + b"\n",
                  b"\0\0\0\x11\1" + bytes(17) + b"\n", b"\xff\xff\xff\xff\0", b"\0\0\0\x11\0" + bytes(18)):
        for before in (47, 70, 98, 121):
            yield bytes([3, before]) + frame
