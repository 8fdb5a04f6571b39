package firth

import (
	"context"
	"net/url"
	"strings"
	"syscall"
	"time"

	"firth.dev/firth/internal/core"
)

// Open makes the stream of an address, such as "tcp://host:port" or "unix:/path": a
// *SocketStream, a *PipeStream or a *TunneledSocketStream. The timeout covers everything
// together; 0 means ConnectTimeout, negative for ever. ErrInvalid says at which byte of the
// address what was expected; else the errors are those of the stream's constructor.
func Open(uri string, timeout time.Duration) (Stream, error) {
	return open(context.Background(), uri, timeout)
}

// OpenContext is Open for as long as the context lasts, ConnectTimeout at most.
func OpenContext(ctx context.Context, uri string) (Stream, error) {
	return open(ctx, uri, ConnectTimeout)
}

func open(ctx context.Context, uri string, timeout time.Duration) (Stream, error) {
	if err := checkText("address", uri); err != nil {
		return nil, err
	}
	number, err := connect(ctx, timeout, func(timeout float64) (uintptr, error) {
		var number uintptr
		err := core.Open_uri(&number, core.CString(uri), timeout)
		return number, resolved(err, hostOf(uri))
	})
	if err != nil {
		return nil, err
	}
	return opened(uri, newStream(number)), nil
}

// hostOf is the name that opening an address resolves.
func hostOf(uri string) string {
	if parsed, err := url.Parse(uri); err == nil && parsed.Hostname() != "" {
		return parsed.Hostname()
	}
	return uri
}

// opened is the stream of an address, as its scheme has it.
func opened(uri string, s *stream) Stream {
	scheme, rest, _ := strings.Cut(uri, ":")
	switch strings.ToLower(scheme) {
	case "stdio", "exec":
		return &PipeStream{base: s}
	case "fd":
		if strings.Contains(rest, ",") || !s.overSocket() {
			return &PipeStream{base: s}
		}
	case "ssh":
		s.child = true
		return &TunneledSocketStream{base: s}
	case "socks5", "http-connect":
		return &TunneledSocketStream{base: s}
	}
	return &SocketStream{s}
}

// overSocket says whether the stream's descriptor is a socket.
func (s *stream) overSocket() bool {
	descriptor, _, err := s.descriptors()
	if err != nil {
		return false
	}
	_, err = syscall.GetsockoptInt(descriptor, syscall.SOL_SOCKET, syscall.SO_TYPE)
	return err == nil
}
