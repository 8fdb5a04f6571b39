package firth_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"firth.dev/firth"
)

// subject is what every kind of stream can do.
type subject interface {
	end
	ReadContext(context.Context, []byte) (int, error)
	WriteContext(context.Context, []byte) (int, error)
	SetDeadline(time.Time) error
	Flush() error
	Finish() error
	Wake() error
	Unread([]byte) error
	Counters() (firth.Counters, error)
	Fileno() (int, error)
}

// kinds are the streams that the suite of behaviours is made for: each opens one and its
// far end.
var kinds map[string]func(t *testing.T) (near, far subject)

func init() { kinds = allKinds() }

func allKinds() map[string]func(t *testing.T) (near, far subject) {
	return map[string]func(t *testing.T) (near, far subject){
		"tcp": func(t *testing.T) (subject, subject) {
			return throughListener(t, func(port int) (subject, error) {
				return firth.ConnectSocketStream("127.0.0.1", port, nil)
			})
		},
		"uri": func(t *testing.T) (subject, subject) {
			return throughListener(t, func(port int) (subject, error) {
				stream, err := firth.Open(fmt.Sprintf("tcp://127.0.0.1:%d", port), 0)
				if err != nil {
					return nil, err
				}
				return stream.(*firth.SocketStream), nil
			})
		},
		"accepted": func(t *testing.T) (subject, subject) {
			near, far := kinds["tcp"](t)
			return far, near
		},
		"unix":     func(t *testing.T) (subject, subject) { return pair(streams(t)) },
		"net.Conn": fromMedia("connections of Go"),
		"pipes":    fromMedia("pipes"),
		"files":    fromMedia("files of Go"),
		"process": func(t *testing.T) (subject, subject) {
			path := socketPath(t)
			listener, err := firth.UnixListen(path, nil)
			must(t, err)
			defer listener.Close()
			near, err := firth.CreatePipeStream([]string{os.Args[0]},
				&firth.ProcessOptions{Env: append(os.Environ(), relayTo+"="+path)})
			must(t, err)
			far, err := listener.AcceptContext(within(t, long))
			must(t, err)
			return near, far
		},
		"socks": func(t *testing.T) (subject, subject) { return throughTunnel(t, "socks") },
		"http":  func(t *testing.T) (subject, subject) { return throughTunnel(t, "http") },
		"ssh":   func(t *testing.T) (subject, subject) { return throughTunnel(t, "sshd") },
		"tunnel": over(func(t *testing.T, lower firth.Stream) (subject, error) {
			return firth.NewTunneledSocketStream(lower, nil)
		}),
		"buffered": over(func(t *testing.T, lower firth.Stream) (subject, error) {
			return firth.NewBufferedStream(lower, nil)
		}),
		"custom":          fromObject("timed"),
		"custom, untimed": fromObject("plain"),
		"custom, polled":  fromObject("polled"),
		"embedding":       fromObject("embedding"),
		"tls":             overTLS("sockets"),
		"tls, net.Conn":   overTLS("connections of Go"),
		"tls, custom":     overTLS("timed"),
		"tls server": func(t *testing.T) (subject, subject) {
			near, far := overTLS("sockets")(t)
			return far, near
		},
	}
}

func overTLS(name string) func(t *testing.T) (near, far subject) {
	return func(t *testing.T) (subject, subject) {
		near, far := lowers()[name](t)
		return pairTLS(shaken(t, near, far))
	}
}

// untimed are the kinds that refuse time-outs of writing, deadlines and contexts.
var untimed = map[string]bool{"custom, untimed": true, "custom, polled": true}

// unpolled are the kinds that refuse to be polled.
var unpolled = map[string]bool{"custom": true, "custom, untimed": true}

func pair(near, far *firth.SocketStream) (subject, subject) { return near, far }

func pairTLS(near, far *firth.TLSStream) (subject, subject) { return near, far }

func fromMedia(name string) func(t *testing.T) (near, far subject) {
	return func(t *testing.T) (subject, subject) {
		near, far := media[name](t)
		return near.(subject), far.(subject)
	}
}

func fromObject(name string) func(t *testing.T) (near, far subject) {
	return func(t *testing.T) (subject, subject) {
		object, far := objects[name](t)
		return custom(t, object), far
	}
}

// over is a stream over a socket.
func over(lay func(*testing.T, firth.Stream) (subject, error)) func(t *testing.T) (near, far subject) {
	return func(t *testing.T) (subject, subject) {
		lower, far := streams(t)
		near, err := lay(t, lower)
		must(t, err)
		return near, far
	}
}

func throughListener(t *testing.T, connect func(port int) (subject, error)) (subject, subject) {
	t.Helper()
	listener, err := firth.Listen("127.0.0.1", 0, nil)
	must(t, err)
	defer listener.Close()
	near, err := connect(listener.Port())
	must(t, err)
	far, err := listener.AcceptContext(within(t, long))
	must(t, err)
	return near, far
}

// tunnels are those that run as long as the tests, by kind.
var tunnels sync.Map

func throughTunnel(t *testing.T, kind string) (subject, subject) {
	t.Helper()
	known, ok := tunnels.Load(kind)
	if !ok {
		tunnel, end := launchTunnel(t, kind)
		atEnd(end)
		tunnels.Store(kind, tunnel)
		known = tunnel
	}
	tunnel := known.(facts)
	return throughListener(t, func(port int) (subject, error) {
		if connect, ok := proxies[kind]; ok {
			return connect(tunnel.Host, tunnel.Port, "127.0.0.1", port, nil)
		}
		return firth.SSHConnectTunneledSocketStream(tunnel.Host, "127.0.0.1", port, tunnel.through())
	})
}

// relayTo names the unix socket that a child relays to: TestMain makes this program one.
const relayTo = "FIRTH_TEST_RELAY_TO"

// relay copies between the standard streams and a unix socket, the end of each too.
func relay(path string) {
	conn, err := net.Dial("unix", path)
	if err != nil {
		os.Exit(1)
	}
	over := make(chan struct{})
	go func() {
		io.Copy(os.Stdout, conn)
		os.Stdout.Close()
		close(over)
	}()
	if _, err := io.Copy(conn, os.Stdin); err == nil {
		conn.(*net.UnixConn).CloseWrite()
		<-over
	}
}

var ends []func()

// atEnd calls f when all tests are over.
func atEnd(f func()) { ends = append(ends, f) }

func TestMain(m *testing.M) {
	if path := os.Getenv(relayTo); path != "" {
		relay(path)
		return
	}
	status := m.Run()
	for _, f := range ends {
		f()
	}
	if status == 0 && !nothingLives() {
		status = 1
	}
	os.Exit(status)
}

// nothingLives waits until all that the tests have made is collected and freed.
func nothingLives() bool {
	for end := time.Now().Add(long); ; runtime.Gosched() {
		runtime.GC()
		objects, allocations := firth.Live()
		if objects == 0 && allocations == 0 {
			return true
		}
		if time.Now().After(end) {
			fmt.Println(objects, "objects and", allocations, "pieces of memory still live")
			return false
		}
	}
}
