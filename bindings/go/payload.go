package firth

import (
	"runtime"
	"sync"

	"firth.dev/firth/internal/core"
)

var (
	verbSend    = verb{"sending", CodeBusy}
	verbReceive = verb{"receiving", CodeTimeout}
)

// sending is a payload on its way; a flush has nothing but what C holds already.
type sending struct {
	channel *Channel
	payload []byte
	behind  bool // others had to leave first
	taken   bool
	flush   bool
}

func (s *sending) try() error {
	c := s.channel
	defer runtime.KeepAlive(c.handle)
	if !s.taken && !s.flush {
		if err := s.take(); err != nil || !s.taken {
			return err
		}
	}
	return core.SwigcptrChannel(c.handle.number).Flush(0)
}

// take has C take the payload. If it was collected behind a batch that was full, that has
// not left yet.
func (s *sending) take() error {
	c := s.channel
	err := core.Send(c.handle.number, s.payload)
	c.renewLease()
	switch codeOf(err) {
	case CodeBusy:
		s.behind = true
		return err
	case CodeTimeout:
		s.taken = true
	case 0:
		s.taken = s.behind && c.batches && !c.Corked()
	default:
		return err
	}
	if c.secret != nil {
		c.secret.sent.Store(true)
	}
	if s.taken {
		c.base.outgoing.verb.late = CodeTimeout
	}
	return err
}

func (c *Channel) send(time call, payload []byte) error {
	if err := c.ready(time, verbSend); err != nil {
		return err
	}
	if err := c.keepsTime(time); err != nil {
		return err
	}
	return c.push(time, verbSend, sending{channel: c, payload: payload})
}

func (c *Channel) flush(time call) error {
	return c.push(time, verbFlush, sending{channel: c, flush: true})
}

// flushAll comes before a finish.
func (c *Channel) flushAll(time call) error {
	if err := c.flush(time); err != nil {
		return err
	}
	return c.base.ended(c.proven(time))
}

func (c *Channel) push(time call, v verb, how sending) error {
	out := &c.base.outgoing
	if err := out.enter(time, v); err != nil {
		return err
	}
	c.sending = how
	return c.base.ended(c.performSend())
}

// performSend does the sending of the call that has its turn, and leaves.
func (c *Channel) performSend() error {
	out := &c.base.outgoing
	defer func() {
		c.sending = sending{}
		out.leave()
	}()
	return out.perform(&c.sending)
}

func (c *Channel) finish(time call) error {
	if c.Closed() {
		return c.Close()
	}
	return c.base.finishWith(time, finishing{
		flush: c.flushAll,
		end: func(seconds float64) error {
			return c.use(func(c core.SwigcptrChannel) error { return c.Finish(seconds) })
		},
		close: func() error { return c.use(core.SwigcptrChannel.Close) },
		waits: c.secret != nil,
	})
}

// guarded is use for what touches descriptors: not if the host closed them.
func (c *Channel) guarded(f func(core.SwigcptrChannel) error) error {
	return c.base.guarded(func(core.SwigcptrStream) error { return c.use(f) })
}

// scratches are for small payloads, each for the time of one try.
var scratches = sync.Pool{New: func() any { return new(core.Scratch) }}

// memoryAhead is how far memory runs ahead of what has arrived, in bytes.
const memoryAhead = 1 << 20

// partial is a large payload, as far as it has arrived.
type partial struct {
	claimed int // its length, as the peer says
	bytes   []byte
}

// room makes room for more: memoryAhead or as much again as is there already.
func (p *partial) room() {
	if len(p.bytes) < cap(p.bytes) || cap(p.bytes) >= p.claimed {
		return
	}
	more := len(p.bytes)
	if more < memoryAhead {
		more = memoryAhead
	}
	size := len(p.bytes) + more
	if size > p.claimed {
		size = p.claimed
	}
	p.bytes = append(make([]byte, 0, size), p.bytes...)
}

// receiving is a payload on its way, or a poll.
type receiving struct {
	channel *Channel
	payload []byte
	poll    bool
}

// try sends what is pending, too, for which a file of the host's must be open. What another
// call's try kept it from sending leaves as soon as it can.
func (r *receiving) try() (err error) {
	c := r.channel
	defer runtime.KeepAlive(c.handle)
	if !c.base.outgoing.hosted || c.Pending() == 0 {
		err = r.tryHeld()
	} else if c.base.hold(func() { err = r.tryHeld() }) != nil {
		return closedError("stream")
	}
	if err == core.WouldBlock && c.Pending() != 0 {
		return core.WouldBlockEither
	}
	return err
}

func (r *receiving) tryHeld() error {
	c := r.channel
	switch {
	case r.poll && c.rest.claimed > 0:
		return c.base.tryPoll(core.SwigcptrStream(c.base.handle.number).Poll)
	case r.poll:
		return c.base.tryPoll(core.SwigcptrChannel(c.handle.number).Poll)
	case c.rest.claimed == 0:
		if done, err := r.trySmall(); done || err != nil {
			return err
		}
	}
	return r.tryLarge()
}

// trySmall receives a small payload; a large one it only begins.
func (r *receiving) trySmall() (done bool, err error) {
	scratch := scratches.Get().(*core.Scratch)
	err = core.Recv(r.channel.handle.number, scratch)
	switch {
	case err != nil:
	case scratch.Large():
		r.channel.rest.claimed = scratch.Length()
	default:
		r.payload = append(make([]byte, 0, scratch.Length()), scratch.Bytes()...)
		done = true
	}
	scratches.Put(scratch)
	return done, err
}

// tryLarge takes what has arrived of a large payload. The channel keeps it until it is
// complete or lost.
func (r *receiving) tryLarge() error {
	rest := &r.channel.rest
	for {
		rest.room()
		free := rest.bytes[len(rest.bytes):cap(rest.bytes)]
		count, complete, err := core.RecvSome(r.channel.handle.number, free)
		rest.bytes = rest.bytes[:len(rest.bytes)+count]
		if complete {
			r.payload = rest.bytes
		}
		if complete || lost(err) {
			*rest = partial{}
		}
		if complete || err != nil {
			return err
		}
	}
}

// lost says that what has arrived of a payload is of no use any more.
func lost(err error) bool {
	switch codeOf(err) {
	case CodeTimeout, CodeNoMemory:
		return false
	}
	return err != nil
}

func (c *Channel) recv(time call) ([]byte, error) {
	return c.pull(time, verbReceive, receiving{channel: c})
}

func (c *Channel) poll(time call) (bool, error) {
	_, err := c.pull(time, verbPoll, receiving{channel: c, poll: true})
	return polled(0, err)
}

func (c *Channel) pull(time call, v verb, how receiving) ([]byte, error) {
	in := &c.base.incoming
	if err := c.trusted(time, v); err != nil {
		return nil, err
	}
	if err := in.enter(time, v); err != nil {
		return nil, err
	}
	c.receiving = how
	payload, err := c.performReceive()
	return payload, c.base.ended(err)
}

// performReceive does the receiving of the call that has its turn, and leaves.
func (c *Channel) performReceive() ([]byte, error) {
	in := &c.base.incoming
	defer func() {
		c.receiving = receiving{}
		in.leave()
	}()
	if err := in.perform(&c.receiving); err != nil {
		return nil, err
	}
	return c.receiving.payload, nil
}
