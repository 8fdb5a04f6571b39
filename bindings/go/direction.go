package firth

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// call is the time that one call has.
type call struct {
	ctx      context.Context // nil: none
	deadline time.Time       // zero: none
	once     bool            // try, do not wait
	wakes    uint64          // the direction's count of wakes that it knows of
	met      *atomic.Bool    // nil, or that another call has met what this one waits for
}

// errMet says that a call need not have its turn any more.
var errMet = errors.New("met by another call")

// lasting is a call of so much time; negative: for ever, 0: a try.
func lasting(timeout time.Duration) call {
	switch {
	case timeout == 0:
		return call{once: true}
	case timeout < 0:
		return call{}
	}
	return call{deadline: time.Now().Add(timeout)}
}

// within is a call that lasts until the context is done; nil is no context.
func within(ctx context.Context) call { return call{ctx: ctx} }

func (c *call) done() <-chan struct{} {
	if c.ctx == nil {
		return nil
	}
	return c.ctx.Done()
}

// ended says that the context is done.
func (c *call) ended() bool { return c.ctx != nil && c.ctx.Err() != nil }

// operation is what a call does when it has its turn: it goes as far as it can
// without waiting. core.Timeout and core.Busy say that it must wait.
type operation interface{ try() error }

// verb describes an operation.
type verb struct {
	doing string // for the text of errors: "receiving"
	late  Code   // of a call that ends too early: CodeBusy if nothing was taken yet
}

// direction is one half of a stream, receiving or sending, or a listener: one call
// at a time has its turn, the others wait for theirs. All waiting is Go's.
type direction struct {
	what   string        // "stream" or "listener", for the text of errors
	hosted bool          // the descriptor is a host object's, which may close it: guard it
	custom bool          // the poller has an object of the user's do the work
	turn   chan struct{} // holds one element while a call has its turn

	// Of the call that has its turn.
	verb    verb
	op      operation
	result  error
	tried   bool
	theirs  bool          // the result is an error of the user's own
	stop    chan struct{} // ends the goroutine that watches its context
	stepper func(uintptr) bool

	mu       sync.Mutex
	poller   poller        // changed by the call that has its turn, under mu
	active   bool          // a call has its turn: current
	holder   uint64        // the goroutine of a call that may be in an object of the user's
	current  call          //
	applied  time.Time     // the poller's deadline
	changed  chan struct{} // closed when those that wait for a turn must look again
	deadline time.Time     // the user's, for all calls
	wakes    uint64        // calls of wake
	known    uint64        // wakes that have already interrupted a call
	closed   bool
}

func (d *direction) init(what string, p poller, hosted bool) {
	d.what = what
	d.hosted = hosted
	d.turn = make(chan struct{}, 1)
	d.poller = p
	d.stepper = d.step
}

// enter waits for the call's turn; leave must follow unless it fails.
func (d *direction) enter(c call, v verb) error {
	d.mu.Lock()
	c.wakes = d.known
	d.mu.Unlock()
	select {
	case d.turn <- struct{}{}:
	default:
		if err := d.queue(&c, v); err != nil {
			return err
		}
	}
	d.mu.Lock()
	d.verb, d.current, d.active = v, c, true
	err := d.refusal(&c, v)
	d.mu.Unlock()
	if err != nil {
		d.leave()
	}
	return err
}

// leave ends the call's turn.
func (d *direction) leave() {
	d.mu.Lock()
	d.op, d.current, d.active, d.holder = nil, call{}, false, 0
	d.mu.Unlock()
	<-d.turn
	if d.isClosed() {
		d.release()
	}
}

func (d *direction) isClosed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}

// queue waits until it is the call's turn, or why it will not be. When the direction is
// closed whoever has the turn leaves at once, and it is for the core to say why.
func (d *direction) queue(c *call, v verb) error {
	if d.custom && d.isMine() {
		return ownCallError()
	}
	for {
		changed, due, err := d.outlook(c, v)
		if err != nil {
			return err
		}
		if c.met != nil && c.met.Load() {
			return errMet
		}
		if changed == nil {
			d.turn <- struct{}{}
			return nil
		}
		timer := newTimer(due)
		select {
		case d.turn <- struct{}{}:
			timer.stop()
			return nil
		case <-changed:
			timer.stop()
		case <-timer.c:
			return lateError(v, v.late)
		case <-c.done():
			timer.stop()
			return contextError(c.ctx, v.late, v.doing)
		}
	}
}

// outlook is what a call that waits for its turn has to watch: nil if the direction is
// closed.
func (d *direction) outlook(c *call, v verb) (<-chan struct{}, time.Time, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.closed:
		return nil, time.Time{}, nil
	case c.once:
		return nil, time.Time{}, lateError(v, v.late)
	case d.changed == nil:
		d.changed = make(chan struct{})
	}
	return d.changed, earliest(c.deadline, d.deadline), d.ended(c, v)
}

// refusal is why a call must not even begin. Under mu.
func (d *direction) refusal(c *call, v verb) error {
	switch {
	case c.ended():
		return contextError(c.ctx, v.late, v.doing)
	case !d.deadline.IsZero() && !time.Now().Before(d.deadline):
		return lateError(v, v.late)
	}
	return nil
}

// ended is why a call must not wait any longer, but for its own time. Under mu.
func (d *direction) ended(c *call, v verb) error {
	switch {
	case d.closed:
		return closedError(d.what)
	case c.wakes < d.wakes && !c.ended():
		d.known = d.wakes
		return wokenError(v)
	}
	return d.refusal(c, v)
}

// wokenError says that wake ended a call, before or after a payload was taken.
func wokenError(v verb) error {
	if v.late == CodeBusy {
		return &Error{Code: CodeBusy, Detail: v.doing + " was interrupted", cause: ErrInterrupted}
	}
	return &Error{Code: CodeInterrupted, Detail: v.doing + " was interrupted"}
}

func lateError(v verb, code Code) error {
	return &Error{Code: code, Detail: "the time ran out while " + v.doing}
}

// setDeadline sets the user's deadline, for those that wait already too.
func (d *direction) setDeadline(t time.Time) {
	d.change(func() { d.deadline = t })
}

func (d *direction) userDeadline() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.deadline
}

// wake interrupts the calls that wait, or else the next that would.
func (d *direction) wake() {
	d.change(func() { d.wakes++ })
}

// close makes every call that waits, and every later one that would, end.
func (d *direction) close() {
	d.change(func() { d.closed = true })
	d.release()
}

// release closes the poller's descriptor, at once or when the last call leaves.
func (d *direction) release() {
	select {
	case d.turn <- struct{}{}:
	default:
		return // leave will see that the direction is closed
	}
	d.mu.Lock()
	d.poller.close()
	d.applied = time.Time{}
	d.mu.Unlock()
	<-d.turn
}

// change does something that the calls which wait must notice.
func (d *direction) change(what func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	what()
	if d.changed != nil {
		close(d.changed)
		d.changed = nil
	}
	d.hurry()
}

// timer is a time.Timer that may be none at all.
type timer struct {
	c <-chan time.Time
	t *time.Timer
}

func newTimer(due time.Time) timer {
	if due.IsZero() {
		return timer{}
	}
	t := time.NewTimer(time.Until(due))
	return timer{c: t.C, t: t}
}

func (t timer) stop() {
	if t.t != nil {
		t.t.Stop()
	}
}

// earliest is the earlier of two deadlines, the zero time being none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
