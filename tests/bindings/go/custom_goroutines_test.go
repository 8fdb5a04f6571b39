package firth_test

import (
	"bytes"
	"context"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"firth.dev/firth"
)

// besideObject runs f in another goroutine, and returns when it waits inside an object.
func besideObject(t *testing.T, f func() error) <-chan outcome {
	t.Helper()
	name, result := start(func() ([]byte, error) { return nil, f() })
	awaitInObject(t, <-name)
	return result
}

// awaitInObject returns when these goroutines wait inside an object.
func awaitInObject(t *testing.T, names ...string) {
	t.Helper()
	stacks := make([]byte, 4<<20)
	for end := time.Now().Add(long); !waitInObject(stacks, names); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("a goroutine that should wait does not")
		}
	}
}

func waitInObject(stacks []byte, names []string) bool {
	waiting := map[string]bool{}
	for _, stack := range strings.Split(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		name, state := strings.SplitN(stack, " [", 2)[0], strings.SplitN(stack, "\n", 2)[0]
		waits := strings.Contains(state, "[IO wait") || strings.Contains(state, "[select") ||
			strings.Contains(state, "[chan receive")
		waiting[name] = waits && strings.Contains(stack, "(*objectPoller)")
	}
	for _, name := range names {
		if !waiting[name] {
			return false
		}
	}
	return true
}

func TestOneGoroutineReadsWhileAnotherWrites(t *testing.T) {
	overObjects(t, func(t *testing.T, object firth.Stream, far *firth.SocketStream) {
		near, peer := channelOver(t, object, nil), channelOver(t, far, nil)
		const payloads = 100
		results := []<-chan outcome{}
		for _, ends := range [][2]*firth.Channel{{near, peer}, {peer, near}} {
			from, to := ends[0], ends[1]
			_, sent := start(func() ([]byte, error) {
				for i := 0; i < payloads; i++ {
					if err := from.Send(random(i * 1000)); err != nil {
						return nil, err
					}
				}
				return nil, from.Flush()
			})
			_, received := start(func() ([]byte, error) {
				for i := 0; i < payloads; i++ {
					payload, err := to.Recv()
					if err != nil || len(payload) != i*1000 {
						return payload, err
					}
				}
				return nil, nil
			})
			results = append(results, sent, received)
		}
		for _, result := range results {
			o := outcomeOf(t, result)
			must(t, o.err)
			if o.payload != nil {
				t.Fatal("another payload")
			}
		}
	})
}

func TestAReaderGoesOnWhileTheObjectIsWriting(t *testing.T) {
	overObjects(t, func(t *testing.T, object firth.Stream, far *firth.SocketStream) {
		channel := channelOver(t, object, plainly)
		sending := besideObject(t, func() error { return channel.Send(plenty) })
		say(t, far, string(frame(0, []byte("brine"))))
		wantReceived(t, channel, []byte("brine"))
		ignoreUnsent(channel.Close())
		wantIs(t, outcomeOf(t, sending).err, net.ErrClosed)
	})
}

func TestAWriterGoesOnWhileTheObjectIsReading(t *testing.T) {
	overObjects(t, func(t *testing.T, object firth.Stream, far *firth.SocketStream) {
		channel := channelOver(t, object, nil)
		receiving := besideObject(t, func() error { return second(channel.Recv()) })
		must(t, channel.Send([]byte("brine")))
		must(t, channel.Flush())
		hear(t, far, string(frame(0, []byte("brine"))))
		must(t, channel.Close())
		wantIs(t, outcomeOf(t, receiving).err, net.ErrClosed)
	})
}

// stalled is an object whose Write waits until it may go on.
type stalled struct {
	scripted
	written       bytes.Buffer
	entered, goOn chan struct{}
}

func stalledObject() *stalled {
	s := &stalled{entered: make(chan struct{}, 10), goOn: make(chan struct{})}
	s.write = func(data []byte) (int, error) {
		s.entered <- struct{}{}
		<-s.goOn
		return s.written.Write(data)
	}
	s.read = func(into []byte) (int, error) { return copy(into, "x"), nil }
	return s
}

func TestAFlushBeforeAReadAndAWriterDoNotMixTheirBytes(t *testing.T) {
	object := stalledObject()
	stream := bufferedOver(t, object, 8)
	say(t, stream, "abcd")
	_, reading := start(readOne(stream))
	<-object.entered // with "abcd"
	writing := besideObject(t, func() error { return second(stream.Write([]byte("efghijklmnop"))) })
	close(object.goOn)
	must(t, outcomeOf(t, reading).err)
	must(t, outcomeOf(t, writing).err)
	must(t, stream.Flush())
	wantBytes(t, object.written.Bytes(), []byte("abcdefghijklmnop"))
}

func TestACloseInsideTheObjectReachesWhoWaitsForIt(t *testing.T) {
	object := stalledObject()
	stream := bufferedOver(t, object, 8)
	say(t, stream, "abcd")
	_, reading := start(readOne(stream))
	<-object.entered
	writing := besideObject(t, func() error { return second(stream.Write(random(100))) })
	ignoreUnsent(stream.Close())
	wantIs(t, outcomeOf(t, writing).err, net.ErrClosed)
	close(object.goOn)
	wantIs(t, outcomeOf(t, reading).err, net.ErrClosed)
}

func TestACallThatGaveUpWritesNothingAfterwards(t *testing.T) {
	written := make(chan string, 10)
	stall := make(chan struct{})
	entered := make(chan struct{}, 10)
	object := struct {
		*scripted
		deadlines
	}{&scripted{
		write: func(data []byte) (int, error) {
			entered <- struct{}{}
			<-stall
			written <- string(data)
			return len(data), nil
		},
		read: func(into []byte) (int, error) { return copy(into, "x"), nil },
	}, deadlines{}}
	stream := bufferedOver(t, object, 8)
	say(t, stream, "abcd")
	_, reading := start(readOne(stream))
	<-entered
	count, err := stream.WriteContext(canceled(), []byte("efghijklmnop"))
	if err == nil || count != 0 {
		t.Fatal(count, err)
	}
	close(stall)
	must(t, outcomeOf(t, reading).err)
	must(t, stream.Finish())
	close(written)
	all := ""
	for data := range written {
		all += data
	}
	if all != "abcd" {
		t.Fatal(all)
	}
}

// deadlines are set and forgotten.
type deadlines struct{}

func (deadlines) SetReadDeadline(time.Time) error  { return nil }
func (deadlines) SetWriteDeadline(time.Time) error { return nil }

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestBlockedObjectsAreGoroutinesAndNotThreads(t *testing.T) {
	const receivers = 300
	before := threads(t)
	channels, names, results := []*firth.Channel{}, []string{}, []<-chan outcome{}
	for i := 0; i < receivers; i++ {
		near, _ := streams(t)
		channel := channelOver(t, polled{near}, nil)
		name, result := start(channel.Recv)
		channels, names, results = append(channels, channel), append(names, <-name), append(results, result)
	}
	awaitInObject(t, names...)
	if count := threads(t) - before; count > 30 {
		t.Errorf("%d threads more", count)
	}
	for i, channel := range channels {
		must(t, channel.Close())
		wantIs(t, outcomeOf(t, results[i]).err, net.ErrClosed)
	}
}

// knot is an object that knows the channel over itself.
type knot struct {
	scripted
	channel   *firth.Channel
	collected chan struct{}
}

func TestACycleOfObjectAndChannelIsCollectedWithoutBeingClosed(t *testing.T) {
	collected := make(chan struct{})
	func() {
		marker := new([16]byte)
		runtime.SetFinalizer(marker, func(*[16]byte) { close(collected) })
		k := &knot{}
		k.close = func() error { t.Error("closed", marker[0]); return nil }
		k.channel = channelOver(t, k, nil)
		must(t, k.channel.Send([]byte("brine")))
	}()
	for end := time.Now().Add(long); ; {
		runtime.GC()
		select {
		case <-collected:
			return
		default:
		}
		if time.Now().After(end) {
			t.Fatal("not collected")
		}
		runtime.Gosched()
	}
}
