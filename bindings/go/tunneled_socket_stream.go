package firth

import (
	"context"
	"io"
	"runtime"
	"time"

	"firth.dev/firth/internal/core"
)

// TunneledSocketStream is a stream through a tunnel, which is closed after it.
type TunneledSocketStream struct {
	base  *stream
	lower Stream
}

// NewTunneledSocketStream makes a stream over another, which it owns and closes, and then
// closes the tunnel, once; what the tunnel's Close returns reaches the caller of Close or
// Finish. A nil tunnel is none. An object of the user's is taken as by NewCustomStream.
// After a failure both are still the caller's.
func NewTunneledSocketStream(stream Stream, tunnel io.Closer) (*TunneledSocketStream, error) {
	lower, err := baseOf(stream)
	if err != nil {
		return nil, err
	}
	var number uintptr
	err = core.Tunneled_socket_stream_create(&number, lower.handle.number)
	runtime.KeepAlive(lower.handle)
	if err != nil {
		return nil, asError(err)
	}
	s, err := layOver(lower, number)
	if err != nil {
		return nil, err
	}
	t := &TunneledSocketStream{s, stream}
	return t, t.SetTunnel(tunnel)
}

// Tunnel is what is closed after the stream, nil for nothing.
func (s *TunneledSocketStream) Tunnel() io.Closer {
	if s.inner() == nil {
		return nil
	}
	return s.base.tunnel.get()
}

// SetTunnel sets what is closed after the stream; nil is nothing.
func (s *TunneledSocketStream) SetTunnel(tunnel io.Closer) error {
	if err := s.inner().check(); err != nil {
		return err
	}
	if isNil(tunnel) {
		tunnel = nil
	}
	s.base.tunnel.set(tunnel)
	return nil
}

// Lower is the very stream that NewTunneledSocketStream was given, nil for those that
// connect by themselves.
func (s *TunneledSocketStream) Lower() Stream {
	if s == nil {
		return nil
	}
	return s.lower
}

// ConnectTunneledSocketStream is ConnectSocketStream, for a tunnel that SetTunnel sets.
func ConnectTunneledSocketStream(host string, port int,
	options *ConnectOptions) (*TunneledSocketStream, error) {
	stream, err := ConnectSocketStream(host, port, options)
	if err != nil {
		return nil, err
	}
	return NewTunneledSocketStream(stream, nil)
}

// ProxyOptions is how a proxy is used. The zero value, and nil, mean the defaults.
type ProxyOptions struct {
	// User and Password go to the proxy in the clear; an empty user is none.
	User, Password string
	// Connect is how to connect to the proxy; its Timeout covers the proxy's answers too.
	// Its Family, SockType and Proto do not count.
	Connect ConnectOptions
}

func (o *ProxyOptions) check() error {
	if err := checkText("user", o.User); err != nil {
		return err
	}
	if err := checkText("password", o.Password); err != nil {
		return err
	}
	if o.User == "" && o.Password != "" {
		return invalid("a password without a user")
	}
	return o.Connect.check()
}

// account is user and password as C has them.
func (o *ProxyOptions) account() (user, password *byte) {
	if o.User == "" {
		return nil, nil
	}
	return core.CString(o.User), core.CString(o.Password)
}

// SOCKS5ConnectTunneledSocketStream connects to a SOCKS5 proxy, and through it to host, a
// numeric address or a name, which the proxy resolves. Nil options are the defaults.
// ErrTunnel: the proxy refused, or its answer was none. The rest as ConnectSocketStream, of
// the proxy.
func SOCKS5ConnectTunneledSocketStream(proxyHost string, proxyPort int, host string, port int,
	options *ProxyOptions) (*TunneledSocketStream, error) {
	return SOCKS5ConnectTunneledSocketStreamContext(context.Background(), proxyHost, proxyPort,
		host, port, options)
}

// SOCKS5ConnectTunneledSocketStreamContext is SOCKS5ConnectTunneledSocketStream for as long
// as the context lasts and the options say.
func SOCKS5ConnectTunneledSocketStreamContext(ctx context.Context, proxyHost string, proxyPort int,
	host string, port int, options *ProxyOptions) (*TunneledSocketStream, error) {
	return connectThrough(ctx, core.Tunneled_socket_stream_socks5_connect, proxyHost, proxyPort,
		host, port, options)
}

// HTTPConnectTunneledSocketStream is SOCKS5ConnectTunneledSocketStream by an HTTP proxy's
// CONNECT; user and password go by the Basic scheme.
func HTTPConnectTunneledSocketStream(proxyHost string, proxyPort int, host string, port int,
	options *ProxyOptions) (*TunneledSocketStream, error) {
	return HTTPConnectTunneledSocketStreamContext(context.Background(), proxyHost, proxyPort,
		host, port, options)
}

// HTTPConnectTunneledSocketStreamContext is HTTPConnectTunneledSocketStream for as long as
// the context lasts and the options say.
func HTTPConnectTunneledSocketStreamContext(ctx context.Context, proxyHost string, proxyPort int,
	host string, port int, options *ProxyOptions) (*TunneledSocketStream, error) {
	return connectThrough(ctx, core.Tunneled_socket_stream_http_connect, proxyHost, proxyPort,
		host, port, options)
}

// dialer is what connects through a proxy.
type dialer func(number *uintptr, proxyHost *byte, proxyPort int, host *byte, port int,
	user, password *byte, timeout float64, ipv6 int, noDelay bool, keepAlive int) error

func connectThrough(ctx context.Context, dial dialer, proxyHost string, proxyPort int, host string,
	port int, options *ProxyOptions) (*TunneledSocketStream, error) {
	var o ProxyOptions
	if options != nil {
		o = *options
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := checkAddress(proxyHost, proxyPort); err != nil {
		return nil, err
	}
	if err := checkAddress(host, port); err != nil {
		return nil, err
	}
	c := &o.Connect
	return tunneled(connect(ctx, c.Timeout, func(timeout float64) (uintptr, error) {
		var number uintptr
		user, password := o.account()
		err := dial(&number, core.CString(proxyHost), proxyPort, core.CString(host), port, user,
			password, timeout, c.IPv6.ipv6(), c.NoDelay.or(true), int(c.KeepAlive/time.Second))
		return number, resolved(err, proxyHost)
	}))
}

func tunneled(number uintptr, err error) (*TunneledSocketStream, error) {
	if err != nil {
		return nil, err
	}
	return &TunneledSocketStream{base: newStream(number)}, nil
}
