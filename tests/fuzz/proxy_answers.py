"""What proxies answer, right and wrong: the corpus of fuzz_socks5 and fuzz_http_answer."""

ADDRESSES = (b"\x01\x7f\x00\x00\x01", b"\x03\x05proxy", b"\x04" + bytes(15) + b"\x01")
PORT = b"\x1f\x90"
BEHIND = b"brine"


def socks5():
    """One byte for how it is cut, one for user and password and for the target, the answer."""
    connected = [b"\x05\x00\x00" + address + PORT + BEHIND for address in ADDRESSES]
    replies = connected + [b"\x05" + bytes([code]) + b"\x00\x01" for code in range(1, 10)] + [
        b"\x05\x00\x01\x01", b"\x05\x00\x00\x02", b"\x04\x00\x00\x01", b"\x05\x00\x00",
        b"\x05\x00\x00\x03\xff" + b"a" * 257]
    for number, reply in enumerate(replies):
        yield bytes([number, 2 * number]) + b"\x05\x00" + reply
        yield bytes([number, 2 * number + 1]) + b"\x05\x02\x01\x00" + reply
    for method in (b"\x05\xff", b"\x05\x02", b"\x05\x07", b"\x04\x00", b"HTTP/1.1 400 Bad\r\n\r\n"):
        yield b"\x00\x00" + method
    for status in (b"\x01\x01", b"\x05\x00", b"\x01"):
        yield b"\x00\x01\x05\x02" + status


def http():
    """One byte for how it is cut, the answer."""
    heads = [
        b"HTTP/1.1 200 Connection established\r\n\r\n", b"HTTP/1.0 200\r\n\r\n",
        b"HTTP/1.1 200 OK\nVia: a\n\n", b"HTTP/1.1 299 \r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 \r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\n\r\n", b"HTTP/1.1 502 Bad Gateway\r\nServer: x\r\n\r\n",
        b'HTTP/1.1 407 No\r\nPROXY-authenticate: \tBasic realm="a"\r\n\r\n',
        b"HTTP/1.1 500 caf\xc3\xa9\r\n\r\n"]
    faults = [
        b"HTTP/1.1 20 OK\r\n", b"HTTP/1.x 200 OK\r\n", b"HTTP/1.\n", b"HTTP/2 200\r\n\r\n", b"\x05\x00",
        b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nVia: a\r\n b\r\n\r\n", b"HTTP/1.1 200 OK\r\nVia\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nVia : a\r\n\r\n", b"HTTP/1.1 200 OK\r\n: a\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nVia: a\rb\r\n", b"HTTP/1.1 200 OK\r\nVia: \x00\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nVia: " + b"a" * 8200]
    for number, answer in enumerate([head + BEHIND for head in heads] + heads + faults):
        yield bytes([5 * number % 256]) + answer
