package firth

import (
	"context"

	"firth.dev/firth/internal/core"
)

// encrypt makes the channel one that encrypts. An object of the user's has not seen its
// hello yet.
func (c *Channel) encrypt() {
	c.secret = c.base.exchanging(func() error {
		return c.use(func(c core.SwigcptrChannel) error { return c.Handshake(0) })
	})
	if c.base.object() != nil {
		c.shake(lasting(0), verbHandshake)
	}
}

// ready is for calls that need hands to be shaken.
func (c *Channel) ready(time call, v verb) error {
	if err := c.base.ready(time, v); err != nil {
		return err
	}
	return c.shake(time, v)
}

func (c *Channel) shake(time call, v verb) error {
	if c.secret == nil || c.secret.done.Load() {
		return nil
	}
	return c.base.ended(c.secret.perform(time, v))
}

// Handshake exchanges the hellos of a channel that encrypts, as long as the stream's time-out
// says. That the peer has the key as well is told by the first payload received, or by a
// Finish after something was sent. No error: it has been done, or the channel does not
// encrypt.
func (c *Channel) Handshake() error {
	if err := c.check(); err != nil {
		return err
	}
	return c.ready(c.base.call(), verbHandshake)
}

// HandshakeContext is Handshake for as long as the context lasts.
func (c *Channel) HandshakeContext(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.ready(within(ctx), verbHandshake)
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
