"""What an EncryptedChannel does besides sealing: hellos, waiting, the proof of the key, the end."""

import inspect
import sys

import seeded
import wire

from runner.case import BATCHING, CORKS, ENCRYPTION, Case
from runner.compare import require_equal
from runner.encrypted import HELLO_SIZE, KEY, feed
from runner.process import Failure

BEGINNING = wire.HEADER.pack(41, 0) + b"firth\0ec\1"
OVERHEAD = len(wire.seal(b"")) + 1 + 16
READY_SIZE = OVERHEAD
OTHER_KEY = KEY[::-1]


def cases():
    """The functions below whose names begin with "sealing_"."""
    for name, function in inspect.getmembers(sys.modules[__name__], inspect.isfunction):
        if name.startswith("sealing_"):
            words = name.removeprefix("sealing_").replace("_", "-")
            yield Case(f"sealing/{words}", "encrypted", inspect.getdoc(function), function,
                       frozenset([ENCRYPTION, BATCHING, CORKS]))


class Peer:
    """The other end of the testee's channel: a socket, and a codec of another process."""

    def __init__(self, session, key=KEY, **options):
        self.far = session.connect(**{"preset": "encrypted", "key": KEY, **options})
        self._codec = session.partner()
        self._codec.codec(key=key)
        self.own_hello = self._codec.expect("bytes", "hello").data

    def say_hello(self):
        """Send ours, take the testee's."""
        self.far.send_now(self.own_hello)
        feed(self._codec, self.far.received(HELLO_SIZE))
        self._codec.expect("more", "decode")

    def sealed(self, payload):
        return self._codec.expect("bytes", "encode", payload).data

    def end(self):
        return self._codec.expect("bytes", "encode-end").data

    def expect(self, *payloads, then="more"):
        """That these payloads have arrived by now, and no others."""
        self.take(self.far.there(), *payloads, then=then)

    def take(self, data, *payloads, then="more"):
        """That these bytes bring these payloads, and no others."""
        feed(self._codec, data)
        for payload in payloads:
            require_equal("the peer's payload", self._codec.expect("payload", "decode").data, payload)
        self._codec.expect(then, "decode")

    def expect_end(self, *payloads):
        self.expect(*payloads, then="error eof")


def sealing_begins_with_a_hello(session):
    """It is sent at once, and nothing else is."""
    peer = Peer(session)
    hello = peer.far.there()
    require_equal("its beginning", hello[:len(BEGINNING)], BEGINNING)
    require_equal("its length", bytes([len(hello)]), bytes([HELLO_SIZE]))
    require_equal("its end", hello[-1:], b"\n")


def sealing_has_new_keys_each_time(session):
    """No two hellos are the same."""
    hellos = {Peer(session).far.received(HELLO_SIZE) for _ in range(5)}
    require_equal("different hellos", bytes([len(hellos)]), bytes([5]))


def sealing_waits_for_the_peers_hello(session):
    """Time-outs cost nothing, at any byte of it; then the proof of the key goes out at once."""
    peer = Peer(session)
    for at in range(HELLO_SIZE):
        session.expect("error timeout", "handshake 0" if at % 2 else "recv 0")
        peer.far.send_now(peer.own_hello[at:at + 1])
    session.expect("ok", "handshake 5")
    require_equal("hello and ready", bytes([len(peer.far.there())]), bytes([HELLO_SIZE + READY_SIZE]))
    session.expect("ok", "handshake 0")


def sealing_is_awaited_byte_after_byte(session):
    """recv says that the time ran out, at every byte of a sealed frame, and loses nothing."""
    peer = Peer(session)
    peer.say_hello()
    data = peer.sealed(b"hello")
    for at in range(len(data) - 1):
        peer.far.send_now(data[at:at + 1])
        session.expect("error timeout", "recv 0")
    peer.far.send_now(data[-1:] + peer.sealed(b""))
    require_equal("recv 5", session.expect("payload", "recv 5").data, b"hello")
    require_equal("recv 5", session.expect("payload", "recv 5").data, b"")


def sealing_hides_payloads(session):
    """None is seen on the way, and none is compressed unless that is asked for."""
    peer = Peer(session)
    peer.say_hello()
    session.expect("ok", "handshake 5")
    peer.far.received(READY_SIZE)
    for payload in (b"something long enough to be found", bytes(70000), seeded.named("text", 5000)):
        session.expect("ok", "send", payload)
        data = peer.far.there()
        if payload in data or len(data) != len(payload) + OVERHEAD:
            raise Failure(f"a payload of {len(payload)} bytes can be seen")


def sealing_compresses_if_that_is_asked_for(session):
    """By an option, and by the class that always does."""
    for options in ({"compress": 1}, {"preset": "compressed"}):
        peer = Peer(session, **options)
        peer.say_hello()
        session.expect("ok", "handshake 5")
        ready = peer.far.received(READY_SIZE)
        payload = bytes(70000)
        session.expect("ok", "send", payload)
        data = peer.far.there()
        if len(data) > 1000:
            raise Failure(f"{options}: {len(payload)} zeros go out as {len(data)} bytes")
        peer.take(ready + data, payload)


def sealing_bounds_what_it_sends(session):
    """The limit counts the inner flag and the tag; what is over it is not sent."""
    peer = Peer(session, limits={"frame": 17 + 10})
    peer.say_hello()
    session.expect("error buffer_overflow", "send", b"x" * 11)
    session.expect("ok", "send", b"y" * 10)
    peer.expect(b"y" * 10)


def sealing_goes_through_corks(session):
    """Sealed frames are collected as any others, and leave by one write."""
    peer = Peer(session)
    peer.say_hello()
    session.expect("ok", "handshake 5")
    session.expect("ok", "cork")
    before = session.number("writes")
    for number in range(5):
        session.expect("ok", "send", b"%d" % number)
    peer.expect()
    session.expect("ok", "uncork 5")
    peer.expect(*(b"%d" % number for number in range(5)))
    if session.number("writes") != before + 1:
        raise Failure("not one write")


def sealing_goes_through_batches(session):
    """Neither before the batch is full, nor by more than one write; nor later than its time."""
    peer = Peer(session, batch_size=3, batch_timeout=-1)
    peer.say_hello()
    session.expect("ok", "handshake 5")
    before = session.number("writes")
    for payload in (b"1", b"2"):
        session.expect("ok", "send", payload)
    peer.expect()
    session.expect("ok", "send", b"3")
    peer.expect(b"1", b"2", b"3")
    if session.number("writes") != before + 1:
        raise Failure("not one write")


def sealing_is_batched_by_time(session):
    """A batch of sealed frames leaves without a further call."""
    peer = Peer(session, batch_size=10, batch_timeout=0.02)
    peer.say_hello()
    session.expect("ok", "handshake 5")
    peer.far.received(READY_SIZE)
    session.expect("ok", "send", b"hello")
    require_equal("length", bytes([len(peer.far.received(OVERHEAD + 5))]), bytes([OVERHEAD + 5]))


def sealing_is_finished(session):
    """finish sends the sealed end, behind all payloads."""
    peer = Peer(session, batch_size=10, batch_timeout=-1)
    peer.say_hello()
    session.expect("ok", "send", b"hello")
    peer.far.send_now(peer.sealed(b"back"))
    require_equal("recv 5", session.expect("payload", "recv 5").data, b"back")
    peer.expect(b"hello")
    session.expect("ok", "send", b"hello again")
    peer.expect()
    session.expect("ok", "finish 5")
    peer.expect_end(b"hello again")


def sealing_hears_the_end(session):
    """The peer's sealed end is an end for good, though the stream goes on."""
    peer = Peer(session)
    peer.say_hello()
    peer.far.send_now(peer.sealed(b"hello") + peer.end())
    require_equal("recv 5", session.expect("payload", "recv 5").data, b"hello")
    session.expect("error eof", "recv 5")
    session.expect("error eof", "recv 0")
    session.expect("ok", "finish 5")


def sealing_is_finished_in_silence(session):
    """Who has sent nothing does not wait, whether or not the peer has spoken."""
    Peer(session)
    session.expect("ok", "finish 5")
    peer = Peer(session)
    peer.say_hello()
    session.expect("ok", "finish 5")
    peer.expect_end()


def sealing_asks_for_the_proof(session):
    """finish, after something was sent, waits for the peer to show that it has the key."""
    peer = Peer(session)
    peer.say_hello()
    session.expect("ok", "send", b"hello")
    session.expect("error timeout", "finish 0.05")
    peer = Peer(session)
    peer.say_hello()
    session.expect("ok", "send", b"hello")
    peer.far.send_now(peer.sealed(b"")[:READY_SIZE])
    session.expect("ok", "finish 5")


def sealing_finds_a_wrong_key_at_the_end(session):
    """finish of a side that only sends says that the peer had another key."""
    peer = Peer(session, key=OTHER_KEY)
    peer.say_hello()
    session.expect("ok", "send", b"hello")
    peer.far.send_now(peer.sealed(b"")[:READY_SIZE])
    session.expect("error encryption", "finish 5")


def sealing_says_its_fault_to_every_call(session):
    """Once the peer's bytes were wrong, neither sending nor receiving goes on."""
    peer = Peer(session, key=OTHER_KEY)
    peer.say_hello()
    peer.far.send_now(peer.sealed(b"hello"))
    session.expect("error encryption", "recv 5")
    session.expect("error encryption", "send", b"hello")
    session.expect("error encryption", "recv 0")


def sealing_is_closed_here(session):
    """Everything says so, and no end is sent: the peer has lost the connection."""
    peer = Peer(session)
    peer.say_hello()
    session.expect("ok", "send", b"hello")
    session.expect("ok", "close")
    session.expect("error closed", "recv 0")
    session.expect("error closed", "send", b"hello")
    session.expect("ok", "close")
    peer.expect(b"hello")


def sealing_by_codec_says_its_hello_by_itself(session):
    """With the first frame, if nobody has asked for it; and never twice."""
    far = session.partner()
    far.codec(key=KEY)
    session.codec(key=KEY)
    feed(session, far.expect("bytes", "hello").data)
    session.expect("more", "decode")
    data = session.expect("bytes", "encode", b"hello").data
    require_equal("its beginning", data[:len(BEGINNING)], BEGINNING)
    require_equal("asked afterwards", session.expect("bytes", "hello").data, b"")
    feed(far, data + session.expect("bytes", "encode", b"").data)
    require_equal("the first", far.expect("payload", "decode").data, b"hello")
    require_equal("the second", far.expect("payload", "decode").data, b"")


def sealing_refuses_keys_of_a_wrong_length(session):
    """15 and 65 bytes are misuse."""
    for length in (15, 65):
        session.expect("error invalid", f"codec key={'00' * length}")
