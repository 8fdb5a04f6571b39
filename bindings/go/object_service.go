package firth

import (
	"errors"
	"io"
	"time"

	"firth.dev/firth/internal/core"
)

// send has the object write what is staged, or else flush.
func (p *objectPoller) send() error {
	if p.missed.Write > 0 {
		return p.write()
	}
	var failed error
	if err := p.during(core.WantsWrite, func() { failed = p.flush() }); err != nil {
		return err
	}
	p.flushed = failed == nil
	return p.unlessLate(failed, 0)
}

// write hands the staged bytes out. C has them until then, and the layers above it until
// they are told that the object took them.
func (p *objectPoller) write() error {
	data := make([]byte, p.missed.Write)
	p.use(func(staged uintptr) { core.CustomHandOut(staged, data) })
	p.move()
	var count int
	var failed error
	p.writingBy.Store(p.goroutine)
	defer func() {
		p.writingBy.Store(0)
		p.use(func(staged uintptr) { core.Custom_taken(staged, int64(count)) })
		p.move()
	}()
	err := p.during(core.WantsWrite, func() { count, failed = p.object.Write(data) })
	switch {
	case err != nil:
		return err
	case count < 0 || count > len(data):
		told := count
		count = 0
		return p.misused("Write took %d bytes, expected 0 to %d", told, len(data))
	case count == 0 && failed == nil:
		return p.misused("Write took none of %d bytes, and gave no error", len(data))
	}
	return p.unlessLate(failed, count)
}

// readOrWrite has the object write only if there is nothing to read, or if it cannot say.
func (p *objectPoller) readOrWrite() error {
	ready, err := p.asked(0)
	if err != nil && !errors.Is(err, ErrNotSupported) {
		return err
	}
	if !ready {
		return p.send()
	}
	p.letGo()
	if p.missed.Poll != 0 {
		p.use(core.Custom_ready)
		return nil
	}
	return p.read()
}

// turn calls f when no other call is in the object's Read or Poll.
func (p *objectPoller) turn(f func() error) error {
	select {
	case p.reading <- struct{}{}:
	default:
		if p.readingBy.Load() == p.goroutine {
			return ownCallError()
		}
		return p.pause()
	}
	p.readingBy.Store(p.goroutine)
	defer func() {
		p.readingBy.Store(0)
		<-p.reading
		p.move()
	}()
	return f()
}

// asked is what the object's Poll says.
func (p *objectPoller) asked(timeout time.Duration) (ready bool, err error) {
	err = p.turn(func() error {
		ready, err = p.polled(timeout)
		return err
	})
	return ready, err
}

// polled is asked, with the turn.
func (p *objectPoller) polled(timeout time.Duration) (ready bool, err error) {
	if p.readError != nil {
		return true, nil
	}
	var failed error
	err = p.during(core.WantsRead, func() { ready, failed = p.poll(timeout) })
	if err != nil {
		return false, err
	}
	return ready && failed == nil, p.unlessLate(failed, 1)
}

// look has the object wait until a read would find something.
func (p *objectPoller) look() error {
	ready, err := p.asked(p.remaining())
	switch {
	case err != nil:
		return err
	case ready:
		p.use(core.Custom_ready)
	case p.direction.current.once:
		return errOver
	}
	return nil
}

// remaining is the time that the call still has.
func (p *objectPoller) remaining() time.Duration {
	d := p.direction
	d.mu.Lock()
	defer d.mu.Unlock()
	due := d.due()
	switch {
	case d.current.once:
		return 0
	case due.IsZero():
		return Forever
	}
	if left := time.Until(due); left > 0 {
		return left
	}
	return 0
}

// read has the object read, after Poll where only that can keep to a time.
func (p *objectPoller) read() error {
	return p.turn(func() error {
		left := p.remaining()
		if p.poll == nil || left == Forever || left != 0 && p.readDeadline != nil {
			return p.readNow()
		}
		ready, err := p.polled(left)
		switch {
		case err != nil:
			return err
		case ready:
			return p.readNow()
		case p.direction.current.once:
			return errOver
		}
		return nil
	})
}

// readNow stages what the object gives.
func (p *objectPoller) readNow() error {
	if err := p.readError; err != nil {
		p.readError = nil
		return err
	}
	into := p.space()
	var err, failed error
	p.use(func(staged uintptr) { err = core.Custom_room(staged, int64(len(into))) })
	if err != nil {
		return asError(err)
	}
	var count int
	if err := p.during(core.WantsRead, func() { count, failed = p.object.Read(into) }); err != nil {
		return err
	}
	if count < 0 || count > len(into) {
		return p.misused("Read gave %d bytes, expected 0 to %d", count, len(into))
	}
	end := failed == io.EOF || codeOf(failed) == CodeEOF
	p.use(func(staged uintptr) { core.CustomArrived(staged, into[:count], end) })
	if end {
		return nil
	}
	return p.gave(count, failed)
}

// space is as much memory as the last try asked for, or readSize.
func (p *objectPoller) space() []byte {
	size := readSize
	if p.missed.Read < readSize {
		size = int(p.missed.Read)
	}
	if len(p.buffer) < size {
		p.buffer = make([]byte, size)
	}
	return p.buffer[:size]
}

// gave is what a Read means that was not the end: an error that came with bytes is told
// after them.
func (p *objectPoller) gave(count int, failed error) error {
	if count == 0 && failed == nil {
		if p.empty++; p.empty < emptyReads {
			return nil
		}
		return io.ErrNoProgress
	}
	p.empty = 0
	failed = p.unlessLate(failed, count)
	if count == 0 || failed == errOver {
		return failed
	}
	p.readError = failed
	return nil
}
