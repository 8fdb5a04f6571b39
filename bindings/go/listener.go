package firth

import (
	"context"
	"runtime"
	"time"

	"firth.dev/firth/internal/core"
)

// Listener accepts connections as SocketStreams. Close it to stop.
type Listener struct {
	handle    *handle
	incoming  direction
	accepting accepting // of the call that has the turn
}

var verbAccept = verb{"accepting", CodeTimeout}

// Listen listens on a TCP port of this machine; port 0 lets the system choose one, and
// an empty host is every address. Nil options are the defaults. Errors: *net.DNSError,
// syscall.EADDRINUSE.
func Listen(host string, port int, options *ListenOptions) (*Listener, error) {
	o, err := listenOptions("host name", host, options)
	if err != nil {
		return nil, err
	}
	if err := checkInts("port", port); err != nil {
		return nil, err
	}
	var number uintptr
	err = core.Listener_listen(&number, core.CString(host), port, o.IPv6.ipv6(), o.backlog(),
		o.NoDelay.or(true), int(o.KeepAlive/time.Second))
	if err != nil {
		return nil, resolved(err, host)
	}
	return newListener(number), nil
}

// UnixListen listens on a unix socket at path, which must not exist; Close removes it.
func UnixListen(path string, options *ListenOptions) (*Listener, error) {
	o, err := listenOptions("path", path, options)
	if err != nil {
		return nil, err
	}
	var number uintptr
	err = core.Listener_unix_listen(&number, core.CString(path), o.backlog())
	if err != nil {
		return nil, asError(err)
	}
	return newListener(number), nil
}

func listenOptions(name, text string, options *ListenOptions) (o ListenOptions, err error) {
	if options != nil {
		o = *options
	}
	if err := checkText(name, text); err != nil {
		return o, err
	}
	return o, o.check()
}

func freeListener(number uintptr) { core.DeleteListener(core.SwigcptrListener(number)) }

func newListener(number uintptr) *Listener {
	l := &Listener{handle: newHandle(number, freeListener)}
	l.incoming.init("listener", &epollPoller{descriptors: l.descriptors, usual: core.WantsRead}, false)
	return l
}

func (l *Listener) check() error {
	if l == nil || l.handle == nil {
		return invalid("a nil or zero listener")
	}
	return nil
}

func (l *Listener) use(f func(core.SwigcptrListener) error) error {
	err := f(core.SwigcptrListener(l.handle.number))
	runtime.KeepAlive(l.handle)
	return asError(err)
}

func (l *Listener) descriptors() (reading, writing int, err error) {
	descriptor, err := l.Fileno()
	return descriptor, descriptor, err
}

// accepting is a call of Accept in progress.
type accepting struct {
	listener *Listener
	number   uintptr
}

func (a *accepting) try() error {
	var number uintptr // on its own: C may not see an object that holds pointers
	err := core.SwigcptrListener(a.listener.handle.number).Accept(0, &number)
	a.number = number
	runtime.KeepAlive(a.listener.handle)
	return err
}

// Accept waits for a connection, for ever unless SetDeadline says otherwise.
func (l *Listener) Accept() (*SocketStream, error) { return l.accept(call{}) }

// AcceptContext is Accept for as long as the context lasts.
func (l *Listener) AcceptContext(ctx context.Context) (*SocketStream, error) {
	return l.accept(within(ctx))
}

func (l *Listener) accept(c call) (*SocketStream, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	if err := l.incoming.enter(c, verbAccept); err != nil {
		return nil, err
	}
	l.accepting = accepting{listener: l}
	err := l.incoming.perform(&l.accepting)
	number := l.accepting.number
	l.incoming.leave()
	return socketStream(number, err)
}

// SetDeadline sets the point in time at which Accept ends with a time-out, one that is
// blocked already too. The zero time is none.
func (l *Listener) SetDeadline(t time.Time) error {
	if err := l.check(); err != nil {
		return err
	}
	l.incoming.setDeadline(t)
	return nil
}

// Wake ends the calls that are blocked in Accept, or else the next that would block,
// with ErrInterrupted.
func (l *Listener) Wake() error {
	if err := l.check(); err != nil {
		return err
	}
	l.incoming.wake()
	return nil
}

// Port is the TCP port that is listened on, as the system chose it; 0 for a unix socket.
func (l *Listener) Port() (port int) {
	if l.check() == nil {
		l.use(func(c core.SwigcptrListener) error { port = c.Port(); return nil })
	}
	return port
}

// Path is the unix socket's path, "" for TCP.
func (l *Listener) Path() (path string) {
	if l.check() == nil {
		l.use(func(c core.SwigcptrListener) error { path = c.Path(); return nil })
	}
	return path
}

// Fileno is the descriptor that becomes readable when a connection waits. It stays the
// listener's.
func (l *Listener) Fileno() (int, error) {
	if err := l.check(); err != nil {
		return -1, err
	}
	descriptor := int32(-1)
	err := l.use(func(c core.SwigcptrListener) error { return c.Fileno(&descriptor) })
	return int(descriptor), err
}

// Close stops listening and wakes whoever is blocked in Accept. It never blocks and may
// be called from anywhere, again too.
func (l *Listener) Close() error {
	if err := l.check(); err != nil {
		return err
	}
	err := l.use(core.SwigcptrListener.Close)
	l.incoming.close()
	return err
}

// Closed says whether Close was called.
func (l *Listener) Closed() (closed bool) {
	if l.check() == nil {
		l.use(func(c core.SwigcptrListener) error { closed = c.Closed(); return nil })
	}
	return closed
}
