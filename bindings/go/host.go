package firth

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"firth.dev/firth/internal/core"
)

// hostPoller waits with a net.Conn or an os.File that is in Go's poller already. Its
// owner may close it at any time: every call into C that could touch the descriptor
// is made while Go holds it open.
type hostPoller struct {
	raw    syscall.RawConn
	until  func(time.Time) error // its SetReadDeadline or SetWriteDeadline
	gone   func() bool           // the core touches the descriptor no more
	own    int                   // core.WantsRead or core.WantsWrite
	across *epollPoller          // waits for what the object itself cannot
	astray bool                  // the call that has the turn waits there

	mu      sync.Mutex
	due     time.Time // the deadline
	watched bool      // until is in use by watch
}

func (s *stream) hostPoller(raw syscall.RawConn, until func(time.Time) error, own int) *hostPoller {
	p := &hostPoller{raw: raw, until: until, gone: s.gone, own: own}
	p.across = &epollPoller{descriptors: s.descriptors, usual: own, crowded: &s.crowded,
		guarding: s.hold, watching: p.watch, closed: s.giveBack}
	return p
}

func (p *hostPoller) opened() bool { return true }

func (p *hostPoller) open() error { return nil }

func (p *hostPoller) wait(step func(uintptr) bool) error {
	p.astray = false
	err := p.waitOwn(func(descriptor uintptr) bool { return step(descriptor) || p.astray })
	if err != nil || !p.astray {
		return err
	}
	return p.across.wait(step)
}

// waitOwn waits with the object itself.
func (p *hostPoller) waitOwn(step func(uintptr) bool) error {
	if p.own == core.WantsWrite {
		return p.raw.Write(step)
	}
	return p.raw.Read(step)
}

func (p *hostPoller) want(wants int) error {
	alone := wants&core.WantsWrite == 0 || !isSet(p.across.crowded)
	if !p.astray && (wants == 0 || wants == p.own && alone) {
		return nil
	}
	if err := p.stray(); err != nil {
		return err
	}
	return p.across.want(wants)
}

// stray begins to wait across.
func (p *hostPoller) stray() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.astray = true
	if p.across.opened() {
		return nil
	}
	if err := p.across.open(); err != nil {
		return err
	}
	p.across.setDeadline(p.due)
	return nil
}

func (p *hostPoller) guard(f func()) error {
	if p.gone() {
		f()
		return nil
	}
	return p.raw.Control(func(uintptr) { f() })
}

func (p *hostPoller) watcher() func(func()) func() { return p.watch }

func (p *hostPoller) watch(closed func()) (stop func()) {
	over := make(chan struct{})
	p.lend(time.Time{})
	go func() {
		defer close(over)
		err := p.waitOwn(func(uintptr) bool { return false })
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			closed()
		}
	}()
	return func() {
		p.lend(past)
		<-over
		p.mu.Lock()
		defer p.mu.Unlock()
		p.watched = false
		p.until(p.due)
	}
}

// lend sets the object's deadline for watch, whose it is until p.watched is false again.
func (p *hostPoller) lend(t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watched = true
	p.until(t)
}

func (p *hostPoller) setDeadline(t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.due = t
	if !p.watched {
		p.until(t)
	}
	if p.across.opened() {
		p.across.setDeadline(t)
	}
}

func (p *hostPoller) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.across.close()
}

// rawOf is what syscall.Conn gives for a host object, which must not be nil.
func rawOf(what string, host any) (syscall.RawConn, error) {
	if isNil(host) {
		return nil, invalid("a nil " + what)
	}
	conn, ok := host.(syscall.Conn)
	if !ok {
		return nil, &Error{Code: CodeNotSupported, Detail: "the " + what + " has no descriptor"}
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, systemError("the "+what+" has no descriptor", err)
	}
	return raw, nil
}

// descriptorOf calls f with the descriptor, which stays open meanwhile.
func descriptorOf(what string, raw syscall.RawConn, f func(descriptor int) error) (err error) {
	refused := raw.Control(func(descriptor uintptr) { err = f(int(descriptor)) })
	if refused != nil {
		return closedError(what)
	}
	return err
}
