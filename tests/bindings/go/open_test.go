package firth_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"firth.dev/firth"
)

// openEnd opens an address, and finds out its type.
func openEnd[T firth.Stream](t *testing.T, uri string) T {
	t.Helper()
	stream, err := firth.Open(uri, 0)
	must(t, err)
	t.Cleanup(func() { stream.Close() })
	typed, ok := stream.(T)
	if !ok {
		t.Fatalf("%s is a %T", uri, stream)
	}
	return typed
}

func TestATcpAddressIsASocketStream(t *testing.T) {
	listener := listen(t)
	stream := openEnd[*firth.SocketStream](t, fmt.Sprintf("TCP://127.0.0.1:%d?nodelay=no", listener.Port()))
	far, err := listener.Accept()
	must(t, err)
	hearBoth(t, stream, far)
	must(t, far.Close())
}

func TestAUnixAddressIsASocketStream(t *testing.T) {
	path := socketPath(t)
	listener, err := firth.UnixListen(path, nil)
	must(t, err)
	defer listener.Close()
	stream := openEnd[*firth.SocketStream](t, "unix:"+path)
	far, err := listener.Accept()
	must(t, err)
	hearBoth(t, stream, far)
	must(t, far.Close())
}

func TestADescriptorIsWhatItIs(t *testing.T) {
	one, other := sockets(t)
	near := openEnd[*firth.SocketStream](t, fmt.Sprintf("fd:%d", one))
	hearBoth(t, near, streamOver(t, other))

	one, other = sockets(t)
	pair := openEnd[*firth.PipeStream](t, fmt.Sprintf("fd:%d,%d", one, one))
	hearBoth(t, pair, streamOver(t, other))

	null, err := syscall.Open(os.DevNull, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	must(t, err)
	openEnd[*firth.PipeStream](t, fmt.Sprintf("fd:%d", null))
}

func TestABadAddressSaysWhereItIsBad(t *testing.T) {
	for uri, want := range map[string]string{
		"tpc://localhost:1":       "byte 0",
		"tcp://localhost":         "byte 15",
		"tcp://me@localhost:1":    "byte 6",
		"unix:a\x00b":             "NUL",
		"":                        "byte 0",
		"tcp://127.0.0.1:1?a=b&c": "byte 18",
	} {
		_, err := firth.Open(uri, 0)
		wantIs(t, err, firth.ErrInvalid)
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", uri, err)
		}
	}
}

func TestAnAddressWhereNobodyListensIsRefused(t *testing.T) {
	_, err := firth.Open(fmt.Sprintf("tcp://127.0.0.1:%d", unusedPort(t)), 0)
	wantIs(t, err, syscall.ECONNREFUSED)
	_, err = firth.Open("unix:"+socketPath(t), 0)
	wantIs(t, err, os.ErrNotExist)
	_, err = firth.OpenContext(canceled(), "tcp://127.0.0.1:1")
	wantIs(t, err, context.Canceled)
	var failed *net.DNSError
	for _, address := range []string{
		"tcp://no-such-host.invalid:1", "socks5://user:secret@no-such-host.invalid:1/far:1",
	} {
		_, err = firth.Open(address, 0)
		wantAs(t, err, &failed)
		if failed.Name != "no-such-host.invalid" {
			t.Error(failed.Name)
		}
	}
}

func TestStreamsOfWindowsAreNotSupported(t *testing.T) {
	for name, err := range map[string]error{
		"NewWin32PipeStream":     second(firth.NewWin32PipeStream(1, 2)),
		"Win32PipeStreamFromStd": second(firth.Win32PipeStreamFromStd()),
		"CreateWin32PipePair":    third(firth.CreateWin32PipePair()),
		"NewNamedPipeStream":     second(firth.NewNamedPipeStream(1, true)),
		"CreateNamedPipeServer":  second(firth.CreateNamedPipeServer("name", true, 0)),
		"CreateNamedPipeClient":  second(firth.CreateNamedPipeClient("name")),
	} {
		wantIs(t, err, firth.ErrNotSupported)
		if !strings.HasSuffix(err.Error(), "only on Windows") {
			t.Error(name, err)
		}
	}
}

func third[A, B any](_ A, _ B, err error) error { return err }

func wantAs(t *testing.T, err error, target **net.DNSError) {
	t.Helper()
	failed, ok := err.(interface{ Unwrap() error })
	if !ok {
		t.Fatalf("%v (%T)", err, err)
	}
	if *target, ok = failed.Unwrap().(*net.DNSError); !ok {
		t.Fatalf("%v (%T)", err, failed.Unwrap())
	}
}
