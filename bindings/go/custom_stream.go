package firth

import (
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"firth.dev/firth/internal/core"
)

// CustomStream is a stream over an object of the user's: see Stream for what that must
// and may have.
type CustomStream struct{ base *stream }

// NewCustomStream makes a stream over any object with the methods of Stream. It owns the
// object, keeps it alive and closes it. ErrInvalid: a nil object. net.ErrClosed: the object
// says that it is closed. After a failure the object is still the caller's.
func NewCustomStream(object Stream) (*CustomStream, error) {
	base, err := streamOver(object)
	if err != nil {
		return nil, err
	}
	return &CustomStream{base}, nil
}

// Object is the very object that NewCustomStream was given, nil for a nil stream.
func (s *CustomStream) Object() Stream {
	if s.inner() == nil {
		return nil
	}
	return s.base.custom.object
}

// custom is an object of the user's under a stream, and what is staged for it in C.
type custom struct {
	object        Stream
	staged        *handle
	poll          func(time.Duration) (bool, error)
	flush         func() error
	readDeadline  func(time.Time) error
	writeDeadline func(time.Time) error

	reading   chan struct{} // holds one element while a call is in the object's Read or Poll
	buffer    []byte        // for Read
	readError error         // came with bytes; the next Read's
	readingBy atomic.Uint64 // the goroutine that is in the object's Read or Poll, or 0
	writingBy atomic.Uint64 // the same for Write

	closing closing

	mu    sync.Mutex
	moved chan struct{} // closed when a call may go on that found another in its way
}

// streamOver is a stream over an object.
func streamOver(object Stream) (*stream, error) {
	if isNil(object) {
		return nil, invalid("a nil stream")
	}
	if own, ok := object.(interface{ inner() *stream }); ok {
		if err := own.inner().check(); err != nil {
			return nil, err
		}
	}
	if object.Closed() {
		return nil, closedError(fmt.Sprintf("%T", object))
	}
	c := customOf(object)
	var number, staged uintptr
	kind := core.CString(fmt.Sprintf("%T", object))
	err := core.Custom_create(&number, &staged, kind, c.flush != nil)
	if err != nil {
		return nil, asError(err)
	}
	c.staged = newHandle(staged, core.Custom_free)
	s := emptyStream(number)
	s.custom = c
	s.initOver(c)
	return s, nil
}

// isNil says whether there is nothing: nil, a nil pointer.
func isNil(object any) bool {
	if object == nil {
		return true
	}
	value := reflect.ValueOf(object)
	return value.Kind() == reflect.Ptr && value.IsNil()
}

// customOf finds out what the object can do beside what it must.
func customOf(object Stream) *custom {
	c := &custom{object: object, reading: make(chan struct{}, 1), moved: make(chan struct{})}
	c.closing.set(object)
	if o, ok := object.(interface {
		Poll(time.Duration) (bool, error)
	}); ok {
		c.poll = o.Poll
	}
	if o, ok := object.(interface{ Flush() error }); ok {
		c.flush = o.Flush
	}
	if o, ok := object.(interface{ SetReadDeadline(time.Time) error }); ok {
		c.readDeadline = o.SetReadDeadline
	}
	if o, ok := object.(interface{ SetWriteDeadline(time.Time) error }); ok {
		c.writeDeadline = o.SetWriteDeadline
	}
	return c
}

// initOver makes both directions of the stream wait with the object.
func (s *stream) initOver(c *custom) {
	for _, d := range []*direction{&s.incoming, &s.outgoing} {
		d.init("stream", &objectPoller{custom: c, direction: d}, false)
		d.custom = true
	}
}

// object is the custom stream at the bottom of this one, or nil.
func (s *stream) object() *custom {
	for s.lower != nil {
		s = s.lower
	}
	return s.custom
}

// movement is what move will close.
func (c *custom) movement() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moved
}

// move lets calls go on that wait for another's bytes.
func (c *custom) move() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.moved)
	c.moved = make(chan struct{})
}

// use calls into C with what is staged.
func (c *custom) use(f func(staged uintptr)) {
	f(c.staged.number)
	runtime.KeepAlive(c.staged)
}

// lacks says that the object has no such method.
func (c *custom) lacks(method string) error {
	return &Error{Code: CodeNotSupported, Detail: fmt.Sprintf("a %T has no %s", c.object, method)}
}

// descriptor is the object's own, if it has one.
func (c *custom) descriptor(writing bool) (int, error) {
	if o, ok := c.object.(interface{ WriteFileno() (int, error) }); ok && writing {
		return o.WriteFileno()
	}
	switch o := c.object.(type) {
	case interface{ Fileno() (int, error) }:
		return o.Fileno()
	case interface{ Fd() uintptr }:
		return int(o.Fd()), nil
	}
	return -1, c.lacks("descriptor: neither Fileno nor Fd")
}
