package firth

import (
	"context"
	"runtime"
	"time"

	"firth.dev/firth/internal/core"
)

// TLSStream is TLS over any other stream.
type TLSStream struct {
	base  *stream
	lower Stream
}

// NewTLSClientStream makes a stream that speaks TLS as a client over another, which it owns
// and closes. Nil options are the defaults: the certificate is verified, and names
// ServerName, which there is no other way to know. Nothing is sent yet: the hand-shake is
// made by Handshake, or by the first call that reads, writes, polls, sends or receives.
// Files are read here: os.ErrNotExist; ErrTLS: malformed, encrypted, key and certificate
// that do not fit. ErrInvalid: options that contradict each other. An object of the user's
// is taken as by NewCustomStream. After a failure the stream is still the caller's.
func NewTLSClientStream(stream Stream, options *TLSOptions) (*TLSStream, error) {
	return tlsOver(stream, options, core.Tls_stream_client)
}

// NewTLSServerStream is NewTLSClientStream for a server, which needs a CertFile. With
// CACerts it wants a certificate of the client.
func NewTLSServerStream(stream Stream, options *TLSOptions) (*TLSStream, error) {
	return tlsOver(stream, options, core.Tls_stream_server)
}

func tlsOver(stream Stream, options *TLSOptions, make func(number *uintptr, lower uintptr, keyFile,
	certFile, password, caCerts, ciphers, serverName *byte, version, certReqs, checkHostname int,
) error) (*TLSStream, error) {
	o, err := options.filled()
	if err != nil {
		return nil, err
	}
	lower, err := baseOf(stream)
	if err != nil {
		return nil, err
	}
	var number uintptr
	err = make(&number, lower.handle.number, o.keyFile, o.certFile, o.password, o.caCerts, o.ciphers,
		o.serverName, o.version, o.certReqs, o.checkHostname)
	runtime.KeepAlive(lower.handle)
	if err != nil {
		return nil, asError(err)
	}
	s, err := layOver(lower, number)
	if err != nil {
		return nil, err
	}
	s.shake(false)
	return &TLSStream{s, stream}, nil
}

// Lower is the very stream that was given, nil for a nil stream.
func (s *TLSStream) Lower() Stream {
	if s == nil {
		return nil
	}
	return s.lower
}

// SSLConnectSocketStream is ConnectSocketStream and the hand-shake of TLS, within the same
// time-out. Nil options are the defaults: the system's authorities are trusted, and the
// certificate must name the host. ErrCertificate: the server's was refused, for the reason
// that the error tells; ErrTLS: no common version or cipher, a peer that speaks no TLS or
// refuses us. The rest as NewTLSClientStream.
func SSLConnectSocketStream(host string, port int, tls *TLSOptions,
	options *ConnectOptions) (*SocketStream, error) {
	return SSLConnectSocketStreamContext(context.Background(), host, port, tls, options)
}

// SSLConnectSocketStreamContext is SSLConnectSocketStream for as long as the context lasts
// and the options say.
func SSLConnectSocketStreamContext(ctx context.Context, host string, port int, tls *TLSOptions,
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
	t, err := tls.filled()
	if err != nil {
		return nil, err
	}
	return socketStream(connect(ctx, o.Timeout, func(timeout float64) (uintptr, error) {
		var number uintptr
		err := core.Socket_stream_ssl_connect(&number, core.CString(host), port, timeout, o.IPv6.ipv6(),
			o.Family, o.SockType, o.Proto, o.NoDelay.or(true), int(o.KeepAlive/time.Second), t.keyFile,
			t.certFile, t.password, t.caCerts, t.ciphers, t.serverName, t.version, t.certReqs,
			t.checkHostname)
		return number, resolved(err, host)
	}))
}

// TLSListen is Listen; what is accepted speaks TLS as a server and has not shaken hands, so
// that a silent peer holds up nobody in Accept. Files are read here, once. The rest as
// NewTLSServerStream.
func TLSListen(host string, port int, tls *TLSOptions, options *ListenOptions) (*Listener, error) {
	o, err := listenOptions("host name", host, options)
	if err != nil {
		return nil, err
	}
	if err := checkInts("port", port); err != nil {
		return nil, err
	}
	t, err := tls.filled()
	if err != nil {
		return nil, err
	}
	var number uintptr
	err = core.Listener_tls_listen(&number, core.CString(host), port, o.IPv6.ipv6(), o.backlog(),
		o.NoDelay.or(true), int(o.KeepAlive/time.Second), t.keyFile, t.certFile, t.password, t.caCerts,
		t.ciphers, t.serverName, t.version, t.certReqs, t.checkHostname)
	if err != nil {
		return nil, resolved(err, host)
	}
	return newListener(number), nil
}
