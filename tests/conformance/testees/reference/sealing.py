"""The format of docs/encryption.md, with the package cryptography."""

import hashlib
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from codec import HEADER, Codec
from loop import Fault

LABEL = b"firth encrypted channel 1"
BEGINNING = HEADER.pack(41, 0) + b"firth\0ec"
VERSION = b"\1"
HELLO_SIZE = 47
TAG_SIZE = 16
OVERHEAD = 1 + TAG_SIZE
FRAMES, BYTES = 65536, 64 << 20
PAYLOAD, DEFLATED, READY, END = range(4)


def derived(salt, secret, info):
    return HKDF(SHA256(), 32, salt, info).derive(secret)


class Direction:
    """The frames that one side seals and the other one opens."""

    def __init__(self, key):
        self._key, self._frames, self._bytes = key, 0, 0

    def _cipher(self):
        if self._frames >= FRAMES or self._bytes >= BYTES:
            self.__init__(derived(bytes(32), self._key, LABEL + b" ratchet"))
        return AESGCM(self._key), struct.pack(">IQ", 0, self._frames)

    def _spend(self, plain):
        self._frames += 1
        self._bytes += len(plain)

    def seal(self, inner, data=b""):
        cipher, nonce = self._cipher()
        plain = bytes([inner]) + data
        header = HEADER.pack(len(plain) + TAG_SIZE, 0)
        self._spend(plain)
        return header + cipher.encrypt(nonce, plain, header) + b"\n"

    def open(self, header, body):
        cipher, nonce = self._cipher()
        try:
            plain = cipher.decrypt(nonce, body, header)
        except InvalidTag:
            raise Fault("encryption", "a frame does not open") from None
        self._spend(plain)
        return plain[0], plain[1:]


class SealedCodec(Codec):
    """As Codec, between two sides that share a key."""

    def __init__(self, key, compress=0, **options):
        super().__init__(compress=compress, **options)
        if not 16 <= len(key) <= 64:
            raise Fault("invalid", f"a key of {len(key)} bytes")
        private = os.environ.get("FIRTH_TEST_PRIVATE_KEY")
        self._private = (X25519PrivateKey.from_private_bytes(bytes.fromhex(private)) if private
                         else X25519PrivateKey.generate())
        self._salt = hashlib.sha256(LABEL + key).digest()
        self._own = BEGINNING + VERSION + self._private.public_key().public_bytes_raw() + b"\n"
        self._hello, self._owed = self._own, b""
        self._sending = self._opening = None
        self._sent_end = self._received_end = False
        self.confirmed = False

    @property
    def met(self):
        return self._sending is not None

    def hello(self):
        hello, self._hello = self._hello, b""
        return hello

    def owed(self):
        """Once: the hello, if nobody asked for it, and what shows the peer that this side has the key."""
        owed, self._owed = self._owed, b""
        return self.hello() + owed

    def encode(self, payload):
        self._check_sending()
        deflated, body = self._squeezed(payload)
        self._check_limit(len(body) + OVERHEAD)
        return self.owed() + self._sending.seal(DEFLATED if deflated else PAYLOAD, body)

    def encode_end(self):
        self._check_sending()
        self._sent_end = True
        return self.owed() + self._sending.seal(END)

    def _check_sending(self):
        if self._final:
            raise self._final
        if not self.met:
            raise Fault("want_read", "the peer's hello has not come")
        if self._sent_end:
            raise Fault("closed", "the end is sealed")

    def meet(self):
        """Whether the peer's hello has been read by now."""
        if self._final:
            raise self._final
        if not self.met and self._read_hello():
            self._agree(bytes(self._pending[:HELLO_SIZE]))
            del self._pending[:HELLO_SIZE]
        return self.met

    def _read_hello(self):
        known = BEGINNING + VERSION
        if self._pending[:len(known)] != known[:len(self._pending)]:
            raise self._fatal("encryption", "the peer speaks no encryption, or another version")
        if len(self._pending) < HELLO_SIZE:
            return False
        if self._pending[HELLO_SIZE - 1] != 10:
            raise self._fatal("encryption", "a hello without its newline")
        return True

    def _agree(self, peer):
        if peer == self._own:
            raise self._fatal("encryption", "our own hello came back")
        try:
            secret = self._private.exchange(X25519PublicKey.from_public_bytes(peer[14:46]))
        except ValueError:
            raise self._fatal("encryption", "a public key that gives no secret") from None
        self._sending = Direction(derived(self._salt, secret, LABEL + self._own + peer))
        self._opening = Direction(derived(self._salt, secret, LABEL + peer + self._own))
        self._owed = self._sending.seal(READY)

    def decode(self):
        if not self.meet():
            return None
        while not self._received_end:
            header = bytes(self._pending[:HEADER.size])
            body = self._next_sealed()
            if body is None:
                return None
            payload = self._opened(header, body)
            if payload is not None:
                return payload
        raise Fault("eof", "the peer's end has come")

    def _opened(self, header, body):
        """A payload, or None for what is not one."""
        try:
            inner, data = self._opening.open(header, body)
        except Fault as fault:
            self._final = fault
            raise
        if (inner == READY) == self.confirmed or inner > END or (inner >= READY and data):
            raise self._fatal("encryption", f"an inner flag of {inner} out of place")
        self.confirmed = True
        self._received_end = inner == END
        if inner == DEFLATED:
            return self._inflated(data)
        return data if inner == PAYLOAD else None

    def _next_sealed(self):
        if len(self._pending) < HEADER.size:
            return None
        length, flag = HEADER.unpack_from(self._pending)
        if flag or not OVERHEAD <= length <= self._frame_limit:
            raise self._fatal("encryption", f"a header of length {length}, flag {flag}")
        end = HEADER.size + length
        if len(self._pending) <= end:
            return None
        if self._pending[end] != 10:
            raise self._fatal("encryption", "a frame without its newline")
        body = bytes(self._pending[HEADER.size:end])
        del self._pending[:end + 1]
        return body

    def end(self):
        if self._final:
            raise self._final
        if self._received_end:
            raise Fault("eof", "the peer's end has come")
        raise self._fatal("connection_lost", "the bytes have ended without the peer's end")
