package firth_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"firth.dev/firth"
)

// monitored is the documents' MonitoredStream: it counts what goes through another stream.
type monitored struct {
	stream         *firth.SocketStream
	sent, received int
	log            strings.Builder
}

func (m *monitored) Read(into []byte) (int, error) {
	count, err := m.stream.Read(into)
	m.received += count
	fmt.Fprintf(&m.log, "READ: %d bytes (total: %d)\n", count, m.received)
	return count, err
}

func (m *monitored) Write(data []byte) (int, error) {
	count, err := m.stream.Write(data)
	m.sent += count
	fmt.Fprintf(&m.log, "WRITE: %d bytes (total: %d)\n", count, m.sent)
	return count, err
}

func (m *monitored) Poll(timeout time.Duration) (bool, error) { return m.stream.Poll(timeout) }
func (m *monitored) Close() error                             { return m.stream.Close() }
func (m *monitored) Closed() bool                             { return m.stream.Closed() }

// rpycEchoStream is a stream to an rpyc that echoes one connection.
func rpycEchoStream(t *testing.T) *firth.SocketStream {
	t.Helper()
	return rpycEcho(t, "6.0.2", "tcp").Stream().(*firth.SocketStream)
}

func TestAMonitoredStreamSeesWhatGoesToRpyc(t *testing.T) {
	object := &monitored{stream: rpycEchoStream(t)}
	channel := channelOver(t, object, nil)
	must(t, channel.Send([]byte("Hello RPyC")))
	if ready, err := channel.Poll(long); !ready || err != nil {
		t.Fatal(ready, err)
	}
	wantReceived(t, channel, []byte("Hello RPyC"))
	if object.sent != 16 || object.received != 16 {
		t.Fatal(object.log.String())
	}
	exchangeWithRpyc(t, channel)
	if !object.stream.Closed() {
		t.Fatal("not closed")
	}
}

// secure is the documents' CustomSecureStream, as far as its token goes.
type secure struct {
	net.Conn
	closed bool
}

var errAuthentication = errors.New("authentication failed")

func secureStream(address, token string) (*secure, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	answer := make([]byte, len("AUTH_OK"))
	if _, err = io.WriteString(conn, token); err == nil {
		_, err = io.ReadFull(conn, answer)
	}
	if err != nil || string(answer) != "AUTH_OK" {
		conn.Close()
		return nil, errAuthentication
	}
	return &secure{Conn: conn}, nil
}

func (s *secure) Close() error { s.closed = true; return s.Conn.Close() }
func (s *secure) Closed() bool { return s.closed }

// gate lets whoever says the token through to another address.
func gate(t *testing.T, token string, to net.Conn) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		reader := bufio.NewReader(conn)
		said := make([]byte, len(token))
		if _, err := io.ReadFull(reader, said); err != nil || string(said) != token {
			return
		}
		io.WriteString(conn, "AUTH_OK")
		go io.Copy(conn, to)
		io.Copy(to, reader)
	}()
	return listener.Addr().String()
}

func TestAStreamThatAuthenticatesFirstReachesRpyc(t *testing.T) {
	peer := rpycEchoStream(t)
	one, other := conns(t, "tcp", "127.0.0.1:0")
	defer other.Close()
	go io.Copy(peer, other)
	go io.Copy(other, peer)
	object, err := secureStream(gate(t, "secret", one), "secret")
	must(t, err)
	channel := channelOver(t, object, nil)
	must(t, channel.SetDeadline(time.Now().Add(long)))
	exchangeWithRpyc(t, channel)
	if !object.closed {
		t.Fatal("not closed")
	}
}

func TestAStreamThatFailsToAuthenticateIsNone(t *testing.T) {
	one, _ := conns(t, "tcp", "127.0.0.1:0")
	_, err := secureStream(gate(t, "secret", one), "wrong!")
	wantSame(t, err, errAuthentication)
}
