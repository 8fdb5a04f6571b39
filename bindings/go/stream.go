package firth

import (
	"context"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"firth.dev/firth/internal/core"
)

// Stream is a duplex byte stream that can lie below a Channel or a BufferedStream: one of
// this package's, or any object with these methods, which is then called by whoever sends
// or receives, in their goroutine.
//
// Read is asked for what is wanted and no more, gives 1 to len(p) bytes, and io.EOF at the
// end. Write is called once for each frame or write; it takes all of p, or says how many
// bytes of it. One goroutine may be in Read while another is in Write. Close is called
// once, when the stream is closed or lost, from any goroutine, and should end a Read and a
// Write that are blocked. An object that is Closed cannot be used; one that says so later
// makes its channel say so too. An error of any of them is returned as it is, a panic goes
// to the caller, and neither loses anything: what was received stays, and what Send has
// taken leaves with the next Flush or Send.
//
// These methods are used if the object has them:
//
//   - SetReadDeadline(time.Time) error, as a net.Conn has it, for time-outs, contexts,
//     deadlines and Wake in reading, receiving and polling; it must end a Poll too;
//   - SetWriteDeadline(time.Time) error for those in writing, sending and flushing;
//   - Poll(time.Duration) (bool, error) for polling, and for time-outs in reading where
//     there is no SetReadDeadline; 0 does not wait, and below 0 is for ever;
//   - Flush() error, which Flush and Finish call, and a BufferedStream before it waits;
//   - Fileno() (int, error), or Fd() uintptr, and WriteFileno() (int, error).
//
// What needs one that the object has not gives ErrNotSupported.
type Stream interface {
	io.ReadWriteCloser
	Closed() bool
}

// Counters is what went through a stream since it was made: bytes, and system calls
// made by C, waiting not included, which is Go's.
type Counters struct {
	BytesRead, BytesWritten, ReadCalls, WriteCalls uint64
}

// handle keeps a reference on an object of C's; its finaliser gives it back, and
// neither flushes nor closes anything that another still holds. The pointer in it keeps it
// out of the blocks that Go shares between tiny objects, where any of them that lives on
// would keep the finalisers of all from running.
type handle struct {
	number uintptr
	free   func(uintptr)
}

func newHandle(number uintptr, free func(uintptr)) *handle {
	h := &handle{number, free}
	runtime.SetFinalizer(h, func(h *handle) { h.free(h.number) })
	return h
}

func freeStream(number uintptr) { core.DeleteStream(core.SwigcptrStream(number)) }

// stream is what every kind of stream consists of. Its methods are theirs:
// ..._methods.go has them for each kind. All can be called on nil.
type stream struct {
	handle   *handle
	incoming direction
	outgoing direction
	reading  reading // of the call that has the turn in incoming
	writing  writing // of the call that has the turn in outgoing
	timeout  atomic.Int64
	hosts    []io.Closer               // the host's own objects, closed with the stream
	lower    *stream                   // what it lies over, closed with it
	upper    atomic.Pointer[stream]    // what lies over it
	crowded  atomic.Bool               // calls of both directions write
	over     chan struct{}             // closed when nothing is used any more
	overOnce sync.Once                 // of over
	custom   *custom                   // the user's object that this is
	tunnel   closing                   // the user's object that is closed after this
	tls      *shaking                  // if it speaks TLS
	exchange atomic.Pointer[direction] // of the hand-shakes of channels over it
	child    bool                      // its finish waits for a child process
}

// newStream is a stream over descriptors of the core's own.
func newStream(number uintptr) *stream {
	s := emptyStream(number)
	tls, shaken := speaksTLS(number)
	if tls {
		s.shake(shaken)
	}
	s.child = isOfChild(number)
	s.incoming.init("stream", s.ownPoller(core.WantsRead), false)
	s.outgoing.init("stream", s.ownPoller(core.WantsWrite), false)
	return s
}

func (s *stream) ownPoller(usual int) *epollPoller {
	return &epollPoller{descriptors: s.descriptors, usual: usual, crowded: &s.crowded}
}

// layOver is a stream of the core's over another.
func layOver(lower *stream, number uintptr) (*stream, error) {
	s := emptyStream(number)
	s.lower = lower
	s.crowded.Store(true)
	s.timeout.Store(lower.timeout.Load())
	if !lower.upper.CompareAndSwap(nil, s) {
		return nil, invalid("the stream has another over it already")
	}
	if c := s.object(); c != nil {
		s.initOver(c)
		return s, nil
	}
	hosted := lower.incoming.hosted || lower.outgoing.hosted
	s.incoming.init("stream", s.pollerOver(lower, &lower.incoming, core.WantsRead, hosted), hosted)
	s.outgoing.init("stream", s.pollerOver(lower, &lower.outgoing, core.WantsWrite, hosted), hosted)
	return s, nil
}

// pollerOver waits for the descriptors of what is below, one direction of which is given.
func (s *stream) pollerOver(lower *stream, below *direction, usual int, hosted bool) poller {
	p := s.ownPoller(usual)
	if hosted {
		p.guarding, p.watching, p.closed = lower.hold, below.poller.watcher(), s.giveBack
	}
	return p
}

// bothWays is a further direction of the stream, for what reads and writes.
func (s *stream) bothWays() *direction {
	d := &direction{}
	if c := s.object(); c != nil {
		d.init("stream", &objectPoller{custom: c, direction: d}, false)
		d.custom = true
		return d
	}
	lower := s
	if s.lower != nil {
		lower = s.lower
	}
	hosted := s.incoming.hosted || s.outgoing.hosted
	d.init("stream", s.pollerOver(lower, &lower.incoming, core.WantsRead, hosted), hosted)
	return d
}

func emptyStream(number uintptr) *stream {
	s := &stream{handle: newHandle(number, freeStream), over: make(chan struct{})}
	s.timeout.Store(int64(Forever))
	return s
}

// check says why a stream cannot be used at all.
func (s *stream) check() error {
	if s == nil {
		return invalid("a nil or zero stream")
	}
	return nil
}

// use calls into C with the stream's handle.
func (s *stream) use(f func(core.SwigcptrStream) error) error {
	err := f(core.SwigcptrStream(s.handle.number))
	runtime.KeepAlive(s.handle)
	return err
}

// guarded is use for what touches descriptors: not if the host closed them.
func (s *stream) guarded(f func(core.SwigcptrStream) error) error {
	err := closedError("stream")
	s.hold(func() { err = asError(s.use(f)) })
	return err
}

// hold calls f so that the host cannot close the descriptors meanwhile.
func (s *stream) hold(f func()) error {
	var refused error
	err := s.incoming.poller.guard(func() { refused = s.outgoing.poller.guard(f) })
	if err != nil {
		return err
	}
	return refused
}

func (s *stream) descriptors() (reading, writing int, err error) {
	var in, out int32
	err = s.use(func(c core.SwigcptrStream) error {
		if err := c.Fileno(&in); err != nil {
			return err
		}
		return c.Write_fileno(&out)
	})
	return int(in), int(out), asError(err)
}

// call is a call of the stream's own time-out.
func (s *stream) call() call { return lasting(time.Duration(s.timeout.Load())) }

// ended is the end of every call: a stream that lost its peer gives back what it
// holds.
func (s *stream) ended(err error) error {
	if err != nil && s.gone() {
		s.giveBack()
	}
	return err
}

// gone says that the core is done with the descriptors.
func (s *stream) gone() bool {
	var closed bool
	s.use(func(c core.SwigcptrStream) error { closed = c.Closed(); return nil })
	return closed
}

// giveBack closes the descriptors for waiting, and the host's objects.
func (s *stream) giveBack() {
	for above := s; above != nil; above = above.upper.Load() {
		above.overOnce.Do(func() { close(above.over) })
		above.incoming.close()
		above.outgoing.close()
		for _, d := range above.handshakes() {
			d.close()
		}
	}
	for _, host := range s.hosts {
		host.Close()
	}
	if s.custom != nil {
		s.custom.closing.close()
	}
	if s.lower != nil {
		s.lower.giveBack()
	}
	s.tunnel.close()
}

// Close ends the stream at once and wakes whoever is blocked in it; it never blocks
// and may be called from anywhere, again too. ErrUnsent: bytes that the stream had
// collected are lost.
func (s *stream) Close() error {
	if err := s.check(); err != nil {
		return err
	}
	err := s.guarded(func(c core.SwigcptrStream) error { return c.Close() })
	s.giveBack()
	if codeOf(err) == CodeClosed {
		err = nil
	}
	return s.closeErrorOr(err)
}

// Finish ends the stream politely: it sends what is collected and the stream's end
// mark, waiting as long as the stream's time-out says, or else FinishTimeout, or without
// a limit on an object of the user's that keeps none; and closes, whatever happened.
func (s *stream) Finish() error {
	if err := s.check(); err != nil {
		return err
	}
	return s.finish(s.finishCall())
}

// FinishContext is Finish for as long as the context lasts.
func (s *stream) FinishContext(ctx context.Context) error {
	if err := s.check(); err != nil {
		return err
	}
	return s.finish(within(ctx))
}

func (s *stream) finish(c call) error {
	if s.Closed() {
		return s.Close()
	}
	return s.finishWith(c, finishing{
		flush: s.flush,
		end: func(seconds float64) error {
			return s.use(func(c core.SwigcptrStream) error { return c.Finish(seconds) })
		},
		close: func() error { return s.use(core.SwigcptrStream.Close) },
	})
}

// Closed says whether the stream was closed or has lost its peer.
func (s *stream) Closed() bool {
	if s == nil {
		return false
	}
	if s.incoming.isClosed() || s.gone() {
		return true
	}
	if c := s.object(); c != nil {
		return c.object.Closed()
	}
	return s.guarded(func(core.SwigcptrStream) error { return nil }) != nil
}

// Fileno is the descriptor that becomes readable when there is something to read. It
// stays the stream's: watch it, and neither read nor close it.
func (s *stream) Fileno() (int, error) {
	return s.descriptor(false)
}

// WriteFileno is the same for writing; on pipes it is another descriptor.
func (s *stream) WriteFileno() (int, error) {
	return s.descriptor(true)
}

func (s *stream) descriptor(writing bool) (int, error) {
	if err := s.check(); err != nil {
		return -1, err
	}
	if c := s.object(); c != nil && !s.Closed() {
		return c.descriptor(writing)
	}
	ask := core.SwigcptrStream.Fileno
	if writing {
		ask = core.SwigcptrStream.Write_fileno
	}
	descriptor := int32(-1)
	err := s.guarded(func(c core.SwigcptrStream) error { return ask(c, &descriptor) })
	return int(descriptor), err
}

// SetTimeout sets the time that calls have which give none: negative is for ever, as
// at first, and 0 means to try and not to wait.
func (s *stream) SetTimeout(timeout time.Duration) error {
	if err := s.check(); err != nil {
		return err
	}
	s.timeout.Store(int64(timeout))
	return nil
}

// Timeout is what SetTimeout set; negative is for ever.
func (s *stream) Timeout() time.Duration {
	if s == nil {
		return Forever
	}
	return time.Duration(s.timeout.Load())
}

// SetDeadline sets the point in time at which all calls end with a time-out, those
// that are blocked already too. The zero time is none.
func (s *stream) SetDeadline(t time.Time) error {
	if err := s.SetReadDeadline(t); err != nil {
		return err
	}
	return s.SetWriteDeadline(t)
}

// SetReadDeadline is SetDeadline for reading, receiving and polling.
func (s *stream) SetReadDeadline(t time.Time) error {
	if err := s.check(); err != nil {
		return err
	}
	if c := s.object(); c != nil && c.readDeadline == nil && !t.IsZero() {
		return c.lacks("SetReadDeadline")
	}
	s.incoming.setDeadline(t)
	s.deadlineOfHandshake()
	return s.incoming.refused()
}

// SetWriteDeadline is SetDeadline for writing, sending and flushing.
func (s *stream) SetWriteDeadline(t time.Time) error {
	if err := s.check(); err != nil {
		return err
	}
	if c := s.object(); c != nil && c.writeDeadline == nil && !t.IsZero() {
		return c.lacks("SetWriteDeadline")
	}
	s.outgoing.setDeadline(t)
	s.deadlineOfHandshake()
	return s.outgoing.refused()
}

// Wake ends the calls that are blocked in the stream, or else the next that would
// block, with ErrInterrupted; nothing is lost and the stream stays open.
func (s *stream) Wake() error {
	if err := s.check(); err != nil {
		return err
	}
	if c := s.object(); c != nil && (c.readDeadline == nil || c.writeDeadline == nil) {
		return c.lacks("SetReadDeadline or SetWriteDeadline")
	}
	s.incoming.wake()
	s.outgoing.wake()
	if t := s.secure(); t != nil && !t.done.Load() {
		t.direction.wake()
	}
	if d := s.exchange.Load(); d != nil {
		d.wake()
	}
	if err := s.incoming.refused(); err != nil {
		return err
	}
	return s.outgoing.refused()
}

// Held is how many bytes the stream itself holds: read ahead and still to be read, and
// collected and still to be written; none once it is closed. It never blocks.
func (s *stream) Held() (toRead, toWrite int) {
	if s.check() != nil {
		return 0, 0
	}
	var ahead, collected int64
	s.use(func(c core.SwigcptrStream) error { return c.Held(&ahead, &collected) })
	return int(ahead), int(collected)
}

// Counters is what went through the stream so far.
func (s *stream) Counters() (Counters, error) {
	if err := s.check(); err != nil {
		return Counters{}, err
	}
	var counters core.Counters
	err := s.use(func(c core.SwigcptrStream) error { return c.Counters(&counters) })
	return Counters(counters), asError(err)
}
