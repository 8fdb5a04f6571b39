package firth

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"firth.dev/firth/internal/core"
)

var (
	verbRead   = verb{"reading", CodeTimeout}
	verbPoll   = verb{"polling", CodeTimeout}
	verbWrite  = verb{"writing", CodeTimeout}
	verbFlush  = verb{"flushing", CodeTimeout}
	verbFinish = verb{"finishing", CodeTimeout}
)

// reading is a read in progress: into[:taken] has arrived.
type reading struct {
	stream *stream
	into   []byte
	taken  int
	least  int // bytes that satisfy it
	poll   bool
}

func (r *reading) try() error {
	number := r.stream.handle.number
	defer runtime.KeepAlive(r.stream.handle)
	if r.poll {
		return r.stream.tryPoll(core.SwigcptrStream(number).Poll)
	}
	for {
		count, err := core.ReadSome(number, r.into[r.taken:])
		r.taken += count
		if err != nil || r.taken >= r.least {
			return err
		}
	}
}

// tryPoll asks a poll of C's whether there is something. If not, it has sent what was
// collected, as far as that could leave.
func (s *stream) tryPoll(poll func(float64, *bool) error) error {
	var ready bool
	if err := poll(0, &ready); err != nil || ready {
		return err
	}
	for below := s; below.lower != nil; below = below.lower {
		if _, toWrite := below.Held(); toWrite != 0 {
			return core.WouldBlockEither
		}
	}
	return core.WouldBlock
}

// giveUp is the error of an exact read that has taken something: it puts that before
// what is still to be read.
func (r *reading) giveUp(err error) error {
	if r.taken == 0 {
		return err
	}
	core.Unread(r.stream.handle.number, r.into[:r.taken])
	runtime.KeepAlive(r.stream.handle)
	if codeOf(err) != CodeEOF {
		return err
	}
	return &Error{Code: CodeConnectionLost, Detail: fmt.Sprintf(
		"the peer closed the connection after %d of %d bytes", r.taken, r.least)}
}

// Read reads 1 to len(p) bytes, as io.Reader wants it: at the end of the stream it
// returns io.EOF itself.
func (s *stream) Read(p []byte) (int, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	return s.readSome(s.call(), p)
}

// ReadContext is Read for as long as the context lasts.
func (s *stream) ReadContext(ctx context.Context, p []byte) (int, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	return s.readSome(within(ctx), p)
}

func (s *stream) readSome(c call, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	count, err := s.read(c, reading{stream: s, into: p, least: 1})
	if codeOf(err) == CodeEOF {
		return 0, io.EOF
	}
	return count, err
}

// ReadExactly fills p, all of it: what other languages call read. If it cannot, it
// keeps what arrived for the next read. At the end of the stream it fails with
// io.EOF before the first byte, and with io.ErrUnexpectedEOF after some.
func (s *stream) ReadExactly(p []byte) error {
	if err := s.check(); err != nil {
		return err
	}
	return s.readAll(s.call(), p)
}

// ReadExactlyContext is ReadExactly for as long as the context lasts.
func (s *stream) ReadExactlyContext(ctx context.Context, p []byte) error {
	if err := s.check(); err != nil {
		return err
	}
	return s.readAll(within(ctx), p)
}

func (s *stream) readAll(c call, p []byte) error {
	if len(p) == 0 {
		return nil
	}
	_, err := s.read(c, reading{stream: s, into: p, least: len(p)})
	return err
}

func (s *stream) read(c call, how reading) (count int, err error) {
	v := verbRead
	if how.poll {
		v = verbPoll
	}
	if err := s.ready(c, v); err != nil {
		return 0, err
	}
	if err := s.incoming.enter(c, v); err != nil {
		return 0, err
	}
	s.reading = how
	count, err = s.performRead()
	return count, s.ended(err)
}

// performRead does the reading of the call that has its turn, and leaves. A panic of the
// user's, too, loses nothing.
func (s *stream) performRead() (count int, err error) {
	r, answered := &s.reading, false
	defer func() {
		if !answered {
			r.giveUp(nil)
		}
		*r = reading{}
		s.incoming.leave()
	}()
	err = s.incoming.perform(r)
	answered = true
	if err != nil {
		return 0, r.giveUp(err)
	}
	return r.taken, nil
}

// Poll waits up to timeout until a read would find something: true at the end of the
// stream too, false when the time ran out.
func (s *stream) Poll(timeout time.Duration) (bool, error) {
	if err := s.check(); err != nil {
		return false, err
	}
	return polled(s.read(lasting(timeout), reading{stream: s, poll: true}))
}

// PollContext is Poll for as long as the context lasts, whose end is an error.
func (s *stream) PollContext(ctx context.Context) (bool, error) {
	if err := s.check(); err != nil {
		return false, err
	}
	return polled(s.read(within(ctx), reading{stream: s, poll: true}))
}

// polled is the answer of a poll, for which a time-out is no failure.
func polled(_ int, err error) (bool, error) {
	failed, ok := err.(*Error)
	if ok && failed.Code == CodeTimeout && failed.cause == nil {
		return false, nil
	}
	return err == nil, err
}

// Unread puts bytes before those that are still to be read; the next read gives them
// first.
func (s *stream) Unread(p []byte) error {
	if err := s.check(); err != nil {
		return err
	}
	err := core.Unread(s.handle.number, p)
	runtime.KeepAlive(s.handle)
	return asError(err)
}

// writing is a write in progress: from[:taken] has left. A flush has no bytes.
type writing struct {
	stream *stream
	from   []byte
	taken  int
	least  int
	flush  bool
}

func (w *writing) try() error {
	number := w.stream.handle.number
	defer runtime.KeepAlive(w.stream.handle)
	if w.flush {
		return core.SwigcptrStream(number).Flush(0)
	}
	for {
		count, err := core.WriteSome(number, w.from[w.taken:])
		w.taken += count
		if err != nil || w.taken >= w.least {
			return err
		}
	}
}

// Write writes all of p, as io.Writer wants it; if it cannot, it says how many bytes
// were taken.
func (s *stream) Write(p []byte) (int, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	return s.write(s.call(), p, len(p))
}

// WriteContext is Write for as long as the context lasts.
func (s *stream) WriteContext(ctx context.Context, p []byte) (int, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	return s.write(within(ctx), p, len(p))
}

// WriteSome is Write, satisfied with 1 to len(p) bytes.
func (s *stream) WriteSome(p []byte) (int, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	return s.write(s.call(), p, 1)
}

func (s *stream) write(c call, p []byte, least int) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return s.push(c, writing{stream: s, from: p, least: least})
}

// Flush sends what the stream has collected. Plain streams collect nothing.
func (s *stream) Flush() error {
	if err := s.check(); err != nil {
		return err
	}
	return s.flush(s.call())
}

// FlushContext is Flush for as long as the context lasts.
func (s *stream) FlushContext(ctx context.Context) error {
	if err := s.check(); err != nil {
		return err
	}
	return s.flush(within(ctx))
}

func (s *stream) flush(c call) error {
	_, err := s.push(c, writing{stream: s, flush: true})
	return err
}

func (s *stream) push(c call, how writing) (int, error) {
	v := verbWrite
	if how.flush {
		v = verbFlush
	} else if err := s.ready(c, v); err != nil {
		return 0, err
	}
	if err := s.outgoing.enter(c, v); err != nil {
		return 0, err
	}
	s.writing = how
	count, err := s.performWrite()
	return count, s.ended(err)
}

// performWrite does the writing of the call that has its turn, and leaves.
func (s *stream) performWrite() (int, error) {
	w := &s.writing
	defer func() {
		*w = writing{}
		s.outgoing.leave()
	}()
	err := s.outgoing.perform(w)
	if failed, ok := err.(*Error); ok && !s.outgoing.theirs {
		failed.Count = w.taken
	}
	return w.taken, err
}
