package firth

import (
	"context"
	"errors"
	"time"

	"firth.dev/firth/internal/core"
)

// finishCall is the time of a finish for which the user gives none.
func (s *stream) finishCall() call {
	timeout := time.Duration(s.timeout.Load())
	object := s.object()
	if timeout < 0 && (object == nil || object.writeDeadline != nil) {
		timeout = FinishTimeout
	}
	return lasting(timeout)
}

// finishing ends a stream or a channel politely: flush, and then C's own finish, which
// closes whatever happens.
type finishing struct {
	flush func(call) error
	end   func(seconds float64) error
	close func() error
	waits bool // end has to wait for the peer
}

func (f *finishing) try() error { return f.end(0) }

func (s *stream) finishWith(c call, f finishing) error {
	flushed := f.flush(c)
	err := s.endWith(c, f, flushed == nil)
	s.giveBack()
	if flushed != nil {
		return flushed
	}
	return s.closeErrorOr(err)
}

// endWith is C's finish. What it has to wait for, when all bytes have left, is a child's
// end, room for the end mark of TLS or of encryption, or the peer's proof that it has the key.
func (s *stream) endWith(c call, f finishing, polite bool) error {
	waits := f.waits || s.secure() != nil
	switch {
	case polite && waits && s.object() != nil:
		return s.endByObject(c, f)
	case polite && (s.hasChild() || waits):
		return s.endSlowly(c, f)
	case s.hasChild(): // which a finish without time would kill
		return s.guarded(func(core.SwigcptrStream) error { return f.close() })
	}
	return s.guarded(func(core.SwigcptrStream) error { return f.end(0) })
}

// endByObject has the user's object write the end mark, which the first try has made; a
// stream that has been closed is finished.
func (s *stream) endByObject(c call, f finishing) error {
	if err := s.outgoing.enter(c, verbFinish); err != nil {
		s.guarded(func(core.SwigcptrStream) error { return f.end(0) })
		return err
	}
	defer s.outgoing.leave()
	return s.outgoing.perform(&f)
}

// endSlowly waits inside C, on a thread. A context that is cancelled ends that; its deadline
// is C's own.
func (s *stream) endSlowly(c call, f finishing) error {
	over := make(chan struct{})
	defer close(over)
	if done := c.done(); done != nil {
		go func() {
			select {
			case <-done:
				if errors.Is(c.ctx.Err(), context.Canceled) {
					s.use(core.SwigcptrStream.Wake)
				}
			case <-over:
			}
		}()
	}
	err := s.guarded(func(core.SwigcptrStream) error { return f.end(s.left(c)) })
	if codeOf(err) == CodeInterrupted && c.ended() {
		return contextError(c.ctx, CodeTimeout, verbFinish.doing)
	}
	return err
}

// left is the seconds that a call still has, negative for ever.
func (s *stream) left(c call) float64 {
	due := earliest(c.deadline, s.outgoing.userDeadline())
	if c.ctx != nil {
		if deadline, ok := c.ctx.Deadline(); ok {
			due = earliest(due, deadline)
		}
	}
	switch {
	case c.once || c.ended():
		return 0
	case due.IsZero():
		return -1
	}
	if left := time.Until(due); left > 0 {
		return left.Seconds()
	}
	return 0
}
