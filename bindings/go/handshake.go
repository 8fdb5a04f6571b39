package firth

import (
	"sync/atomic"
	"time"
)

var verbHandshake = verb{"shaking hands", CodeTimeout}

// shaking is a hand-shake. Whoever calls first makes it, in both directions, and others wait
// for it here: what each of them waits for may come to another.
type shaking struct {
	direction *direction
	shared    bool // the direction is not for this alone
	done      atomic.Bool
	once      func() error // goes as far as it can without waiting
}

func (t *shaking) try() error { return t.once() }

func (t *shaking) perform(c call, v verb) error {
	c.met = &t.done
	switch err := t.direction.enter(c, v); err {
	case nil:
	case errMet:
		return nil
	default:
		return err
	}
	defer t.direction.leave()
	err := t.direction.perform(t)
	if err == nil {
		t.direction.change(func() { t.done.Store(true) })
	}
	if err == nil && !t.shared {
		t.direction.rest()
	}
	return err
}

func (t *shaking) ready(c call, v verb) error {
	if t.done.Load() {
		return nil
	}
	return t.perform(c, v)
}

// rest closes the poller until the next call that waits. For who has the turn.
func (d *direction) rest() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.poller.close()
	d.applied = time.Time{}
}

// ready is for calls that need TLS to have shaken hands.
func (s *stream) ready(c call, v verb) error {
	t := s.secure()
	if t == nil {
		return nil
	}
	return s.ended(t.ready(c, v))
}

// handshakes are the directions of the stream's own hand-shake, and of the channels' over it.
func (s *stream) handshakes() (directions []*direction) {
	if s.tls != nil {
		directions = append(directions, s.tls.direction)
	}
	if d := s.exchange.Load(); d != nil {
		directions = append(directions, d)
	}
	return directions
}

// deadlineOfHandshake: a hand-shake reads and writes.
func (s *stream) deadlineOfHandshake() {
	due := earliest(s.incoming.userDeadline(), s.outgoing.userDeadline())
	if t := s.secure(); t != nil {
		t.direction.setDeadline(due)
	}
	if d := s.exchange.Load(); d != nil {
		d.setDeadline(due)
	}
}

// exchanging is the direction in which channels over the stream exchange hellos.
func (s *stream) exchanging() *direction {
	if s.exchange.Load() == nil {
		s.exchange.CompareAndSwap(nil, s.bothWays())
	}
	d := s.exchange.Load()
	s.deadlineOfHandshake()
	if s.incoming.isClosed() {
		d.close()
	}
	return d
}
