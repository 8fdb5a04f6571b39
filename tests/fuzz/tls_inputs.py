"""What peers of TLS say that are none, or not good ones: the corpus of fuzz_tls."""

CLIENT, SERVER, BETWEEN = 0, 1, 2


def record(kind, body, version=0x0303):
    return bytes([kind]) + version.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


def message(kind, body):
    return record(22, bytes([kind]) + len(body).to_bytes(3, "big") + body)


def extension(kind, body):
    return kind.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


def client_hello(versions):
    extensions = (extension(43, bytes([len(versions)]) + versions)
                  + extension(10, bytes.fromhex("0002001d"))
                  + extension(13, bytes.fromhex("00040403 0804"))
                  + extension(51, bytes.fromhex("0024001d0020") + bytes(range(1, 33))))
    ciphers = bytes.fromhex("0004c02b1301")
    return message(1, b"\3\3" + bytes(32) + b"\0" + ciphers + b"\1\0"
                   + len(extensions).to_bytes(2, "big") + extensions)


def server_hello():
    extensions = (extension(43, b"\3\4")
                  + extension(51, bytes.fromhex("001d0020") + bytes(range(1, 33))))
    return message(2, b"\3\3" + bytes(32) + b"\0" + b"\x13\1" + b"\0"
                   + len(extensions).to_bytes(2, "big") + extensions)


def said():
    yield b""
    yield b"HTTP/1.1 400 Bad Request\r\n\r\n"
    yield b"\0\0\0\5\0hello\n"
    yield client_hello(b"\3\4")
    yield client_hello(b"\3\3")
    yield client_hello(b"\3\2")
    yield server_hello()
    yield server_hello() + record(20, b"\1") + record(23, bytes(64))
    yield message(2, b"\3\3" + bytes(32) + b"\0\xc0\x2b\0") + message(14, b"")
    for level, number in ((1, 0), (2, 40), (2, 70), (2, 116), (1, 90)):
        yield record(21, bytes([level, number]))
    yield record(23, bytes(40))
    yield record(22, b"\1\xff\xff\xff" + bytes(100))
    yield b"\x16\3\1\xff\xff" + bytes(100)
    yield b"\x80\x2e\1\3\3" + bytes(41)


def changes():
    """Places in the client's (even) and the server's bytes (odd), and what is xored there."""
    for place in (0, 1, 3, 5, 9, 43, 100, 200, 300, 500, 700, 900, 1100, 1400, 2000):
        for side in (0, 1):
            yield (2 * place + side).to_bytes(2, "big") + b"\1"
    yield b"".join((2 * place + 1).to_bytes(2, "big") + b"\x80" for place in range(600, 620))


def inputs():
    for text in said():
        yield bytes([CLIENT]) + text
        yield bytes([SERVER]) + text
    yield bytes([BETWEEN])
    for change in changes():
        yield bytes([BETWEEN]) + change
