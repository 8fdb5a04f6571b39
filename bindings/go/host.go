package firth

import (
	"errors"
	"os"
	"syscall"
	"time"

	"firth.dev/firth/internal/core"
)

// hostPoller waits with a net.Conn or an os.File that is in Go's poller already. Its
// owner may close it at any time: every call into C that could touch the descriptor
// is made while Go holds it open.
type hostPoller struct {
	raw   syscall.RawConn
	until func(time.Time) error // its SetReadDeadline or SetWriteDeadline
	gone  func() bool           // the core touches the descriptor no more
	own   int                   // core.WantsRead or core.WantsWrite
}

func (p *hostPoller) opened() bool { return true }

func (p *hostPoller) open() error { return nil }

func (p *hostPoller) wait(step func(uintptr) bool) error {
	if p.own == core.WantsWrite {
		return p.raw.Write(step)
	}
	return p.raw.Read(step)
}

func (p *hostPoller) want(wants int) error {
	if wants == 0 || wants&p.own != 0 {
		return nil
	}
	return &Error{Code: CodeNotSupported, Detail: "a net.Conn waits in its own direction only"}
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
	p.until(time.Time{})
	go func() {
		defer close(over)
		err := p.wait(func(uintptr) bool { return false })
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			closed()
		}
	}()
	return func() {
		p.until(past)
		<-over
		p.until(time.Time{})
	}
}

func (p *hostPoller) setDeadline(t time.Time) { p.until(t) }

func (p *hostPoller) close() {}

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
