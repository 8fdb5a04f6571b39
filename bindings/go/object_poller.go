package firth

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"firth.dev/firth/internal/core"
)

// objectPoller waits by having the user's object do what a try in C has missed, in the
// goroutine of the call. Its tries note what they miss in C, which they share with the
// other directions over the same object.
type objectPoller struct {
	*custom
	direction *direction

	// Of the call that has its turn.
	op        operation
	goroutine uint64
	number    uint64       // by which C knows the call
	refuses   int          // what the object cannot do in its time: core.Refuses...
	missed    *core.Missed // by the last try; C may not see an object that holds pointers
	wants     int          // what it said
	moving    <-chan struct{}
	owner     bool // what is staged to be written is the call's
	flushed   bool
	empty     int // reads in succession that gave nothing

	// Under the direction's mu.
	serving int       // the direction of the object's that the call is in: core.Wants...
	fired   time.Time // the earliest deadline that this has had
	failed  error     // of setting a deadline
}

const (
	// readSize is what a Read is asked for at most, in bytes.
	readSize = 64 << 10
	// emptyReads is how many reads may give nothing, one after another.
	emptyReads = 100
	// tryTime is what a try waits for an object that has deadlines and cannot be polled.
	tryTime = time.Millisecond
)

// errOver ends the wait: the direction knows why.
var errOver = errors.New("the call must not wait any longer")

var callNumbers atomic.Uint64

func (p *objectPoller) opened() bool { return p.serving != 0 }

func (p *objectPoller) open() error { return nil }

func (p *objectPoller) want(wants int) error { p.wants = wants; return nil }

func (p *objectPoller) guard(f func()) error { f(); return nil }

func (p *objectPoller) watcher() func(func()) func() { return nil }

func (p *objectPoller) close() {}

// wait ends when the operation has an answer or the object an error, which is the answer
// then.
func (p *objectPoller) wait(step func(uintptr) bool) error {
	p.begin()
	defer p.letGo()
	for !p.attempt(step) {
		switch err := p.serve(); err {
		case nil:
		case errOver:
			return err
		default:
			p.fail(step, err)
			return nil
		}
	}
	return nil
}

// fail makes an error of the object's the answer, after C was told of the bytes that the
// object took before; unless the stream was closed meanwhile.
func (p *objectPoller) fail(step func(uintptr) bool, err error) {
	if codeOf(err) == CodeConnectionLost {
		p.use(core.Custom_lost)
	}
	done := p.attempt(step)
	for !done && p.missed.Unclaimed > 0 {
		runtime.Gosched()
		done = p.attempt(step)
	}
	d := p.direction
	if done && d.result != nil && codeOf(d.result) != CodeConnectionLost {
		return
	}
	d.result, d.theirs = err, true
}

// begin prepares for a call.
func (p *objectPoller) begin() {
	d := p.direction
	p.op, d.op = d.op, p
	p.goroutine = goroutine()
	p.number = callNumbers.Add(1)
	p.flushed, p.empty = false, 0
	if p.missed == nil {
		p.missed = new(core.Missed)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	p.refuses = p.refusals(&d.current, !d.deadline.IsZero())
	p.failed = nil
	d.holder = p.goroutine
}

// refusals is what the object cannot do in the time that a call has.
func (p *objectPoller) refusals(c *call, deadline bool) (refuses int) {
	sudden := deadline || c.done() != nil
	limited := sudden || c.once || !c.deadline.IsZero()
	if p.readDeadline == nil && (sudden || limited && p.poll == nil) {
		refuses |= core.RefusesRead
	}
	if p.poll == nil || sudden && p.readDeadline == nil {
		refuses |= core.RefusesPoll
	}
	if limited && p.writeDeadline == nil {
		refuses |= core.RefusesWrite
	}
	return refuses
}

// letGo gives up what the call has staged to be written.
func (p *objectPoller) letGo() {
	if !p.owner {
		return
	}
	p.owner = false
	p.use(func(staged uintptr) { core.Custom_let_go(staged, p.number) })
	p.move()
}

// attempt is a step, after which it is known what was missed.
func (p *objectPoller) attempt(step func(uintptr) bool) bool {
	p.moving = p.movement()
	*p.missed = core.Missed{}
	done := step(0)
	owner := p.missed.Write > 0 || p.missed.Unclaimed > 0
	if p.owner && !owner {
		p.move()
	}
	p.owner = owner
	return done
}

// try is the operation's, on one thread, so that C knows whose it is.
func (p *objectPoller) try() (err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	p.use(func(staged uintptr) {
		core.Custom_begin(staged, p.number, p.refuses, p.flushed)
		err = p.op.try()
		core.Custom_end(staged, p.missed)
	})
	return err
}

// serve has the object do what the last try missed.
func (p *objectPoller) serve() error {
	m := p.missed
	reads := m.Read > 0 || m.Poll != 0
	if m.Unclaimed > 0 {
		runtime.Gosched() // a reader's try was in the way
		return nil
	}
	if err := p.over(); err != nil {
		return err
	}
	switch {
	case (m.Write > 0 || m.Flush != 0) && reads && p.poll != nil:
		return p.readOrWrite()
	case m.Write > 0 || m.Flush != 0:
		return p.send()
	case m.Busy != 0 && p.writingBy.Load() == p.goroutine:
		return ownCallError()
	case m.Busy == 1, m.Busy != 0 && !reads:
		return p.pause()
	case m.Busy == 0 && p.wants&core.WantsWrite != 0, !reads:
		runtime.Gosched() // another's try was in the way
		return nil
	case m.Poll != 0:
		return p.look()
	}
	return p.read()
}

// over says why the call must not wait any longer.
func (p *objectPoller) over() error {
	d := p.direction
	d.mu.Lock()
	defer d.mu.Unlock()
	if p.failed != nil {
		return p.failed
	}
	due := d.due()
	if d.ended(&d.current, d.verb) != nil || !due.IsZero() && !time.Now().Before(due) {
		return errOver
	}
	return nil
}

// pause waits for another call's bytes to move.
func (p *objectPoller) pause() error {
	d := p.direction
	changed, due, err := d.outlook(&d.current, d.verb)
	if err != nil || changed == nil {
		return errOver
	}
	timer := newTimer(due)
	defer timer.stop()
	select {
	case <-p.moving:
	case <-changed:
	case <-timer.c:
	case <-d.current.done():
	}
	return nil
}

// during calls f, which is the object's, with the call's deadline set in that direction
// and none afterwards.
func (p *objectPoller) during(side int, f func()) error {
	d := p.direction
	if err := p.serveBegin(side); err != nil {
		return err
	}
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if !d.applied.IsZero() {
			p.setDeadline(time.Time{})
			d.applied = time.Time{}
		}
		p.serving = 0
		if d.current.once {
			d.current.deadline = time.Time{}
		}
	}()
	f()
	return nil
}

func (p *objectPoller) serveBegin(side int) error {
	d := p.direction
	d.mu.Lock()
	defer d.mu.Unlock()
	p.serving, p.fired = side, time.Time{}
	if d.current.done() != nil {
		p.failed = p.deadline()(time.Time{}) // so that it is known before the context is done
	}
	d.current.deadline = p.limit(side)
	d.hurry()
	if p.failed != nil {
		p.serving = 0
	}
	return p.failed
}

// limit is the deadline of the call itself; a try that has no other way gets a short one.
// Under the direction's mu.
func (p *objectPoller) limit(side int) time.Time {
	c := &p.direction.current
	switch {
	case !c.once:
		return c.deadline
	case side == core.WantsRead && p.poll != nil:
		return time.Time{}
	}
	return time.Now().Add(tryTime)
}

// deadline sets the deadline of what the object is doing; nil if it has none.
func (p *objectPoller) deadline() func(time.Time) error {
	if p.serving == core.WantsWrite {
		return p.writeDeadline
	}
	return p.readDeadline
}

// setDeadline sets the deadline of what the object is doing. Under the direction's mu.
func (p *objectPoller) setDeadline(t time.Time) {
	set := p.deadline()
	if set == nil {
		return
	}
	if !t.IsZero() {
		p.fired = earliest(p.fired, t)
	}
	if err := set(t); err != nil && !t.IsZero() {
		p.failed = err
	}
}

// refused is the object's error when the call in progress was to end.
func (d *direction) refused() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p, ok := d.poller.(*objectPoller); ok {
		return p.failed
	}
	return nil
}

// late says that an error of the object's is the end of a deadline of ours.
func (p *objectPoller) late(err error) bool {
	var timeout interface{ Timeout() bool }
	if !errors.Is(err, os.ErrDeadlineExceeded) && !(errors.As(err, &timeout) && timeout.Timeout()) {
		return false
	}
	p.direction.mu.Lock()
	defer p.direction.mu.Unlock()
	return !p.fired.IsZero() && !time.Now().Before(p.fired)
}

// unlessLate is what an object's error means, after it moved count bytes.
func (p *objectPoller) unlessLate(err error, count int) error {
	switch {
	case err == nil || !p.late(err):
		return err
	case count == 0 && p.direction.current.once:
		return errOver
	}
	return nil
}

// misused says that a method of the object's broke its contract.
func (p *objectPoller) misused(format string, arguments ...any) error {
	detail := fmt.Sprintf("a %T's ", p.object) + fmt.Sprintf(format, arguments...)
	return &Error{Code: CodeInvalid, Detail: detail}
}
