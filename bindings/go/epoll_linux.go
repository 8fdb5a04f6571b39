package firth

import (
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"firth.dev/firth/internal/core"
)

// epollPoller waits for descriptors whose flags must stay as they are: it watches
// them in an epoll descriptor of its own, which Go's poller then waits for. Events
// come at least whenever a watched descriptor becomes ready after a try failed.
type epollPoller struct {
	// descriptors are those to read from and to write to; they may be the same.
	descriptors func() (reading, writing int, err error)
	usual       int          // what to wait for if a try does not say
	crowded     *atomic.Bool // both directions write: a try that fails may have met another
	// guarding calls f while the host's files stay open, watching calls closed if one
	// does not; nil if there are none, or if it cannot be told.
	guarding func(f func()) error
	watching func(closed func()) (stop func())
	closed   func() // for watching

	file    *os.File
	raw     syscall.RawConn
	watched map[int]uint32 // events by descriptor
	wanted  int
	stop    func() // ends watching
}

func (p *epollPoller) opened() bool { return p.file != nil }

func (p *epollPoller) open() error {
	descriptor, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return systemError("no descriptor to wait with", err)
	}
	if err := syscall.SetNonblock(descriptor, true); err != nil {
		syscall.Close(descriptor)
		return systemError("no descriptor to wait with", err)
	}
	file := os.NewFile(uintptr(descriptor), "firth")
	raw, err := file.SyscallConn()
	if err != nil {
		file.Close()
		return systemError("no descriptor to wait with", err)
	}
	p.file, p.raw, p.watched, p.wanted = file, raw, map[int]uint32{}, 0
	return nil
}

func (p *epollPoller) wait(step func(uintptr) bool) error {
	if p.guarding == nil {
		return p.raw.Read(step)
	}
	var refused error
	err := p.raw.Read(func(descriptor uintptr) (done bool) {
		refused = p.guarding(func() { done = step(descriptor) })
		done = done || refused != nil
		if !done && p.watching != nil && p.stop == nil {
			p.stop = p.watching(p.closed)
		}
		return done
	})
	if p.stop != nil {
		p.stop()
		p.stop = nil
	}
	if err != nil {
		return err
	}
	return refused
}

func (p *epollPoller) want(wants int) error {
	if wants == 0 {
		wants = p.usual
	}
	if wants == p.wanted && !(wants&core.WantsWrite != 0 && isSet(p.crowded)) {
		return nil
	}
	reading, writing, err := p.descriptors()
	if err != nil {
		return err
	}
	events := map[int]uint32{}
	if wants&core.WantsRead != 0 {
		events[reading] |= syscall.EPOLLIN
	}
	if wants&core.WantsWrite != 0 {
		events[writing] |= syscall.EPOLLOUT
	}
	if err := p.watch(events); err != nil {
		if _, _, gone := p.descriptors(); gone != nil {
			return gone // closed meanwhile
		}
		return systemError("the descriptor cannot be waited for", err)
	}
	p.wanted = wants
	return nil
}

func isSet(flag *atomic.Bool) bool { return flag != nil && flag.Load() }

// watch changes what is watched to these events and no others. What is so already is an
// event too; EPOLL_CTL_MOD would not tell it of a descriptor that was ready before.
func (p *epollPoller) watch(events map[int]uint32) error {
	for descriptor := range p.watched {
		if err := p.control(syscall.EPOLL_CTL_DEL, descriptor, 0); err != nil {
			return err
		}
		delete(p.watched, descriptor)
	}
	for descriptor, wanted := range events {
		if err := p.control(syscall.EPOLL_CTL_ADD, descriptor, wanted); err != nil {
			return err
		}
		p.watched[descriptor] = wanted
	}
	return nil
}

// control is called from within step: p.raw is in use, so it cannot be closed.
func (p *epollPoller) control(how, descriptor int, events uint32) (err error) {
	event := syscall.EpollEvent{Events: events, Fd: int32(descriptor)}
	refused := p.raw.Control(func(epoll uintptr) {
		err = syscall.EpollCtl(int(epoll), how, descriptor, &event)
	})
	if refused != nil {
		return refused
	}
	return err
}

func (p *epollPoller) guard(f func()) error {
	if p.guarding == nil {
		f()
		return nil
	}
	return p.guarding(f)
}

func (p *epollPoller) watcher() func(func()) func() { return p.watching }

func (p *epollPoller) setDeadline(t time.Time) { p.file.SetReadDeadline(t) }

func (p *epollPoller) close() {
	if p.file != nil {
		p.file.Close()
		p.file = nil
	}
}
