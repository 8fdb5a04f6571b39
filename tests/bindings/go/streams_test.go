package firth_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"firth.dev/firth"
)

func TestReadIsAnIOReader(t *testing.T) {
	one, other := streams(t)
	sent := text(100000)
	go func() {
		io.Copy(one, bytes.NewReader(sent))
		one.Finish()
	}()
	got, err := io.ReadAll(other)
	must(t, err)
	wantBytes(t, got, sent)
	if count, err := other.Read(make([]byte, 1)); count != 0 || err != io.EOF {
		t.Fatal(count, err)
	}
}

func TestReadExactlyTellsTheEndBeforeAndAfterTheFirstByte(t *testing.T) {
	one, other := streams(t)
	write(t, one, []byte("bri"))
	must(t, one.Close())
	p := make([]byte, 5)
	wantIs(t, other.ReadExactly(p), io.ErrUnexpectedEOF, firth.ErrConnectionLost)

	one, other = streams(t)
	must(t, one.Close())
	wantIs(t, other.ReadExactly(p), io.EOF)
}

func TestReadExactlyFillsMoreThanAQueueHolds(t *testing.T) {
	one, other := streams(t)
	sent := random(4 << 20)
	go one.Write(sent)
	got := make([]byte, len(sent))
	must(t, other.ReadExactly(got))
	wantBytes(t, got, sent)
}

func TestWriteSomeTakesWhatFits(t *testing.T) {
	one, _ := streams(t)
	count, err := one.WriteSome(random(4 << 20))
	if count == 0 || count == 4<<20 || err != nil {
		t.Fatal(count, err)
	}
}

func TestUnreadBytesAreReadFirst(t *testing.T) {
	one, other := streams(t)
	write(t, one, []byte("ne"))
	must(t, other.Unread([]byte("bri")))
	if ready, err := other.Poll(0); !ready || err != nil {
		t.Fatal(ready, err)
	}
	p := make([]byte, 5)
	must(t, other.ReadExactly(p))
	wantBytes(t, p, []byte("brine"))
}

func TestReadingAndWritingNothingIsNothing(t *testing.T) {
	one, _ := streams(t)
	if count, err := one.Read(nil); count != 0 || err != nil {
		t.Fatal(count, err)
	}
	if count, err := one.Write(nil); count != 0 || err != nil {
		t.Fatal(count, err)
	}
	must(t, one.ReadExactly(nil))
	must(t, one.Flush())
}

func TestTheDescriptorsCanBeAskedAndWatched(t *testing.T) {
	one, other := streams(t)
	reading, err := other.Fileno()
	must(t, err)
	writing, err := other.WriteFileno()
	must(t, err)
	if reading != writing {
		t.Fatal(reading, writing)
	}
	write(t, one, []byte("x"))
	p := make([]byte, 1)
	count, _, err := syscall.Recvfrom(reading, p, syscall.MSG_PEEK)
	if count != 1 || err != nil {
		t.Fatal(count, err)
	}
}

func TestAPipePairCarriesBothDirections(t *testing.T) {
	first, second, err := firth.CreatePipePair()
	must(t, err)
	reading, err := first.Fileno()
	must(t, err)
	writing, err := first.WriteFileno()
	must(t, err)
	if reading == writing {
		t.Fatal("one descriptor for two pipes")
	}
	exchangeOver(t, first, second)
}

// exchangeOver sends large payloads both ways, and ends with a blocked Recv and a Finish.
func exchangeOver(t *testing.T, first, second firth.Stream) {
	t.Helper()
	one, other := channelOver(t, first, nil), channelOver(t, second, nil)
	defer other.Close()
	defer one.Close()
	echoed := make(chan error, 1)
	go func() {
		payload, err := other.Recv()
		if err == nil {
			err = other.Send(payload)
		}
		echoed <- err
	}()
	sent := random(2 << 20)
	must(t, one.Send(sent))
	got, err := one.Recv()
	must(t, err)
	wantBytes(t, got, sent)
	must(t, <-echoed)
	blocked := recvBeside(t, other)
	must(t, one.Finish())
	wantIs(t, outcomeOf(t, blocked).err, io.EOF)
}

func TestAFullPipeBlocksAGoroutineUntilItsDeadline(t *testing.T) {
	first, second, err := firth.CreatePipePair()
	must(t, err)
	defer second.Close()
	defer first.Close()
	data := random(1 << 20)
	must(t, first.SetWriteDeadline(time.Now().Add(10*short)))
	count, err := first.Write(data)
	wantIs(t, err, os.ErrDeadlineExceeded)
	if count == 0 {
		t.Fatal("nothing was taken")
	}
}

func TestFilesOfGoCanBeAPipeStream(t *testing.T) {
	for _, blocking := range []bool{false, true} {
		readOne, writeOther := filePair(t, blocking)
		readOther, writeOne := filePair(t, blocking)
		first, err := firth.NewPipeStream(readOne, writeOne)
		must(t, err)
		second, err := firth.NewPipeStream(readOther, writeOther)
		must(t, err)
		exchangeOver(t, first, second)
		if _, err := writeOne.Write([]byte{0}); !errors.Is(err, os.ErrClosed) {
			t.Fatal("the file is not closed:", err)
		}
	}
}

// filePair is a pipe, in Go's poller or (blocking) not.
func filePair(t *testing.T, blocking bool) (*os.File, *os.File) {
	t.Helper()
	if !blocking {
		reading, writing, err := os.Pipe()
		must(t, err)
		return reading, writing
	}
	var ends [2]int
	must(t, syscall.Pipe2(ends[:], syscall.O_CLOEXEC))
	return os.NewFile(uintptr(ends[0]), "reading"), os.NewFile(uintptr(ends[1]), "writing")
}

func TestARegularFileIsAlwaysReady(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frames")
	must(t, os.WriteFile(path, append(frame(0, []byte("brine")), frame(0, random(50000))...), 0o600))
	incoming, err := os.Open(path)
	must(t, err)
	outgoing, err := os.Create(path + ".out")
	must(t, err)
	stream, err := firth.NewPipeStream(incoming, outgoing)
	must(t, err)
	channel := channelOver(t, stream, &firth.ChannelOptions{Compress: firth.Off})
	for _, want := range [][]byte{[]byte("brine"), random(50000)} {
		wantReceived(t, channel, want)
		must(t, channel.Send(want))
	}
	_, err = channel.Recv()
	wantIs(t, err, io.EOF)
	written, err := os.ReadFile(path + ".out")
	must(t, err)
	wantBytes(t, written, append(frame(0, []byte("brine")), frame(0, random(50000))...))
}

func TestDescriptorsCanBeAPipeStream(t *testing.T) {
	var ends [2]int
	must(t, syscall.Pipe2(ends[:], syscall.O_CLOEXEC))
	stream, err := firth.PipeStreamFromDescriptors(ends[0], ends[1])
	must(t, err)
	channel := channelOver(t, stream, nil)
	must(t, channel.Send([]byte("brine")))
	wantReceived(t, channel, []byte("brine"))
	must(t, channel.Close())
	if err := syscall.Close(ends[0]); err != syscall.EBADF {
		t.Fatal("the descriptor is not closed:", err)
	}
}

func TestAFileThatIsNotOpenInThatDirectionIsInvalidAndNotTakenOver(t *testing.T) {
	reading, writing, err := os.Pipe()
	must(t, err)
	defer writing.Close()
	defer reading.Close()
	_, err = firth.NewPipeStream(writing, reading)
	wantIs(t, err, firth.ErrInvalid)
	if _, err := writing.Write([]byte{0}); err != nil {
		t.Fatal(err)
	}
	_, err = firth.NewPipeStream(nil, writing)
	wantIs(t, err, firth.ErrInvalid)
	_, err = firth.NewPipeStream(reading, nil)
	wantIs(t, err, firth.ErrInvalid)
}

func TestStandardInputAndOutputCanBeAStream(t *testing.T) {
	if os.Getenv("FIRTH_TEST_CHILD") == "echo over standard input and output" {
		echoOverStandardStreams()
	}
	child := exec.Command(os.Args[0], "-test.run=^TestStandardInputAndOutputCanBeAStream$")
	child.Env = append(os.Environ(), "FIRTH_TEST_CHILD=echo over standard input and output")
	child.Stderr = os.Stderr
	stdin, err := child.StdinPipe()
	must(t, err)
	stdout, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	stream, err := firth.NewPipeStream(stdout.(*os.File), fileOf(t, stdin))
	must(t, err)
	channel := channelOver(t, stream, nil)
	for _, sent := range [][]byte{[]byte("brine"), random(300000)} {
		must(t, channel.Send(sent))
		wantReceived(t, channel, sent)
	}
	must(t, channel.Finish())
	must(t, child.Wait())
}

// fileOf is the file behind a command's input.
func fileOf(t *testing.T, stdin io.WriteCloser) *os.File {
	t.Helper()
	conn, ok := stdin.(interface{ Fd() uintptr })
	if !ok {
		t.Fatalf("%T has no descriptor", stdin)
	}
	copied, err := syscall.Dup(int(conn.Fd()))
	must(t, err)
	syscall.CloseOnExec(copied)
	must(t, stdin.Close())
	return os.NewFile(uintptr(copied), "stdin")
}

// echoOverStandardStreams is the child: stray prints must not reach the parent.
func echoOverStandardStreams() {
	stream, err := firth.PipeStreamFromStd()
	if err != nil {
		os.Exit(2)
	}
	channel, _ := firth.NewChannel(stream, nil)
	for {
		os.Stdout.WriteString("a stray print")
		payload, err := channel.Recv()
		if errors.Is(err, io.EOF) {
			os.Exit(0)
		}
		if err != nil || channel.Send(payload) != nil {
			os.Exit(3)
		}
	}
}

// conns is two ends of a connection of Go's.
func conns(t *testing.T, network, address string) (net.Conn, net.Conn) {
	t.Helper()
	listener, err := net.Listen(network, address)
	must(t, err)
	defer listener.Close()
	one, err := net.Dial(network, listener.Addr().String())
	must(t, err)
	other, err := listener.Accept()
	must(t, err)
	t.Cleanup(func() {
		one.Close()
		other.Close()
	})
	return one, other
}

func TestAConnectionOfGoCanBeASocketStream(t *testing.T) {
	for network, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": socketPath(t)} {
		one, other := conns(t, network, address)
		first, err := firth.NewSocketStream(one)
		must(t, err)
		second, err := firth.NewSocketStream(other)
		must(t, err)
		exchangeOver(t, first, second)
		if _, err := one.Write([]byte{0}); !errors.Is(err, net.ErrClosed) {
			t.Fatal("the connection is not closed:", err)
		}
	}
}

func TestClosingTheConnectionWakesWhoIsBlockedInTheStream(t *testing.T) {
	conn, _ := conns(t, "tcp", "127.0.0.1:0")
	stream, err := firth.NewSocketStream(conn)
	must(t, err)
	channel := channelOver(t, stream, nil)
	first, second := recvBeside(t, channel), recvBeside(t, channel)
	must(t, conn.Close())
	for _, result := range []<-chan outcome{first, second} {
		wantIs(t, outcomeOf(t, result).err, net.ErrClosed)
	}
	if !channel.Closed() {
		t.Fatal("not closed")
	}
	wantIs(t, channel.Send(nil), net.ErrClosed)
	_, err = channel.Fileno()
	wantIs(t, err, net.ErrClosed)
	must(t, channel.Close())
}

func TestAStreamOverAClosedConnectionTouchesNoOtherDescriptor(t *testing.T) {
	conn, _ := conns(t, "tcp", "127.0.0.1:0")
	stream, err := firth.NewSocketStream(conn)
	must(t, err)
	number, err := stream.Fileno()
	must(t, err)
	must(t, conn.Close())
	ends := [2]int{}
	ends[0], ends[1] = sockets(t)
	other := ends[0]
	if ends[0] != number && ends[1] != number {
		other = number
		must(t, syscall.Dup3(ends[0], other, syscall.O_CLOEXEC))
	}
	must(t, stream.Close())
	if _, err := syscall.Write(ends[0], []byte("x")); err != nil {
		t.Fatal("the other socket was shut down:", err)
	}
	for _, descriptor := range []int{ends[0], ends[1], other} {
		syscall.Close(descriptor)
	}
}

func TestAStreamOverAConnectionObeysDeadlinesAndContexts(t *testing.T) {
	conn, _ := conns(t, "tcp", "127.0.0.1:0")
	stream, err := firth.NewSocketStream(conn)
	must(t, err)
	channel := channelOver(t, stream, nil)
	defer channel.Close()
	_, err = channel.RecvContext(within(t, short))
	wantIs(t, err, os.ErrDeadlineExceeded)
	must(t, channel.SetDeadline(time.Now().Add(short)))
	_, err = channel.Recv()
	wantIs(t, err, os.ErrDeadlineExceeded)
	wantIs(t, channel.Send(random(64<<20)), os.ErrDeadlineExceeded)
}

func TestAStreamOverAConnectionForgetsTheConnectionsDeadlines(t *testing.T) {
	conn, other := conns(t, "tcp", "127.0.0.1:0")
	must(t, conn.SetDeadline(time.Now()))
	stream, err := firth.NewSocketStream(conn)
	must(t, err)
	reading := beside(t, func() ([]byte, error) { return nil, stream.ReadExactly(make([]byte, 1)) })
	must(t, second(other.Write([]byte{0})))
	must(t, outcomeOf(t, reading).err)
	must(t, stream.Close())
}

func TestAConnectionWithoutADescriptorIsNotSupported(t *testing.T) {
	pipe, _ := net.Pipe()
	conn, _ := conns(t, "tcp", "127.0.0.1:0")
	for _, without := range []net.Conn{pipe, tls.Client(conn, &tls.Config{})} {
		_, err := firth.NewSocketStream(without)
		wantIs(t, err, firth.ErrNotSupported)
	}
	_, err := firth.NewSocketStream(nil)
	wantIs(t, err, firth.ErrInvalid)
	_, err = firth.NewSocketStream((*net.TCPConn)(nil))
	wantIs(t, err, firth.ErrInvalid)
	datagram, err := net.Dial("udp", "127.0.0.1:9")
	must(t, err)
	_, err = firth.NewSocketStream(datagram)
	wantIs(t, err, firth.ErrInvalid)
	must(t, datagram.Close())
}

func TestAStreamCanBeReadThroughABufioReader(t *testing.T) {
	one, other := streams(t)
	write(t, one, []byte("firth meets brine\nrest"))
	line, err := bufio.NewReader(other).ReadString('\n')
	must(t, err)
	wantBytes(t, []byte(line), []byte("firth meets brine\n"))
}
