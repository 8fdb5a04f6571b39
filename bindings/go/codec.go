package firth

import (
	"runtime"

	"firth.dev/firth/internal/core"
)

// FrameCodec turns payloads into frames and back, without any stream, and never
// blocks. One goroutine at a time may encode, and one other may feed and decode; with a
// key, one goroutine at a time may use it.
type FrameCodec struct{ handle *handle }

func freeCodec(number uintptr) { core.DeleteFrameCodec(core.SwigcptrFrameCodec(number)) }

// NewFrameCodec makes a codec. Nil options are the defaults.
func NewFrameCodec(options *ChannelOptions) (*FrameCodec, error) {
	o, err := options.filled()
	if err != nil {
		return nil, err
	}
	number, err := core.CreateCodec(o)
	if err != nil {
		return nil, asError(err)
	}
	return &FrameCodec{newHandle(number, freeCodec)}, nil
}

func (c *FrameCodec) check() error {
	if c == nil || c.handle == nil {
		return invalid("a nil or zero codec")
	}
	return nil
}

// Hello is, with a key, what goes over the stream before all frames, once; without one, and
// the second time, no bytes.
func (c *FrameCodec) Hello() ([]byte, error) {
	return c.make(core.Hello)
}

// Encode is the frame of one payload, as it goes over a stream. ErrBufferOverflow: its
// body would be over the frame limit. With a key, ErrWantRead: Decode must have met the
// peer's hello first.
func (c *FrameCodec) Encode(payload []byte) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	frame, err := core.Encode(c.handle.number, payload)
	runtime.KeepAlive(c.handle)
	return frame, asError(err)
}

// EncodeEnd is, with a key, what tells the peer that no more will come: nothing can be
// encoded afterwards (net.ErrClosed). Without a key, no bytes. ErrWantRead as for Encode.
func (c *FrameCodec) EncodeEnd() ([]byte, error) {
	return c.make(core.EncodeEnd)
}

func (c *FrameCodec) make(what func(uintptr) ([]byte, error)) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	frame, err := what(c.handle.number)
	runtime.KeepAlive(c.handle)
	return frame, asError(err)
}

// Feed takes bytes as they arrived; they are copied.
func (c *FrameCodec) Feed(data []byte) error {
	if err := c.check(); err != nil {
		return err
	}
	err := core.Feed(c.handle.number, data)
	runtime.KeepAlive(c.handle)
	return asError(err)
}

// Decode is the next payload, never nil without an error. ErrWantRead: feed more bytes
// first. ErrProtocol, and ErrBufferOverflow for a length over the frame limit, are
// final; ErrCompression, and ErrBufferOverflow for a body over the inflated limit, cost
// that frame only. With a key, ErrEncryption, in place of ErrProtocol too, is final, and
// io.EOF says that the peer's end has come.
func (c *FrameCodec) Decode() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	payload, err := core.Decode(c.handle.number)
	runtime.KeepAlive(c.handle)
	return payload, asError(err)
}

// End is how the stream ended if no more bytes come, for when Decode wants more: io.EOF
// between frames, ErrConnectionLost inside one, and with a key anywhere but after the peer's
// end.
func (c *FrameCodec) End() error {
	if err := c.check(); err != nil {
		return err
	}
	err := core.SwigcptrFrameCodec(c.handle.number).End()
	runtime.KeepAlive(c.handle)
	return asError(err)
}
