"""What may stand in a compressed body."""

import gzip
import zlib

import seeded
import wire
from vectors.form import COMPRESSION, OVERFLOW, accepted, costly, payload, required

TEXT = seeded.named("text", 4000)
MIB = 1 << 20


def packed(body):
    return wire.seal(body, 1)


def deflated(data, level=1, window=15, strategy=zlib.Z_DEFAULT_STRATEGY, dictionary=None, memory=8):
    extra = (dictionary,) if dictionary else ()
    deflater = zlib.compressobj(level, zlib.DEFLATED, window, memory, strategy, *extra)
    return deflater.compress(data) + deflater.flush()


def flushed_between(data):
    deflater = zlib.compressobj(1)
    half = len(data) // 2
    return (deflater.compress(data[:half]) + deflater.flush(zlib.Z_FULL_FLUSH)
            + deflater.compress(data[half:]) + deflater.flush())


def vectors():
    yield from inflating()
    yield from not_inflating()
    yield from with_more_behind()
    yield from bombs()


def inflating():
    yield required("inflate/3001", "the shortest payload that rpyc compresses",
                   packed(deflated(TEXT[:3001])), payload(TEXT[:3001]))
    yield accepted("inflate/empty", "an empty payload, compressed", packed(deflated(b"")), payload(b""))
    yield accepted("inflate/short", "a short payload, compressed", packed(deflated(b"hello")), payload(b"hello"))
    yield accepted("inflate/3000", "a payload that rpyc would not compress",
                   packed(deflated(TEXT[:3000])), payload(TEXT[:3000]))
    for size in (4095, 4096, 4097, 65535, 65536, 65537, 131072, MIB - 1, MIB, MIB + 1):
        data = b"\n" * size
        yield accepted(f"inflate/size-{size}", "at and around the sizes of buffers",
                       packed(deflated(data, 9)), payload(data))
    for level in range(10):
        yield accepted(f"inflate/level-{level}", "any level", packed(deflated(TEXT, level)), payload(TEXT))
    for window in range(9, 15):
        yield accepted(f"inflate/window-{window}", f"a window of {1 << window} bytes",
                       packed(deflated(TEXT, 6, window)), payload(TEXT))
    yield accepted("inflate/stored-random", "random bytes, stored",
                   packed(deflated(seeded.named("random", 5000), 0)), payload(seeded.named("random", 5000)))
    yield accepted("inflate/fixed", "fixed Huffman codes", packed(deflated(TEXT, 6, strategy=zlib.Z_FIXED)),
                   payload(TEXT))
    yield accepted("inflate/huffman-only", "no matches", packed(deflated(TEXT[:500], 6, strategy=zlib.Z_HUFFMAN_ONLY)),
                   payload(TEXT[:500]))
    yield accepted("inflate/flushed", "a full flush in the middle", packed(flushed_between(TEXT)), payload(TEXT))


def not_inflating():
    whole = deflated(TEXT)
    wrong_check = whole[:-1] + bytes([whole[-1] ^ 1])
    raw = deflated(b"hello hello", window=-15)
    for name, about, body in (
            ("empty", "no body at all", b""),
            ("garbage", "no zlib stream", b"this is not a zlib stream"),
            ("plain-text", "a payload that was never compressed", TEXT),
            ("header-only", "the two bytes of the header", whole[:2]),
            ("bad-header", "a wrong check in the header", b"\x78\x02" + whole[2:]),
            ("truncated-half", "half of the stream", whole[:len(whole) // 2]),
            ("truncated-check", "no Adler-32 at the end", whole[:-4]),
            ("truncated-by-1", "the last byte is missing", whole[:-1]),
            ("wrong-check", "a wrong Adler-32", wrong_check),
            ("long", "300000 bytes that are no zlib stream", seeded.named("random", 300000)),
            ("wrong-check-long", "a wrong Adler-32 after a long payload",
             deflated(bytes(3 * MIB), 9)[:-1] + b"\xff"),
            ("damaged", "an invalid block type", b"\x78\x01\x07" + whole[3:]),
            ("far-distance", "a distance that reaches before the start", b"\x78\x01\x63\x00\x42\x00\x00"),
            ("dictionary", "a preset dictionary that nobody has",
             deflated(b"hello hello", dictionary=b"hello")),
            ("raw", "deflate without zlib's header", raw),
            ("gzip", "a gzip file", gzip.compress(b"hello hello", mtime=0))):
        yield costly(f"no-inflate/{name}", about, packed(body), COMPRESSION)


def with_more_behind():
    whole = deflated(b"hello hello")
    for name, about, more in (("one-byte", "a byte after the stream", b"\0"),
                              ("newline", "a newline after the stream", b"\n"),
                              ("text", "some text after the stream", b"and more"),
                              ("many", "3000 bytes after the stream", b"\0" * 3000),
                              ("stream", "a second stream after the first", deflated(b"again"))):
        yield costly(f"behind/{name}", about, packed(whole + more), COMPRESSION)


def bombs():
    for size, about in ((MIB + 1, "one byte beyond the limit"), (64 * MIB, "64 times the limit")):
        yield costly(f"bomb/{size}", about, packed(deflated(b"\0" * size, 9)), OVERFLOW, limits={"inflated": MIB})
    yield costly("bomb/11", "one byte beyond a small limit", packed(deflated(b"x" * 11)), OVERFLOW,
                 limits={"inflated": 10})
    yield accepted("inflated-fits/10", "exactly the limit", packed(deflated(b"x" * 10)), payload(b"x" * 10),
                   limits={"inflated": 10})
    yield accepted("inflated-fits/plain", "the limit is on what is inflated, not on plain payloads",
                   wire.seal(b"x" * 50), payload(b"x" * 50), limits={"inflated": 10})
    yield accepted("inflated-fits/0", "an empty payload within a small limit", packed(deflated(b"")), payload(b""),
                   limits={"inflated": 1})
