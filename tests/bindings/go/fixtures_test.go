package firth_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"firth.dev/firth"
)

// long is a time that no passing test waits for.
const long = 30 * time.Second

// short is a time that a test waits in full.
const short = 20 * time.Millisecond

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantIs fails unless err is each of the targets.
func wantIs(t *testing.T, err error, targets ...error) {
	t.Helper()
	for _, target := range targets {
		if !errors.Is(err, target) {
			t.Fatalf("the error is %v (%T), not %v", err, err, target)
		}
	}
}

// wantCode fails unless err is an *Error of that code with a text.
func wantCode(t *testing.T, err error, code firth.Code) *firth.Error {
	t.Helper()
	var failed *firth.Error
	if !errors.As(err, &failed) {
		t.Fatalf("the error is %v (%T), not %v", err, err, code)
	}
	if failed.Code != code || failed.Error() == "" {
		t.Fatalf("the error is %v: %q, not %v", failed.Code, failed.Error(), code)
	}
	return failed
}

func wantBytes(t *testing.T, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Fatalf("%d bytes %.40q instead of %d bytes %.40q", len(got), got, len(want), want)
	}
}

// sockets is two ends of a unix socket pair; the stream layer owns both.
func sockets(t *testing.T) (int, int) {
	t.Helper()
	ends, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	must(t, err)
	return ends[0], ends[1]
}

func streams(t *testing.T) (*firth.SocketStream, *firth.SocketStream) {
	t.Helper()
	one, other := sockets(t)
	return streamOver(t, one), streamOver(t, other)
}

func streamOver(t *testing.T, descriptor int) *firth.SocketStream {
	t.Helper()
	stream, err := firth.SocketStreamFromDescriptor(descriptor)
	must(t, err)
	t.Cleanup(func() { stream.Close() })
	return stream
}

func channelOver(t *testing.T, stream firth.Stream, options *firth.ChannelOptions) *firth.Channel {
	t.Helper()
	channel, err := firth.NewChannel(stream, options)
	must(t, err)
	return channel
}

func channels(t *testing.T) (*firth.Channel, *firth.Channel) {
	t.Helper()
	one, other := streams(t)
	return channelOver(t, one, nil), channelOver(t, other, nil)
}

// channelAndPeer is a channel and the bare stream at its other end.
func channelAndPeer(t *testing.T, options *firth.ChannelOptions) (*firth.Channel, *firth.SocketStream) {
	t.Helper()
	one, other := streams(t)
	return channelOver(t, one, options), other
}

func receivedBy(t *testing.T, channel *firth.Channel) []byte {
	t.Helper()
	payload, err := channel.Recv()
	must(t, err)
	return payload
}

func wantReceived(t *testing.T, channel *firth.Channel, want []byte) {
	t.Helper()
	wantBytes(t, receivedBy(t, channel), want)
}

func write(t *testing.T, stream *firth.SocketStream, data []byte) {
	t.Helper()
	count, err := stream.Write(data)
	if err != nil || count != len(data) {
		t.Fatalf("%d of %d bytes written: %v", count, len(data), err)
	}
}

// frame is a frame by the rules, made without firth.
func frame(flag byte, body []byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	return append(append(append(head, flag), body...), '\n')
}

func text(size int) []byte {
	const line = "firth meets brine\n"
	return bytes.Repeat([]byte(line), size/len(line)+1)[:size]
}

func random(size int) []byte {
	data := make([]byte, size)
	rand.New(rand.NewSource(int64(size))).Read(data)
	return data
}

// plainly is a channel's option that costs no time.
var plainly = &firth.ChannelOptions{Compress: firth.Off}

// plenty is more than any queue takes.
var plenty = make([]byte, 16<<20)

func within(t *testing.T, time time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time)
	t.Cleanup(cancel)
	return ctx
}

// outcome is what a call in another goroutine came to.
type outcome struct {
	payload []byte
	err     error
}

// beside runs f in another goroutine, and returns when it waits: in Go's poller, or for
// its turn.
func beside(t *testing.T, f func() ([]byte, error)) <-chan outcome {
	t.Helper()
	name, result := start(f)
	awaitWaiting(t, []string{<-name})
	return result
}

// start runs f in another goroutine, whose name it tells.
func start(f func() ([]byte, error)) (<-chan string, <-chan outcome) {
	name, result := make(chan string, 1), make(chan outcome, 1)
	go func() {
		stack := make([]byte, 100)
		runtime.Stack(stack, false)
		name <- strings.Join(strings.Fields(string(stack))[:2], " ")
		payload, err := f()
		result <- outcome{payload, err}
	}()
	return name, result
}

// awaitWaiting returns when all of these goroutines wait inside firth.
func awaitWaiting(t *testing.T, names []string) {
	t.Helper()
	for end := time.Now().Add(long); !allWait(names); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("a goroutine that should wait does not")
		}
	}
}

func allWait(names []string) bool {
	stacks := make([]byte, 16<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	waiting := map[string]bool{}
	for _, stack := range strings.Split(string(stacks), "\n\n") {
		polls := strings.Contains(stack, "[IO wait") && strings.Contains(stack, "(*direction).perform")
		queues := strings.Contains(stack, "[select") && strings.Contains(stack, "(*direction).queue")
		if polls || queues {
			waiting[strings.Join(strings.Fields(stack)[:2], " ")] = true
		}
	}
	for _, name := range names {
		if !waiting[name] {
			return false
		}
	}
	return true
}

func outcomeOf(t *testing.T, result <-chan outcome) outcome {
	t.Helper()
	select {
	case o := <-result:
		return o
	case <-time.After(long):
		t.Fatal("the call is still blocked")
		return outcome{}
	}
}

func recvBeside(t *testing.T, channel *firth.Channel) <-chan outcome {
	t.Helper()
	return beside(t, channel.Recv)
}

// fill sends until the queue is full: the last payload is taken but has not left.
func fill(t *testing.T, channel *firth.Channel) (payloads int) {
	t.Helper()
	stream := channel.Stream().(*firth.SocketStream)
	must(t, stream.SetTimeout(0))
	defer stream.SetTimeout(firth.Forever)
	for payloads = 1; ; payloads++ {
		err := channel.Send(random(100000))
		if err == nil {
			continue
		}
		wantCode(t, err, firth.CodeTimeout)
		return payloads
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	return len(entries)
}

func threads(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/task")
	must(t, err)
	return len(entries)
}

func socketPath(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "firth")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(folder) })
	return filepath.Join(folder, "socket")
}
