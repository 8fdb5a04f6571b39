package firth

import (
	"context"
	"net"
	"time"

	"firth.dev/firth/internal/core"
)

//go:generate go run ./internal/forward

// SocketStream is a stream over a socket.
type SocketStream struct{ base *stream }

// ConnectSocketStream connects to a TCP port, trying every address of host (a name or
// a numeric address) in turn. Nil options are the defaults. Errors: *net.DNSError,
// syscall.ECONNREFUSED, a time-out.
func ConnectSocketStream(host string, port int, options *ConnectOptions) (*SocketStream, error) {
	return ConnectSocketStreamContext(context.Background(), host, port, options)
}

// ConnectSocketStreamContext is ConnectSocketStream for as long as the context lasts
// and the options say. Once the context is done it returns at once; what it had begun
// is given up behind it.
func ConnectSocketStreamContext(ctx context.Context, host string, port int,
	options *ConnectOptions) (*SocketStream, error) {
	var o ConnectOptions
	if options != nil {
		o = *options
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := checkAddress(host, port); err != nil {
		return nil, err
	}
	return socketStream(connect(ctx, o.Timeout, func(timeout float64) (uintptr, error) {
		var number uintptr
		err := core.Socket_stream_connect(&number, core.CString(host), port, timeout, o.IPv6.ipv6(),
			o.Family, o.SockType, o.Proto, o.NoDelay.or(true), int(o.KeepAlive/time.Second))
		return number, resolved(err, host)
	}))
}

func checkAddress(host string, port int) error {
	if err := checkText("host name", host); err != nil {
		return err
	}
	return checkInts("port", port)
}

// UnixConnectSocketStream connects to the unix socket at path; a timeout of 0 means
// ConnectTimeout. Errors: os.ErrNotExist, syscall.ECONNREFUSED, ErrInvalid for a path
// longer than the system takes.
func UnixConnectSocketStream(path string, timeout time.Duration) (*SocketStream, error) {
	return unixConnect(context.Background(), path, timeout)
}

// UnixConnectSocketStreamContext is UnixConnectSocketStream for as long as the context
// lasts, ConnectTimeout at most.
func UnixConnectSocketStreamContext(ctx context.Context, path string) (*SocketStream, error) {
	return unixConnect(ctx, path, ConnectTimeout)
}

func unixConnect(ctx context.Context, path string, timeout time.Duration) (*SocketStream, error) {
	if err := checkText("path", path); err != nil {
		return nil, err
	}
	return socketStream(connect(ctx, timeout, func(timeout float64) (uintptr, error) {
		var number uintptr
		err := core.Socket_stream_unix_connect(&number, core.CString(path), timeout)
		return number, asError(err)
	}))
}

// made is what connecting came to.
type made struct {
	number uintptr
	err    error
}

// connect makes a stream on this goroutine's thread, or beside it if the context can
// end earlier. A timeout of 0 is ConnectTimeout.
func connect(ctx context.Context, timeout time.Duration,
	dial func(seconds float64) (uintptr, error)) (uintptr, error) {
	if timeout == 0 {
		timeout = ConnectTimeout
	}
	if ctx == nil || ctx.Done() == nil {
		return dial(seconds(timeout))
	}
	if ctx.Err() != nil {
		return 0, contextError(ctx, CodeTimeout, "connecting")
	}
	result := make(chan made, 1)
	go func() {
		number, err := dial(seconds(timeout))
		result <- made{number, err}
	}()
	select {
	case m := <-result:
		return m.number, m.err
	case <-ctx.Done():
		go discard(result)
		return 0, contextError(ctx, CodeTimeout, "connecting")
	}
}

// discard closes what nobody waits for any more.
func discard(result <-chan made) {
	if m := <-result; m.err == nil {
		newStream(m.number).Close()
	}
}

func socketStream(number uintptr, err error) (*SocketStream, error) {
	if err != nil {
		return nil, err
	}
	return &SocketStream{newStream(number)}, nil
}

// The resolver's "try again", where it is no final answer.
const resolverTryAgain = -3

// resolved is the error of a call that resolves a name.
func resolved(err error, host string) error {
	failed, ok := asError(err).(*Error)
	if !ok {
		return nil
	}
	if failed.Code == CodeHostNotFound {
		again := err.(*core.Failure).ResolverError == resolverTryAgain
		failed.cause = &net.DNSError{
			Err: failed.Detail, Name: host, IsNotFound: !again, IsTemporary: again,
		}
	}
	return failed
}

// NewSocketStream is a stream over a connected socket of Go's, such as a *net.TCPConn
// or a *net.UnixConn. It owns conn, keeps it alive and closes it; if conn is closed
// elsewhere, the stream is closed too. Deadlines of conn are cleared: the stream has its
// own. Bytes that a wrapper around conn has read ahead are not seen: conn itself has
// none. ErrNotSupported: conn has no descriptor (a *tls.Conn, a net.Pipe). After a
// failure conn is still the caller's.
func NewSocketStream(conn net.Conn) (*SocketStream, error) {
	raw, err := rawOf("net.Conn", conn)
	if err != nil {
		return nil, err
	}
	var number uintptr
	err = descriptorOf("net.Conn", raw, func(descriptor int) error {
		return asError(core.Socket_stream_from_descriptor(&number, descriptor, false))
	})
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	s := emptyStream(number)
	s.hosts = append(s.hosts, conn)
	s.incoming.init("stream", s.hostPoller(raw, conn.SetReadDeadline, core.WantsRead), true)
	s.outgoing.init("stream", s.hostPoller(raw, conn.SetWriteDeadline, core.WantsWrite), true)
	return &SocketStream{s}, nil
}

// SocketStreamFromDescriptor is a stream over the descriptor of a connected socket,
// which it owns and closes; its flags stay as they are. ErrInvalid: no stream socket;
// the descriptor is then still the caller's.
func SocketStreamFromDescriptor(descriptor int) (*SocketStream, error) {
	if err := checkInts("descriptor", descriptor); err != nil {
		return nil, err
	}
	var number uintptr
	err := core.Socket_stream_from_descriptor(&number, descriptor, true)
	return socketStream(number, asError(err))
}
