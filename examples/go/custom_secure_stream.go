//go:build ignore

// A stream of one's own: Go's crypto/tls, and a token before the first payload.
//
// Beyond the document's: it sends all of what it is given, and keeps deadlines, as every
// net.Conn does.
//
// Usage: go run custom_secure_stream.go HOST PORT CA_CERTS TOKEN
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"sync/atomic"

	"firth.dev/firth"
)

// customSecureStream is a firth.Stream once the server has accepted the token.
type customSecureStream struct {
	*tls.Conn
	closed atomic.Bool
}

func newCustomSecureStream(host, port, caCerts, token string) (*customSecureStream, error) {
	pem, err := os.ReadFile(caCerts)
	if err != nil {
		return nil, err
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(pem) {
		return nil, errors.New(caCerts + " holds no certificate")
	}
	conn, err := tls.Dial("tcp", net.JoinHostPort(host, port), &tls.Config{RootCAs: authorities})
	if err != nil {
		return nil, err
	}
	stream := &customSecureStream{Conn: conn}
	if err := stream.authenticate(token); err != nil {
		conn.Close()
		return nil, err
	}
	return stream, nil
}

func (s *customSecureStream) authenticate(token string) error {
	if _, err := io.WriteString(s, token); err != nil {
		return err
	}
	answer := make([]byte, len("AUTH_OK"))
	if _, err := io.ReadFull(s, answer); err != nil || string(answer) != "AUTH_OK" {
		return errors.New("Authentication failed")
	}
	return nil
}

func (s *customSecureStream) Close() error {
	s.closed.Store(true)
	return s.Conn.Close()
}

func (s *customSecureStream) Closed() bool { return s.closed.Load() }

func run(host, port, caCerts, token string) error {
	stream, err := newCustomSecureStream(host, port, caCerts, token)
	if err != nil {
		return err
	}
	defer stream.Close()
	channel, err := firth.NewChannel(stream, nil)
	if err != nil {
		return err
	}

	if err := channel.Send([]byte("Hello RPyC")); err != nil {
		return err
	}
	response, err := channel.Recv()
	if err != nil {
		return err
	}
	fmt.Printf("Response: %s\n", response)
	return channel.Finish()
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 5 {
		log.Fatal("usage: custom_secure_stream HOST PORT CA_CERTS TOKEN")
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		log.Fatal(err)
	}
}
