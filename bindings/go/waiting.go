package firth

import (
	"time"

	"firth.dev/firth/internal/core"
)

// poller waits for a descriptor in Go's own poller. All but opened, setDeadline and
// close are for the call that has its direction's turn.
type poller interface {
	// opened says that wait and setDeadline can be called.
	opened() bool
	// open makes that so.
	open() error
	// wait calls step at once and whenever the descriptor has become ready, until
	// it returns true.
	wait(step func(uintptr) bool) error
	// want says, from within step, what comes next: core.WantsRead, WantsWrite.
	want(wants int) error
	// guard calls f so that the descriptor cannot be closed meanwhile.
	guard(f func()) error
	// watcher is what calls closed if the descriptor's owner closes it before stop is
	// called, for who waits elsewhere; nil if there is no owner, or if it cannot tell.
	watcher() func(closed func()) (stop func())
	// setDeadline ends wait at a point in time; the zero time is none.
	setDeadline(t time.Time)
	// close gives back what open made.
	close()
}

// perform does the operation for the call that has its turn, waiting as it needs to.
func (d *direction) perform(op operation) error {
	d.op, d.theirs = op, false
	if !d.custom && (d.current.once || d.isClosed() || !d.poller.opened()) {
		wants, err := d.tryNow()
		if wants == 0 {
			return err
		}
		if err := d.beginWaiting(); err != nil {
			return err
		}
	}
	d.tried = false
	d.arm()
	defer d.unwatch()
	err := d.poller.wait(d.stepper)
	if err == nil {
		return d.result
	}
	return d.afterwards()
}

// beginWaiting opens the poller, unless the call must not wait.
func (d *direction) beginWaiting() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.current.once {
		return lateError(d.verb, d.verb.late)
	}
	if d.closed {
		return closedError(d.what)
	}
	if d.poller.opened() {
		return nil
	}
	return d.poller.open()
}

// tryNow tries once, without the poller; what it wants is 0 if it has an answer.
func (d *direction) tryNow() (int, error) {
	if !d.hosted {
		return d.try()
	}
	var wants int
	var err error
	refused := d.poller.guard(func() { wants, err = d.try() })
	if refused != nil {
		return 0, closedError(d.what)
	}
	return wants, err
}

func (d *direction) try() (wants int, err error) {
	d.tried = true
	err = d.op.try()
	if err == nil {
		return 0, nil
	}
	if code := codeOf(err); code != CodeTimeout && code != CodeBusy {
		return 0, asError(err)
	}
	failure, ok := err.(*core.Failure)
	if !ok {
		return 0, err
	}
	return failure.Wants | blocked, nil
}

// blocked marks what a try wants, even if it does not say what.
const blocked = 4

// step is a try from within the poller: true when it has an answer.
func (d *direction) step(uintptr) bool {
	wants, err := d.try()
	if wants != 0 {
		err = d.block(wants &^ blocked)
	}
	d.result = err
	return wants == 0 || err != nil
}

// block prepares for the wait that follows.
func (d *direction) block(wants int) error {
	if err := d.poller.want(wants); err != nil {
		return err
	}
	d.watch()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hurry()
	return nil
}

// arm clears what an earlier call's deadline left in the poller.
func (d *direction) arm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.applied.IsZero() {
		d.hurry()
	}
}

// hurry sets the poller's deadline to when the call that has its turn must end.
// Under mu.
func (d *direction) hurry() {
	due := d.due()
	if due.Equal(d.applied) || !d.poller.opened() {
		return
	}
	d.poller.setDeadline(due)
	d.applied = due
}

// past is a deadline that ends a wait at once.
var past = time.Unix(1, 0)

func (d *direction) due() time.Time {
	c := &d.current
	if d.active && (d.closed || c.wakes < d.wakes || c.ended()) {
		return past
	}
	return earliest(d.deadline, c.deadline)
}

// watch ends the wait when the context of the call is done.
func (d *direction) watch() {
	done := d.current.done()
	if done == nil || d.stop != nil {
		return
	}
	d.stop = make(chan struct{})
	go func(stop chan struct{}) {
		select {
		case <-done:
			d.change(func() {})
		case <-stop:
		}
	}(d.stop)
}

func (d *direction) unwatch() {
	if d.stop != nil {
		close(d.stop)
		d.stop = nil
	}
}

// afterwards is the call's result when its wait was ended. What never had a try, and
// what was closed, asks the core first.
func (d *direction) afterwards() error {
	if !d.tried || d.isClosed() {
		if wants, err := d.tryNow(); wants == 0 {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.ended(&d.current, d.verb); err != nil {
		return err
	}
	if d.poller.guard(func() {}) != nil {
		return closedError(d.what)
	}
	return lateError(d.verb, d.verb.late)
}
