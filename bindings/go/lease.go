package firth

import (
	"fmt"
	"sync"
	"time"

	"firth.dev/firth/internal/core"
)

// lease keeps the host's descriptors open while the timer of a batch may use them: what the
// host closes meanwhile ends the stream first.
type lease struct {
	bottom *stream // whose descriptors they are
	pause  time.Duration

	mu     sync.Mutex
	active bool
}

// refuseTimer: only goroutines may use an object of the user's.
func (s *stream) refuseTimer(o *core.ChannelOptions) error {
	object := s.object()
	if object == nil || o.BatchSize < 2 || o.BatchTimeout <= 0 {
		return nil
	}
	return &Error{Code: CodeNotSupported, Detail: fmt.Sprintf("only goroutines may use a %T, "+
		"so a batch over it has no timeout: give a negative one", object.object)}
}

// leasePause is how long a lease outlives its batch at most.
const leasePause = 100 * time.Millisecond

// lend prepares for what the timer of a channel will do; without one, there is no lease.
func (c *Channel) lend(o *core.ChannelOptions) {
	bottom := c.base
	for bottom.lower != nil {
		bottom = bottom.lower
	}
	hosted := bottom.incoming.hosted || bottom.outgoing.hosted
	if !hosted || o.BatchSize < 2 || o.BatchTimeout <= 0 {
		return
	}
	pause := time.Duration(o.BatchTimeout * float64(time.Second))
	if pause > leasePause {
		pause = leasePause
	}
	c.lease = &lease{bottom: bottom, pause: pause + time.Millisecond}
}

// renewLease is for whoever has just sent something, and still holds the descriptors.
func (c *Channel) renewLease() {
	if c.lease == nil || c.Pending() == 0 || c.lease.begun() {
		return
	}
	held := make(chan struct{})
	go c.hold(held)
	<-held
}

// begun says whether the lease has begun already; if not, the caller begins it.
func (l *lease) begun() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.active
	l.active = true
	return before
}

// hold holds the descriptors until nothing is pending, or the stream has ended.
func (c *Channel) hold(held chan<- struct{}) {
	err := c.lease.bottom.hold(func() {
		close(held)
		for c.isLent() {
			timer := time.NewTimer(c.lease.pause)
			select {
			case <-timer.C:
			case <-c.base.over:
			}
			timer.Stop()
		}
	})
	if err != nil {
		c.isLent()
		close(held)
	}
}

// isLent says that the lease goes on. The host's Close makes it end, and the stream before it.
func (c *Channel) isLent() bool {
	l := c.lease
	if l.bottom.hold(func() {}) != nil {
		c.use(core.SwigcptrChannel.Close)
		c.base.giveBack()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.active = c.Pending() != 0 && !c.base.gone()
	return l.active
}
