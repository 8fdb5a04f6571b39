package firth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"firth.dev/firth"
)

func TestACleanEndIsEOFAlone(t *testing.T) {
	channel, peer := channelAndPeer(t, nil)
	must(t, peer.Close())
	_, err := channel.Recv()
	wantCode(t, err, firth.CodeEOF)
	wantIs(t, err, io.EOF)
	if errors.Is(err, firth.ErrConnectionLost) || errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal("a clean end says that the connection was lost")
	}
}

func TestAnEndInsideAFrameIsALostConnection(t *testing.T) {
	whole := frame(0, []byte("brine"))
	for length := 1; length < len(whole); length++ {
		channel, peer := channelAndPeer(t, nil)
		write(t, peer, whole[:length])
		must(t, peer.Close())
		_, err := channel.Recv()
		wantCode(t, err, firth.CodeConnectionLost)
		wantIs(t, err, firth.ErrConnectionLost, io.ErrUnexpectedEOF)
		if errors.Is(err, io.EOF) {
			t.Fatal("it says that the end was clean")
		}
	}
}

func TestAnEndInsideALargePayloadIsALostConnection(t *testing.T) {
	channel, peer := channelAndPeer(t, nil)
	write(t, peer, frame(0, random(50000))[:40000])
	must(t, peer.Close())
	_, err := channel.Recv()
	wantIs(t, err, firth.ErrConnectionLost)
	_, err = channel.Recv()
	wantIs(t, err, firth.ErrConnectionLost)
}

func TestSendingToAPeerThatIsGoneIsALostConnection(t *testing.T) {
	one, other := channels(t)
	must(t, other.Close())
	wantIs(t, one.Send(nil), firth.ErrConnectionLost, syscall.EPIPE)
	if !one.Closed() {
		t.Fatal("not closed")
	}
}

func TestABlockedSendEndsWhenThePeerGoes(t *testing.T) {
	one, other := channels(t)
	sent := random(4 << 20)
	sending := beside(t, func() ([]byte, error) { return nil, one.Send(sent) })
	must(t, other.Close())
	wantIs(t, outcomeOf(t, sending).err, firth.ErrConnectionLost)
}

func TestAResetIsALostConnectionWithItsErrno(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	stream, err := firth.ConnectSocketStream("127.0.0.1", listener.Addr().(*net.TCPAddr).Port, nil)
	must(t, err)
	conn, err := listener.Accept()
	must(t, err)
	result := recvBeside(t, channelOver(t, stream, nil))
	must(t, conn.(*net.TCPConn).SetLinger(0))
	must(t, conn.Close())
	wantIs(t, outcomeOf(t, result).err, firth.ErrConnectionLost, syscall.ECONNRESET)
}

func TestFaultsOfTheFrameAreProtocolErrorsAndFinal(t *testing.T) {
	trailer := frame(0, []byte("brine"))
	trailer[len(trailer)-1] = 'x'
	for _, wrong := range [][]byte{frame(2, []byte("brine")), trailer} {
		channel, peer := channelAndPeer(t, nil)
		write(t, peer, append(wrong, frame(0, nil)...))
		for i := 0; i < 2; i++ {
			_, err := channel.Recv()
			wantCode(t, err, firth.CodeProtocol)
			wantIs(t, err, firth.ErrProtocol)
		}
	}
}

func TestABodyOverTheFrameLimitIsRefused(t *testing.T) {
	channel, peer := channelAndPeer(t, &firth.ChannelOptions{Limits: firth.Limits{Frame: 4}})
	wantIs(t, channel.Send([]byte("brine")), firth.ErrBufferOverflow)
	write(t, peer, frame(0, []byte("brine")))
	_, err := channel.Recv()
	wantIs(t, err, firth.ErrBufferOverflow)
}

func TestABodyThatDoesNotInflateCostsItsFrameOnly(t *testing.T) {
	channel, peer := channelAndPeer(t, nil)
	write(t, peer, frame(1, random(50000)))
	write(t, peer, frame(0, []byte("brine")))
	_, err := channel.Recv()
	wantCode(t, err, firth.CodeCompression)
	wantIs(t, err, firth.ErrCompression)
	wantReceived(t, channel, []byte("brine"))
}

func TestABombCostsItsFrameOnly(t *testing.T) {
	one, other := streams(t)
	sender := channelOver(t, one, nil)
	receiver := channelOver(t, other, &firth.ChannelOptions{Limits: firth.Limits{Inflated: 10000}})
	must(t, sender.Send(text(10001)))
	must(t, sender.Send(text(10000)))
	_, err := receiver.Recv()
	wantIs(t, err, firth.ErrBufferOverflow)
	wantReceived(t, receiver, text(10000))
}

func TestALyingLengthAllocatesNothingMuch(t *testing.T) {
	channel, peer := channelAndPeer(t, nil)
	write(t, peer, []byte{0x0f, 0xff, 0xff, 0xff, 0, 'x'})
	allocated := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			channel.RecvContext(within(t, time.Microsecond))
		}
	}).AllocedBytesPerOp()
	if allocated > 2<<20 {
		t.Fatalf("%d bytes", allocated)
	}
}

func TestARefusedConnectionIsECONNREFUSED(t *testing.T) {
	_, err := firth.ConnectSocketStream("127.0.0.1", unusedPort(t), nil)
	wantCode(t, err, firth.CodeRefused)
	wantIs(t, err, syscall.ECONNREFUSED)
}

func TestANameThatDoesNotResolveIsADNSError(t *testing.T) {
	_, err := firth.ConnectSocketStream("firth.invalid", 1, nil)
	wantCode(t, err, firth.CodeHostNotFound)
	var resolving *net.DNSError
	if !errors.As(err, &resolving) || resolving.Name != "firth.invalid" {
		t.Fatal(err)
	}
	_, err = firth.Listen("firth.invalid", 0, nil)
	if !errors.As(err, &resolving) {
		t.Fatal(err)
	}
}

func TestAMissingUnixSocketIsNotExist(t *testing.T) {
	_, err := firth.UnixConnectSocketStream(socketPath(t), 0)
	wantCode(t, err, firth.CodeFileNotFound)
	wantIs(t, err, fs.ErrNotExist, os.ErrNotExist, syscall.ENOENT)
}

func TestAPathTooLongForAUnixSocketIsInvalid(t *testing.T) {
	path := "/" + strings.Repeat("x", 200)
	_, err := firth.UnixConnectSocketStream(path, 0)
	wantIs(t, err, firth.ErrInvalid)
	_, err = firth.UnixListen(path, nil)
	wantIs(t, err, firth.ErrInvalid)
}

func connectWith(options firth.ConnectOptions) error {
	return second(firth.ConnectSocketStream("127.0.0.1", 1, &options))
}

func TestArgumentsOutOfRangeAreInvalid(t *testing.T) {
	for name, err := range map[string]error{
		"NUL in a host":    second(firth.ConnectSocketStream("a\x00b", 1, nil)),
		"NUL in a path":    second(firth.UnixConnectSocketStream("a\x00b", 0)),
		"NUL in a listen":  second(firth.Listen("a\x00b", 0, nil)),
		"NUL in a unix":    second(firth.UnixListen("a\x00b", nil)),
		"port":             second(firth.ConnectSocketStream("127.0.0.1", 65536, nil)),
		"negative port":    second(firth.Listen("127.0.0.1", -1, nil)),
		"huge port":        second(firth.ConnectSocketStream("127.0.0.1", 1<<32+80, nil)),
		"huge descriptor":  second(firth.SocketStreamFromDescriptor(1 << 32)),
		"huge listen port": second(firth.Listen("127.0.0.1", 1<<32, nil)),
		"huge descriptors": second(firth.PipeStreamFromDescriptors(1<<32, 1)),
		"huge family":      connectWith(firth.ConnectOptions{Family: 1 << 32}),
		"keepalive":        connectWith(firth.ConnectOptions{KeepAlive: time.Millisecond}),
		"listen keepalive": second(firth.Listen("", 0, &firth.ListenOptions{KeepAlive: -time.Second})),
		"backlog":          second(firth.Listen("", 0, &firth.ListenOptions{Backlog: -1})),
		"ipv6":             connectWith(firth.ConnectOptions{IPv6: 9}),
		"nodelay":          second(firth.Listen("", 0, &firth.ListenOptions{NoDelay: -1})),
		"socktype":         connectWith(firth.ConnectOptions{SockType: syscall.SOCK_DGRAM}),
		"descriptor":       second(firth.SocketStreamFromDescriptor(-1)),
		"descriptors":      second(firth.PipeStreamFromDescriptors(-1, -1)),
	} {
		if !errors.Is(err, firth.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPortInUseIsTheSystemsError(t *testing.T) {
	listener, err := firth.Listen("127.0.0.1", 0, nil)
	must(t, err)
	defer listener.Close()
	_, err = firth.Listen("127.0.0.1", listener.Port(), nil)
	wantCode(t, err, firth.CodeSystem)
	wantIs(t, err, syscall.EADDRINUSE)
}

func TestADescriptorThatIsNoSocketIsInvalidAndNotTakenOver(t *testing.T) {
	file, err := os.Open("/dev/null")
	must(t, err)
	defer file.Close()
	_, err = firth.SocketStreamFromDescriptor(int(file.Fd()))
	wantIs(t, err, firth.ErrInvalid)
	if _, err := file.Stat(); err != nil {
		t.Fatal(err)
	}
}

func TestCodesHaveTheNamesOfAllLanguages(t *testing.T) {
	for code, name := range map[firth.Code]string{
		firth.CodeEOF: "eof", firth.CodeConnectionLost: "connection_lost",
		firth.CodeTimeout: "timeout", firth.CodeBusy: "busy", firth.CodeClosed: "closed",
		firth.CodeProtocol: "protocol", firth.CodeBufferOverflow: "buffer_overflow",
		firth.CodeCompression: "compression", firth.CodeUnsent: "unsent",
		firth.CodeRefused: "refused", firth.CodeHostNotFound: "host_not_found",
		firth.CodeFileNotFound: "file_not_found", firth.CodeSystem: "system",
		firth.CodeNoMemory: "no_memory", firth.CodeNotSupported: "not_supported",
		firth.CodeInterrupted: "interrupted", firth.CodeCallback: "callback",
		firth.CodeInvalid: "invalid", firth.CodeForked: "forked",
		firth.CodeWantRead: "want_read", firth.CodeWantWrite: "want_write",
		firth.CodeWantEither: "want_either", firth.CodeTLS: "tls",
		firth.CodeCertificate: "certificate", firth.CodeTunnel: "tunnel",
	} {
		if code.String() != name {
			t.Errorf("%d is %s, not %s", int(code), code, name)
		}
	}
}

func TestAnErrorIsANetError(t *testing.T) {
	one, _ := channels(t)
	_, err := one.RecvContext(within(t, time.Microsecond))
	var network net.Error
	if !errors.As(err, &network) || !network.Timeout() {
		t.Fatal(err)
	}
}

// zeros is a nil and a zero value of every type that has methods.
func zeros() []any {
	return []any{
		(*firth.SocketStream)(nil), &firth.SocketStream{}, (*firth.PipeStream)(nil),
		&firth.PipeStream{}, (*firth.BufferedStream)(nil), &firth.BufferedStream{},
		(*firth.CustomStream)(nil), &firth.CustomStream{},
		(*firth.TLSStream)(nil), &firth.TLSStream{},
		(*firth.TunneledSocketStream)(nil), &firth.TunneledSocketStream{},
		(*firth.Win32PipeStream)(nil), &firth.Win32PipeStream{},
		(*firth.NamedPipeStream)(nil), &firth.NamedPipeStream{},
		(*firth.Channel)(nil), &firth.Channel{}, (*firth.Listener)(nil),
		&firth.Listener{}, (*firth.FrameCodec)(nil), &firth.FrameCodec{}, (*firth.Error)(nil),
		&firth.Error{}, (*firth.BrineValueError)(nil), &firth.BrineValueError{},
		firth.Code(0), firth.Code(-1), firth.Code(1000),
	}
}

func TestNoMethodOfANilOrZeroValuePanics(t *testing.T) {
	for _, value := range zeros() {
		v := reflect.ValueOf(value)
		for i := 0; i < v.NumMethod(); i++ {
			results := v.Method(i).Call(zeroArguments(v.Method(i).Type()))
			name := fmt.Sprintf("%T.%s", value, v.Type().Method(i).Name)
			checkInvalid(t, name, value, results)
		}
	}
}

func zeroArguments(method reflect.Type) (arguments []reflect.Value) {
	for i := 0; i < method.NumIn(); i++ {
		arguments = append(arguments, reflect.Zero(method.In(i)))
	}
	return arguments
}

// checkInvalid wants ErrInvalid where a method of a handle returns an error.
func checkInvalid(t *testing.T, name string, value any, results []reflect.Value) {
	if _, isError := value.(error); isError || len(results) == 0 {
		return
	}
	last := results[len(results)-1]
	if last.Type() != reflect.TypeOf((*error)(nil)).Elem() {
		return
	}
	if err, _ := last.Interface().(error); !errors.Is(err, firth.ErrInvalid) {
		t.Errorf("%s: %v", name, err)
	}
}

func TestAChannelOverNoStreamIsAnError(t *testing.T) {
	closed, _ := streams(t)
	must(t, closed.Close())
	for _, c := range []struct {
		stream firth.Stream
		want   error
	}{
		{nil, firth.ErrInvalid}, {(*firth.SocketStream)(nil), firth.ErrInvalid},
		{&firth.PipeStream{}, firth.ErrInvalid}, {&firth.CustomStream{}, firth.ErrInvalid},
		{closed, net.ErrClosed},
	} {
		channel, err := firth.NewChannel(c.stream, nil)
		if err == nil {
			err = channel.SendContext(context.Background(), nil)
		}
		wantIs(t, err, c.want)
	}
}
