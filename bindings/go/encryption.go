package firth

import (
	"context"
	"sync/atomic"

	"firth.dev/firth/internal/core"
)

// encryption is what a channel with a key is waiting for.
type encryption struct {
	hellos shaking     // before anything is sent or received
	proof  shaking     // of the peer's that it has the key, before anything is received
	sent   atomic.Bool // a payload was taken: a Finish needs the proof
}

var verbProof = verb{"waiting for the peer to show that it has the key", CodeTimeout}

// encrypt makes the channel one that encrypts. What waits for the proof has the turn of who
// receives, and gives it up when the proof has come. An object of the user's has not seen the
// hello yet.
func (c *Channel) encrypt() {
	c.secret = &encryption{
		hellos: shaking{direction: c.base.exchanging(), once: func() error {
			return c.use(func(c core.SwigcptrChannel) error { return c.Handshake(0) })
		}},
		proof: shaking{direction: &c.base.incoming, shared: true, once: func() error {
			return c.use(func(core.SwigcptrChannel) error {
				return core.Channel_await_proof(c.handle.number, 0)
			})
		}},
	}
	if c.base.object() != nil {
		c.secret.hellos.perform(lasting(0), verbHandshake)
	}
}

// ready is for calls that need hands to be shaken.
func (c *Channel) ready(time call, v verb) error {
	if err := c.base.ready(time, v); err != nil {
		return err
	}
	if c.secret == nil {
		return nil
	}
	return c.base.ended(c.secret.hellos.ready(time, v))
}

// trusted is ready for calls that receive. A poll finds what they fail by.
func (c *Channel) trusted(time call, v verb) error {
	err := c.ready(time, v)
	if err == nil && c.secret != nil {
		err = c.base.ended(c.secret.proof.ready(time, v))
	}
	if code := codeOf(err); v == verbPoll && (code == CodeEncryption || code == CodeConnectionLost) {
		return nil
	}
	return err
}

// keepsTime is for who sends a sealed frame, which cannot be taken back: an object of the
// user's must be able to keep the call's time.
func (c *Channel) keepsTime(time call) error {
	if c.secret == nil || c.Corked() {
		return nil
	}
	object := c.base.object()
	limited := time.once || !time.deadline.IsZero() || time.done() != nil
	if object == nil || object.writeDeadline != nil || !limited {
		return nil
	}
	return object.lacks("SetWriteDeadline")
}

// proven waits for what a finish needs.
func (c *Channel) proven(time call) error {
	if c.secret == nil || !c.secret.sent.Load() {
		return nil
	}
	return c.secret.proof.ready(time, verbProof)
}

// Handshake exchanges the hellos of a channel that encrypts, as long as the stream's time-out
// says. That the peer has the key as well is told by the first payload received, or by a
// Finish after something was sent. No error: it has been done, or the channel does not
// encrypt.
func (c *Channel) Handshake() error {
	if err := c.check(); err != nil {
		return err
	}
	return c.handshake(c.base.call())
}

// HandshakeContext is Handshake for as long as the context lasts.
func (c *Channel) HandshakeContext(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.handshake(within(ctx))
}

func (c *Channel) handshake(time call) error {
	if err := c.ready(time, verbHandshake); err != nil || c.secret == nil {
		return err
	}
	return asError(c.secret.hellos.once()) // what has failed since
}

// Encrypted says whether the channel encrypts.
func (c *Channel) Encrypted() bool { return c.check() == nil && c.secret != nil }

// GenerateKey makes a random key of KeySize bytes.
func GenerateKey() ([]byte, error) {
	key, err := core.GenerateKey()
	return key, asError(err)
}

// KeyFromPassphrase is the key of a passphrase, at least 1 byte, by scrypt (RFC 7914) with
// N = 65536, r = 8 and p = 1: it takes 64 MiB and some tenths of a second. Both ends must use
// the same salt, at least SaltMin bytes, best random ones; it need not be secret.
func KeyFromPassphrase(passphrase, salt []byte) ([]byte, error) {
	key, err := core.KeyFromPassphrase(passphrase, salt)
	return key, asError(err)
}
