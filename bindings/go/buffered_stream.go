package firth

import (
	"runtime"

	"firth.dev/firth/internal/core"
)

// BufferedStream reads ahead and collects what is written, over another stream. What is
// collected leaves when there is more than the buffer holds, with Flush and Finish, and
// before a call that must wait to read, receive or poll: that then goes on as soon as it
// can read or send, so that two peers with full queues do not wait for each other. Close
// gives it one try.
type BufferedStream struct {
	base  *stream
	lower Stream
}

// BufferedOptions is how a BufferedStream buffers. The zero value, and nil, mean the
// defaults.
type BufferedOptions struct {
	// BufferSize is how many bytes are read ahead at most, and how many are collected;
	// 0 means DefaultBufferSize.
	BufferSize int
}

// NewBufferedStream makes a buffered stream over another, which it owns and closes; its
// time-out begins as that stream's. Use that stream no more, nor lay another over it
// (ErrInvalid). An object of the user's is taken as by NewCustomStream. ErrBufferOverflow:
// the buffer size is above MaxBufferSize. After a failure the stream is still the caller's.
func NewBufferedStream(stream Stream, options *BufferedOptions) (*BufferedStream, error) {
	lower, err := baseOf(stream)
	if err != nil {
		return nil, err
	}
	var o BufferedOptions
	if options != nil {
		o = *options
	}
	if o.BufferSize < 0 {
		return nil, invalid("a buffer size below 0")
	}
	var number uintptr
	err = core.Buffered_stream_create(&number, lower.handle.number, int64(o.BufferSize))
	runtime.KeepAlive(lower.handle)
	if err != nil {
		return nil, asError(err)
	}
	s, err := layOver(lower, number)
	if err != nil {
		return nil, err
	}
	return &BufferedStream{s, stream}, nil
}

// Lower is the very stream that NewBufferedStream was given, nil for a nil stream.
func (s *BufferedStream) Lower() Stream {
	if s == nil {
		return nil
	}
	return s.lower
}
