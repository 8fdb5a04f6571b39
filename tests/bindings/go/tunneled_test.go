package firth_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"firth.dev/firth"
)

// facts is what tests/support/tunnels.py tells of a tunnel that is ready.
type facts struct {
	Host, User          string
	Port                int
	IdentityFile        string `json:"identity_file"`
	RefusedIdentityFile string `json:"refused_identity_file"`
	KnownHosts          string `json:"known_hosts"`
	ChangedKnownHosts   string `json:"changed_known_hosts"`
	UnknownKnownHosts   string `json:"unknown_known_hosts"`
	ConfigFile          string `json:"config_file"`
	kill                func()
}

// startTunnel starts a real sshd, SOCKS5 or HTTP proxy, which ends with the test.
func startTunnel(t *testing.T, arguments ...string) facts {
	t.Helper()
	tunnel, end := launchTunnel(t, arguments...)
	t.Cleanup(end)
	return tunnel
}

func launchTunnel(t *testing.T, arguments ...string) (ready facts, end func()) {
	t.Helper()
	path := filepath.Join("..", "..", "support", "tunnels.py")
	child := exec.Command(python(), append([]string{path}, arguments...)...)
	child.Stderr = os.Stderr
	commands, err := child.StdinPipe()
	must(t, err)
	answers, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	end = func() {
		commands.Close()
		child.Wait()
	}
	decoder := json.NewDecoder(answers)
	must(t, decoder.Decode(&ready))
	ready.kill = func() {
		io.WriteString(commands, "kill\n")
		answer := make([]byte, 100)
		io.MultiReader(decoder.Buffered(), answers).Read(answer)
	}
	return ready, end
}

// throughProxy connects through a proxy of one kind.
type throughProxy func(proxyHost string, proxyPort int, host string, port int,
	options *firth.ProxyOptions) (*firth.TunneledSocketStream, error)

var proxies = map[string]throughProxy{
	"socks": firth.SOCKS5ConnectTunneledSocketStream,
	"http":  firth.HTTPConnectTunneledSocketStream,
}

// unusedPort is a port that nobody listens at.
// unusedPort is where nobody listens, and nobody else will before the test ends.
func unusedPort(t *testing.T) int {
	t.Helper()
	bound, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	must(t, err)
	t.Cleanup(func() { syscall.Close(bound) })
	must(t, syscall.Bind(bound, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	address, err := syscall.Getsockname(bound)
	must(t, err)
	return address.(*syscall.SockaddrInet4).Port
}

func TestPayloadsGoThroughAProxyToRpyc(t *testing.T) {
	for kind, connect := range proxies {
		for _, account := range []firth.ProxyOptions{{}, {User: "user", Password: "secret"}} {
			kind, connect, account := kind, connect, account
			t.Run(kind+" "+account.User, func(t *testing.T) {
				arguments := []string{kind}
				if account.User != "" {
					arguments = append(arguments, account.User, account.Password)
				}
				proxy := startTunnel(t, arguments...)
				target := rpycAddress(t, "6.0.2", "tcp")
				stream, err := connect(proxy.Host, proxy.Port, target.host, target.port, &account)
				must(t, err)
				exchangeWithRpyc(t, channelOver(t, stream, nil))
			})
		}
	}
}

func TestAProxyThatRefusesSaysWhy(t *testing.T) {
	for kind, connect := range proxies {
		connect := connect
		t.Run(kind, func(t *testing.T) {
			proxy := startTunnel(t, kind, "user", "secret")
			for _, account := range []firth.ProxyOptions{{}, {User: "user", Password: "wrong"}} {
				account := account
				_, err := connect(proxy.Host, proxy.Port, "127.0.0.1", unusedPort(t), &account)
				wantIs(t, err, firth.ErrTunnel)
			}
			account := firth.ProxyOptions{User: "user", Password: "secret"}
			_, err := connect(proxy.Host, proxy.Port, "127.0.0.1", unusedPort(t), &account)
			wantIs(t, err, firth.ErrTunnel)
			_, err = connect("127.0.0.1", unusedPort(t), "127.0.0.1", 1, nil)
			wantIs(t, err, syscall.ECONNREFUSED)
		})
	}
}

func TestAProxyThatIsSilentIsGivenUp(t *testing.T) {
	silent := listen(t)
	for kind, connect := range proxies {
		_, err := connect("127.0.0.1", silent.Port(), "127.0.0.1", 1,
			&firth.ProxyOptions{Connect: firth.ConnectOptions{Timeout: short}})
		wantIs(t, err, os.ErrDeadlineExceeded)
		if !strings.Contains(err.Error(), "proxy") {
			t.Error(kind, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, result := start(func() ([]byte, error) {
		return nil, second(firth.SOCKS5ConnectTunneledSocketStreamContext(ctx, "127.0.0.1",
			silent.Port(), "127.0.0.1", 1, nil))
	})
	cancel()
	wantIs(t, outcomeOf(t, result).err, context.Canceled)
}

func TestMisuseOfAProxyIsRefused(t *testing.T) {
	for _, options := range []firth.ProxyOptions{
		{User: "a\x00b"}, {User: "a", Password: "\x00"}, {Password: "alone"},
		{Connect: firth.ConnectOptions{KeepAlive: 1}},
	} {
		options := options
		for _, connect := range proxies {
			_, err := connect("127.0.0.1", 1, "127.0.0.1", 1, &options)
			wantIs(t, err, firth.ErrInvalid)
		}
	}
	_, err := firth.SOCKS5ConnectTunneledSocketStream("127.0.0.1", 1, "a\x00", 1, nil)
	wantIs(t, err, firth.ErrInvalid)
}

// hole is a tunnel that remembers what happened before it was closed.
type hole struct {
	closes  int
	stream  interface{ Closed() bool }
	tooSoon bool
	err     error
}

func (h *hole) Close() error {
	h.closes++
	h.tooSoon = h.tooSoon || !h.stream.Closed()
	return h.err
}

func TestATunnelIsClosedOnceAfterTheStream(t *testing.T) {
	for name, end := range map[string]func(*firth.TunneledSocketStream, *firth.SocketStream) error{
		"close":  func(s *firth.TunneledSocketStream, _ *firth.SocketStream) error { return s.Close() },
		"finish": func(s *firth.TunneledSocketStream, _ *firth.SocketStream) error { return s.Finish() },
		"loss": func(s *firth.TunneledSocketStream, far *firth.SocketStream) error {
			far.Close()
			if err := s.ReadExactly(make([]byte, 1)); !errors.Is(err, io.EOF) {
				return err
			}
			return s.Close()
		},
	} {
		end := end
		t.Run(name, func(t *testing.T) {
			near, far := streams(t)
			tunnel := &hole{stream: near, err: wrong}
			stream, err := firth.NewTunneledSocketStream(near, tunnel)
			must(t, err)
			hearBoth(t, stream, far)
			wantSame(t, end(stream, far), wrong)
			must(t, stream.Close())
			if tunnel.closes != 1 || tunnel.tooSoon || !near.Closed() {
				t.Fatalf("%+v", tunnel)
			}
		})
	}
}

// hearBoth has bytes go both ways.
func hearBoth(t *testing.T, one, other end) {
	t.Helper()
	say(t, one, "there")
	hear(t, other, "there")
	say(t, other, "back")
	hear(t, one, "back")
}

func TestATunnelLiesOverAnyStream(t *testing.T) {
	overObjects(t, func(t *testing.T, object firth.Stream, far *firth.SocketStream) {
		stream, err := firth.NewTunneledSocketStream(object, nil)
		must(t, err)
		channel := channelOver(t, stream, nil)
		must(t, channel.Send([]byte("brine")))
		must(t, channel.Flush())
		hear(t, far, string(frame(0, []byte("brine"))))
		if stream.Lower() != object || channel.Stream() != firth.Stream(stream) {
			t.Fatal("another object")
		}
		must(t, channel.Close())
	})
}

func TestATunnelCanBeSetLater(t *testing.T) {
	listener := listen(t)
	stream, err := firth.ConnectTunneledSocketStream("127.0.0.1", listener.Port(), nil)
	must(t, err)
	if stream.Tunnel() != nil {
		t.Fatal("a tunnel from nowhere")
	}
	tunnel := &hole{stream: stream}
	must(t, stream.SetTunnel(tunnel))
	if stream.Tunnel() != io.Closer(tunnel) {
		t.Fatal("another tunnel")
	}
	must(t, stream.Close())
	if tunnel.closes != 1 {
		t.Fatal(tunnel.closes)
	}
}

func TestANilPointerIsNoTunnel(t *testing.T) {
	near, _ := streams(t)
	stream, err := firth.NewTunneledSocketStream(near, (*hole)(nil))
	must(t, err)
	must(t, stream.SetTunnel((*hole)(nil)))
	if stream.Tunnel() != nil {
		t.Fatal("a tunnel from nowhere")
	}
	must(t, stream.Close())
}

func TestATunneledStreamKeepsItsTimes(t *testing.T) {
	near, _ := streams(t)
	stream, err := firth.NewTunneledSocketStream(near, nil)
	must(t, err)
	must(t, stream.SetTimeout(short))
	wantIs(t, stream.ReadExactly(make([]byte, 1)), os.ErrDeadlineExceeded)
	must(t, stream.SetTimeout(firth.Forever))
	result := beside(t, readOne(stream))
	must(t, stream.SetReadDeadline(time.Now()))
	wantIs(t, outcomeOf(t, result).err, os.ErrDeadlineExceeded)
	must(t, stream.SetReadDeadline(time.Time{}))
	result = beside(t, readOne(stream))
	must(t, stream.Close())
	wantIs(t, outcomeOf(t, result).err, net.ErrClosed)
}
