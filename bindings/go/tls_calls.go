package firth

import (
	"context"

	"firth.dev/firth/internal/core"
)

// shake makes the stream one that speaks TLS; done: hands are shaken.
func (s *stream) shake(done bool) {
	s.crowded.Store(true)
	s.tls = &shaking{direction: s.bothWays(), once: func() error {
		return s.use(func(c core.SwigcptrStream) error { return core.Tls_stream_handshake(c, 0) })
	}}
	s.tls.done.Store(done)
}

// secure is the TLS that is nearest to the user, or nil.
func (s *stream) secure() *shaking {
	for ; s != nil; s = s.lower {
		if s.tls != nil {
			return s.tls
		}
	}
	return nil
}

// Handshake makes the hand-shake of TLS, or finishes it, as long as the stream's time-out
// says. After its failure every call fails so: ErrCertificate, ErrTLS. ErrNotSupported: the
// stream does not speak TLS.
func (s *stream) Handshake() error {
	if err := s.check(); err != nil {
		return err
	}
	return s.handshake(s.call())
}

// HandshakeContext is Handshake for as long as the context lasts.
func (s *stream) HandshakeContext(ctx context.Context) error {
	if err := s.check(); err != nil {
		return err
	}
	return s.handshake(within(ctx))
}

func (s *stream) handshake(c call) error {
	if s.tls == nil {
		return s.notTLS()
	}
	return s.ended(s.tls.perform(c, verbHandshake))
}

func (s *stream) notTLS() error {
	return &Error{Code: CodeNotSupported, Detail: "the stream does not speak TLS"}
}

// TLSVersion is the version that was agreed upon, such as "TLSv1.3": from the hand-shake on,
// after Close too. ErrInvalid before it, ErrNotSupported: the stream does not speak TLS.
func (s *stream) TLSVersion() (string, error) {
	return s.agreed(core.Tls_stream_version)
}

// Cipher is what was agreed upon, such as "TLS_AES_256_GCM_SHA384". When: as TLSVersion.
func (s *stream) Cipher() (string, error) {
	return s.agreed(core.Tls_stream_cipher)
}

func (s *stream) agreed(ask func(core.Stream, *uintptr) error) (string, error) {
	if err := s.check(); err != nil {
		return "", err
	}
	var address uintptr
	err := s.use(func(c core.SwigcptrStream) error { return ask(c, &address) })
	if err != nil {
		return "", asError(err)
	}
	return core.StaticText(address), nil
}

// PeerCertificate is the peer's certificate in DER, for x509.ParseCertificate; nil if it
// showed none. When: as TLSVersion.
func (s *stream) PeerCertificate() (certificate []byte, err error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	err = s.use(func(c core.SwigcptrStream) error {
		certificate, err = core.PeerCertificate(c)
		return err
	})
	if err != nil || len(certificate) == 0 {
		return nil, asError(err)
	}
	return certificate, nil
}

// speaksTLS finds out whether a stream of C's does, and has shaken hands.
func speaksTLS(number uintptr) (speaks, shaken bool) {
	var address uintptr
	err := core.Tls_stream_version(core.SwigcptrStream(number), &address)
	return codeOf(err) != CodeNotSupported, err == nil
}
