package firth

import (
	"context"

	"firth.dev/firth/internal/core"
)

// Cork has Send only collect from now on, for one write of many payloads. It leaves with
// Flush, Uncork and Finish, before something is received, and when it grows over
// Limits.Queue; Close gives it one try. Corks are counted: each wants an Uncork of its own.
func (c *Channel) Cork() error {
	if err := c.check(); err != nil {
		return err
	}
	return asError(c.use(core.SwigcptrChannel.Cork))
}

// Uncork takes one cork away, whatever it returns; the last one flushes, as Flush does.
// ErrInvalid: there is none.
func (c *Channel) Uncork() error {
	if err := c.check(); err != nil {
		return err
	}
	return c.uncork(c.base.call())
}

// UncorkContext is Uncork for as long as the context lasts.
func (c *Channel) UncorkContext(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.uncork(within(ctx))
}

func (c *Channel) uncork(time call) error {
	err := c.guarded(func(c core.SwigcptrChannel) error { return c.Uncork(0) })
	if code := codeOf(err); code == CodeTimeout || code == CodeBusy {
		return c.flush(time)
	}
	return c.base.ended(err)
}

// Corked says whether there is a cork.
func (c *Channel) Corked() (corked bool) {
	if c.check() == nil {
		c.use(func(c core.SwigcptrChannel) error { corked = c.Corked(); return nil })
	}
	return corked
}
