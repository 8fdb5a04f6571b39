package firth_test

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"firth.dev/firth"
)

func listen(t *testing.T) *firth.Listener {
	t.Helper()
	listener, err := firth.Listen("127.0.0.1", 0, nil)
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	return listener
}

func TestBothEndsCanBeFirthOverTCP(t *testing.T) {
	listener := listen(t)
	if listener.Port() == 0 || listener.Path() != "" {
		t.Fatal(listener.Port(), listener.Path())
	}
	first, err := firth.ConnectSocketStream("localhost", listener.Port(), nil)
	must(t, err)
	second, err := listener.Accept()
	must(t, err)
	exchangeOver(t, first, second)
}

func TestBothEndsCanBeFirthOverAUnixSocket(t *testing.T) {
	path := socketPath(t)
	listener, err := firth.UnixListen(path, nil)
	must(t, err)
	if listener.Port() != 0 || listener.Path() != path {
		t.Fatal(listener.Port(), listener.Path())
	}
	first, err := firth.UnixConnectSocketStream(path, 0)
	must(t, err)
	second, err := listener.Accept()
	must(t, err)
	exchangeOver(t, first, second)
	must(t, listener.Close())
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Fatal("the socket's file is still there")
	}
}

func TestConnectOptionsReachTheSocket(t *testing.T) {
	listener := listen(t)
	for _, c := range []struct {
		options            *firth.ConnectOptions
		nodelay, keepalive int
	}{
		{nil, 1, 0},
		{&firth.ConnectOptions{NoDelay: firth.Off}, 0, 0},
		{&firth.ConnectOptions{KeepAlive: 7 * time.Second, IPv6: firth.Off, Timeout: firth.Forever}, 1, 7},
		{&firth.ConnectOptions{Family: syscall.AF_INET, SockType: syscall.SOCK_STREAM,
			Proto: syscall.IPPROTO_TCP}, 1, 0},
	} {
		stream, err := firth.ConnectSocketStream("127.0.0.1", listener.Port(), c.options)
		must(t, err)
		descriptor, err := stream.Fileno()
		must(t, err)
		nodelay, _ := syscall.GetsockoptInt(descriptor, syscall.IPPROTO_TCP, syscall.TCP_NODELAY)
		keepalive, _ := syscall.GetsockoptInt(descriptor, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE)
		interval, _ := syscall.GetsockoptInt(descriptor, syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL)
		if (nodelay != 0) != (c.nodelay != 0) || (keepalive != 0) != (c.keepalive != 0) ||
			keepalive != 0 && interval != c.keepalive {
			t.Errorf("%+v: %d %d %d", c.options, nodelay, keepalive, interval)
		}
		must(t, stream.Close())
	}
}

func TestIPv6AloneDoesNotReachAnIPv4Address(t *testing.T) {
	listener := listen(t)
	_, err := firth.ConnectSocketStream("127.0.0.1", listener.Port(), &firth.ConnectOptions{IPv6: firth.On})
	wantCode(t, err, firth.CodeHostNotFound)
}

func TestCloseWakesABlockedAccept(t *testing.T) {
	listener := listen(t)
	accept := func() ([]byte, error) { _, err := listener.Accept(); return nil, err }
	first, second := beside(t, accept), beside(t, accept)
	must(t, listener.Close())
	for _, result := range []<-chan outcome{first, second} {
		wantIs(t, outcomeOf(t, result).err, net.ErrClosed)
	}
	must(t, listener.Close())
	_, err := listener.Accept()
	wantIs(t, err, net.ErrClosed)
	_, err = listener.Fileno()
	wantIs(t, err, net.ErrClosed)
	if !listener.Closed() {
		t.Fatal("not closed")
	}
}

func TestAcceptAndCloseMayRace(t *testing.T) {
	for i := 0; i < 500; i++ {
		listener, err := firth.Listen("127.0.0.1", 0, nil)
		must(t, err)
		name, result := start(func() ([]byte, error) { _, err := listener.Accept(); return nil, err })
		<-name
		must(t, listener.Close())
		wantIs(t, outcomeOf(t, result).err, net.ErrClosed)
	}
}

func TestAcceptObeysDeadlinesContextsAndWake(t *testing.T) {
	listener := listen(t)
	_, err := listener.AcceptContext(within(t, short))
	wantIs(t, err, os.ErrDeadlineExceeded)
	must(t, listener.SetDeadline(time.Now().Add(short)))
	_, err = listener.Accept()
	wantIs(t, err, os.ErrDeadlineExceeded)
	must(t, listener.SetDeadline(time.Time{}))
	accepting := beside(t, func() ([]byte, error) { _, err := listener.Accept(); return nil, err })
	must(t, listener.Wake())
	wantCode(t, outcomeOf(t, accepting).err, firth.CodeInterrupted)

	accepting = beside(t, func() ([]byte, error) { _, err := listener.Accept(); return nil, err })
	stream, err := firth.ConnectSocketStream("127.0.0.1", listener.Port(), nil)
	must(t, err)
	must(t, outcomeOf(t, accepting).err)
	must(t, stream.Close())
}

// fullListener is a unix socket whose backlog is full, so that connecting blocks.
func fullListener(t *testing.T) string {
	t.Helper()
	path := socketPath(t)
	listener, err := firth.UnixListen(path, &firth.ListenOptions{Backlog: 1})
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	for {
		stream, err := firth.UnixConnectSocketStream(path, short)
		if err != nil {
			wantIs(t, err, os.ErrDeadlineExceeded)
			return path
		}
		t.Cleanup(func() { stream.Close() })
	}
}

func TestCancellationEndsAConnectAtOnce(t *testing.T) {
	path := fullListener(t)
	start := time.Now()
	_, err := firth.UnixConnectSocketStreamContext(within(t, short), path)
	wantIs(t, err, context.DeadlineExceeded, os.ErrDeadlineExceeded)
	if time.Since(start) > firth.ConnectTimeout/2 {
		t.Fatal("it waited for the connect's own time-out")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = firth.ConnectSocketStreamContext(ctx, "127.0.0.1", 1, nil)
	wantIs(t, err, context.Canceled, firth.ErrInterrupted)
}

func TestAConnectThatWasGivenUpLeavesNoDescriptorBehind(t *testing.T) {
	settle()
	listener := listen(t)
	before := descriptors(t)
	for i := 0; i < 50; i++ {
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		stream, err := firth.ConnectSocketStreamContext(ctx, "127.0.0.1", listener.Port(), nil)
		if err == nil {
			must(t, stream.Close())
		}
	}
	for end := time.Now().Add(long); descriptors(t) > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d descriptors before, %d after", before, descriptors(t))
		}
	}
}
