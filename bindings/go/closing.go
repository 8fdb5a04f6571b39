package firth

import (
	"io"
	"sync"
)

// closing is an object of the user's that is closed once, with its stream. Its error waits
// for the next call that closes.
type closing struct {
	mu     sync.Mutex
	object io.Closer // nil: none
	closed bool
	err    error
}

func (c *closing) get() io.Closer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.object
}

func (c *closing) set(object io.Closer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.object = object
}

func (c *closing) close() {
	c.mu.Lock()
	before, object := c.closed, c.object
	c.closed = true
	c.mu.Unlock()
	if before || object == nil {
		return
	}
	err := object.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = err
}

// take is the error of the object's Close, once.
func (c *closing) take() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.err
	c.err = nil
	return err
}

// closeErrorOr is the error of a call that closes: its own, or that of the user's objects.
func (s *stream) closeErrorOr(err error) error {
	var theirs error
	for ; s != nil; s = s.lower {
		closings := []*closing{&s.tunnel}
		if s.custom != nil {
			closings = append(closings, &s.custom.closing)
		}
		for _, c := range closings {
			if failed := c.take(); theirs == nil {
				theirs = failed
			}
		}
	}
	failed, ok := err.(*Error)
	if ok && failed.Code == CodeUnsent && failed.cause == nil {
		failed.cause = theirs
	}
	if err != nil {
		return err
	}
	return theirs
}
