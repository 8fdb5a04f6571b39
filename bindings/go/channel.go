package firth

import (
	"context"
	"runtime"
	"time"

	"firth.dev/firth/internal/core"
)

// Channel sends and receives payloads over a stream, framed as rpyc frames them. It
// keeps its stream alive.
type Channel struct {
	handle    *handle
	stream    Stream
	base      *stream
	sending   sending     // of the call that has the turn in base.outgoing
	receiving receiving   // of the call that has the turn in base.incoming
	rest      partial     // a large payload that has arrived in part; same turn
	secret    *encryption // nil without a key
	batches   bool        // a batch may be collected
	lease     *lease      // of one whose batches have a timer that uses the host's descriptors
}

func freeChannel(number uintptr) { core.DeleteChannel(core.SwigcptrChannel(number)) }

// NewChannel makes a channel over a stream. It sends nothing yet. Nil options are the
// defaults. An object of the user's is taken as by NewCustomStream.
func NewChannel(stream Stream, options *ChannelOptions) (*Channel, error) {
	o, err := options.filled()
	if err != nil {
		return nil, err
	}
	return newChannel(stream, o)
}

func newChannel(stream Stream, o *core.ChannelOptions) (*Channel, error) {
	base, err := baseOf(stream)
	if err != nil {
		return nil, err
	}
	if err := base.refuseTimer(o); err != nil {
		return nil, err
	}
	var number uintptr
	err = base.guarded(func(core.SwigcptrStream) (err error) {
		number, err = core.CreateChannel(base.handle.number, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	base.crowded.Store(true)
	c := &Channel{handle: newHandle(number, freeChannel), stream: stream, base: base,
		batches: o.BatchSize > 1}
	c.lend(o)
	if o.Key != nil {
		c.encrypt()
	}
	return c, nil
}

// baseOf is what a stream of this package consists of; any other is an object of the
// user's, even if it embeds one.
func baseOf(given Stream) (*stream, error) {
	var base *stream
	switch kind := given.(type) {
	case *SocketStream:
		base = kind.inner()
	case *PipeStream:
		base = kind.inner()
	case *BufferedStream:
		base = kind.inner()
	case *CustomStream:
		base = kind.inner()
	case *TLSStream:
		base = kind.inner()
	case *TunneledSocketStream:
		base = kind.inner()
	case *Win32PipeStream:
		base = kind.inner()
	case *NamedPipeStream:
		base = kind.inner()
	default:
		return streamOver(given)
	}
	return base, base.check()
}

func (c *Channel) check() error {
	if c == nil || c.handle == nil {
		return invalid("a nil or zero channel")
	}
	return nil
}

func (c *Channel) use(f func(core.SwigcptrChannel) error) error {
	err := f(core.SwigcptrChannel(c.handle.number))
	runtime.KeepAlive(c.handle)
	return err
}

// Send sends one payload; 0 bytes are one too. After a time-out the payload was taken:
// the next Send or Flush finishes it. ErrBusy: it was not. ErrBufferOverflow: it is
// over the frame limit; nothing was sent. A channel that batches or is corked collects what
// it takes, and waits as Flush does when its batch is full or its queue would grow over
// Limits.Queue. A failure of what was sent in the background is told by the next call,
// whatever it is.
func (c *Channel) Send(payload []byte) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.send(c.base.call(), payload)
}

// SendContext is Send for as long as the context lasts.
func (c *Channel) SendContext(ctx context.Context, payload []byte) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.send(within(ctx), payload)
}

// Recv receives the next payload, never nil without an error. A time-out keeps what
// arrived for the next call. io.EOF: the peer closed between payloads;
// io.ErrUnexpectedEOF and ErrConnectionLost: inside one. Faults of the frame are as in
// FrameCodec.Decode. What is collected is sent first, or as soon as it can be.
func (c *Channel) Recv() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return c.recv(c.base.call())
}

// RecvContext is Recv for as long as the context lasts.
func (c *Channel) RecvContext(ctx context.Context) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return c.recv(within(ctx))
}

// Poll waits up to timeout until Recv would find something, which may be the first part
// of a payload: true at the end of the stream too, false when the time ran out.
func (c *Channel) Poll(timeout time.Duration) (bool, error) {
	if err := c.check(); err != nil {
		return false, err
	}
	return c.poll(lasting(timeout))
}

// PollContext is Poll for as long as the context lasts, whose end is an error.
func (c *Channel) PollContext(ctx context.Context) (bool, error) {
	if err := c.check(); err != nil {
		return false, err
	}
	return c.poll(within(ctx))
}

// Flush sends what was collected, and what a time-out of Send left over.
func (c *Channel) Flush() error {
	if err := c.check(); err != nil {
		return err
	}
	return c.flush(c.base.call())
}

// FlushContext is Flush for as long as the context lasts.
func (c *Channel) FlushContext(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.flush(within(ctx))
}

// Pending is how many bytes of frames Send has taken that have not left yet.
func (c *Channel) Pending() (count int) {
	if c.check() == nil {
		c.use(func(c core.SwigcptrChannel) error { count = int(c.Pending()); return nil })
	}
	return count
}

// Close closes the channel and its stream at once and wakes whoever is blocked; it
// never blocks and may be called from anywhere, again too. ErrUnsent: bytes that were
// pending are lost.
func (c *Channel) Close() error {
	if err := c.check(); err != nil {
		return err
	}
	err := c.guarded(core.SwigcptrChannel.Close)
	c.base.giveBack()
	if codeOf(err) == CodeClosed {
		err = nil
	}
	return c.base.closeErrorOr(err)
}

// Finish sends what is pending and ends the stream politely, waiting as long as the
// stream's time-out says or as Finish of a stream, and closes, whatever happened.
func (c *Channel) Finish() error {
	if err := c.check(); err != nil {
		return err
	}
	return c.finish(c.base.finishCall())
}

// FinishContext is Finish for as long as the context lasts.
func (c *Channel) FinishContext(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.finish(within(ctx))
}

// Closed says whether the channel's stream was closed or has lost its peer.
func (c *Channel) Closed() bool { return c.check() == nil && c.base.Closed() }

// Fileno is the stream's: see there.
func (c *Channel) Fileno() (int, error) {
	if err := c.check(); err != nil {
		return -1, err
	}
	return c.base.Fileno()
}

// Stream is the very stream that NewChannel was given, nil for a nil channel.
func (c *Channel) Stream() Stream {
	if c == nil {
		return nil
	}
	return c.stream
}

// Compress says whether what is sent is compressed.
func (c *Channel) Compress() (on bool) {
	if c.check() == nil {
		c.use(func(c core.SwigcptrChannel) error { on = c.Compress(); return nil })
	}
	return on
}

// SetCompress sets whether what is sent from now on is compressed.
func (c *Channel) SetCompress(on bool) error {
	if err := c.check(); err != nil {
		return err
	}
	return asError(c.use(func(c core.SwigcptrChannel) error { return c.Set_compress(on) }))
}

// SetDeadline is the stream's.
func (c *Channel) SetDeadline(t time.Time) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.base.SetDeadline(t)
}

// SetReadDeadline is the stream's.
func (c *Channel) SetReadDeadline(t time.Time) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.base.SetReadDeadline(t)
}

// SetWriteDeadline is the stream's.
func (c *Channel) SetWriteDeadline(t time.Time) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.base.SetWriteDeadline(t)
}
