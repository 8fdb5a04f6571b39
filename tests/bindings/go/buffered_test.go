package firth_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"firth.dev/firth"
)

// end is one end of a connection: what every kind of stream can do.
type end interface {
	firth.Stream
	ReadExactly([]byte) error
	Poll(time.Duration) (bool, error)
	SetTimeout(time.Duration) error
}

// media are what a buffered stream can lie over, and the far end of it. None is TCP, whose
// queues still grow when they have become full.
var media = map[string]func(t *testing.T) (near, far end){
	"sockets": func(t *testing.T) (end, end) { return first2(streams(t)) },
	"pipes": func(t *testing.T) (end, end) {
		near, far, err := firth.CreatePipePair()
		must(t, err)
		t.Cleanup(func() { near.Close(); far.Close() })
		return near, far
	},
	"connections of Go": func(t *testing.T) (end, end) {
		one, other := conns(t, "unix", socketPath(t))
		near, err := firth.NewSocketStream(one)
		must(t, err)
		far, err := firth.NewSocketStream(other)
		must(t, err)
		return near, far
	},
	"files of Go": func(t *testing.T) (end, end) {
		fromFar, toNear, err := os.Pipe()
		must(t, err)
		fromNear, toFar, err := os.Pipe()
		must(t, err)
		near, err := firth.NewPipeStream(fromFar, toFar)
		must(t, err)
		far, err := firth.NewPipeStream(fromNear, toNear)
		must(t, err)
		t.Cleanup(func() { near.Close(); far.Close() })
		return near, far
	},
	"another buffered stream": func(t *testing.T) (end, end) {
		near, far := streams(t)
		return bufferedOver(t, near, 1), far
	},
}

func first2(one, other *firth.SocketStream) (end, end) { return one, other }

func bufferedOver(t *testing.T, lower firth.Stream, size int) *firth.BufferedStream {
	t.Helper()
	stream, err := firth.NewBufferedStream(lower, &firth.BufferedOptions{BufferSize: size})
	must(t, err)
	t.Cleanup(func() { stream.Close() })
	return stream
}

// overEach runs a test over each of the media, with a buffer of the default size.
func overEach(t *testing.T, test func(*testing.T, *firth.BufferedStream, end)) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			test(t, bufferedOver(t, near, 0), far)
		})
	}
}

// overEachFull is overEach with a full queue towards the far end, and "abc" collected
// behind it; filled is how much the far end has to read before.
func overEachFull(t *testing.T, test func(t *testing.T, stream *firth.BufferedStream, far end, filled int)) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			filled := fillUp(t, near)
			stream := bufferedOver(t, near, 0)
			say(t, stream, "abc")
			test(t, stream, far, filled)
		})
	}
}

// fillUp writes until no more is taken.
func fillUp(t *testing.T, stream end) (filled int) {
	t.Helper()
	must(t, stream.SetTimeout(0))
	for _, size := range []int{100000, 1} {
		for err := error(nil); err == nil; {
			var count int
			count, err = stream.Write(make([]byte, size))
			filled += count
		}
	}
	must(t, stream.SetTimeout(firth.Forever))
	return filled
}

func say(t *testing.T, stream io.Writer, text string) {
	t.Helper()
	count, err := stream.Write([]byte(text))
	if err != nil || count != len(text) {
		t.Fatalf("%d of %d bytes written: %v", count, len(text), err)
	}
}

func hear(t *testing.T, stream end, text string) {
	t.Helper()
	heard := make([]byte, len(text))
	must(t, stream.ReadExactly(heard))
	wantBytes(t, heard, []byte(text))
}

func wantHeld(t *testing.T, stream interface{ Held() (int, int) }, toRead, toWrite int) {
	t.Helper()
	if ahead, collected := stream.Held(); ahead != toRead || collected != toWrite {
		t.Fatalf("it holds %d and %d bytes, not %d and %d", ahead, collected, toRead, toWrite)
	}
}

// readOne is a blocked read of one byte.
func readOne(stream end) func() ([]byte, error) {
	return func() ([]byte, error) {
		p := make([]byte, 1)
		return p, stream.ReadExactly(p)
	}
}

func TestOneReadBringsAllThatIsThere(t *testing.T) {
	near, far := streams(t)
	stream := bufferedOver(t, near, 0)
	say(t, far, "abcdef")
	hear(t, stream, "a")
	wantHeld(t, stream, 5, 0)
	if ready, err := stream.Poll(0); !ready || err != nil {
		t.Fatal(ready, err)
	}
	hear(t, stream, "bcd")
	wantHeld(t, stream, 2, 0)
	counters, err := stream.Counters()
	must(t, err)
	if counters.ReadCalls != 1 || counters.BytesRead != 4 {
		t.Fatal(counters)
	}
}

func TestWhatIsWrittenWaitsForFlush(t *testing.T) {
	near, far := streams(t)
	stream := bufferedOver(t, near, 0)
	say(t, stream, "abc")
	say(t, stream, "def")
	wantHeld(t, stream, 0, 6)
	if ready, err := far.Poll(0); ready || err != nil {
		t.Fatal(ready, err)
	}
	must(t, stream.Flush())
	wantHeld(t, stream, 0, 0)
	hear(t, far, "abcdef")
}

func TestMoreThanTheBufferHoldsLeavesAtOnce(t *testing.T) {
	near, far := streams(t)
	stream, err := firth.NewBufferedStream(near, nil)
	must(t, err)
	say(t, stream, string(text(firth.DefaultBufferSize)))
	wantHeld(t, stream, 0, firth.DefaultBufferSize)
	say(t, stream, "x")
	wantHeld(t, stream, 0, 0)
	hear(t, far, string(text(firth.DefaultBufferSize))+"x")
}

func TestFlushWaitsUntilThePeerReads(t *testing.T) {
	overEachFull(t, func(t *testing.T, stream *firth.BufferedStream, far end, filled int) {
		wantIs(t, stream.FlushContext(within(t, short)), os.ErrDeadlineExceeded)
		flushed := beside(t, func() ([]byte, error) { return nil, stream.Flush() })
		must(t, far.ReadExactly(make([]byte, filled)))
		must(t, outcomeOf(t, flushed).err)
		must(t, stream.Finish())
		hear(t, far, "abc")
	})
}

func TestALateFlushTellsThatThePeerIsGone(t *testing.T) {
	near, far := streams(t)
	stream := bufferedOver(t, near, 0)
	say(t, stream, "abc")
	must(t, far.Close())
	wantIs(t, stream.Flush(), firth.ErrConnectionLost)
	if !stream.Closed() {
		t.Fatal("not closed")
	}
}

func TestARecvThatMustWaitSendsFirst(t *testing.T) {
	overEach(t, func(t *testing.T, stream *firth.BufferedStream, far end) {
		one, other := channelOver(t, stream, nil), channelOver(t, far, nil)
		must(t, one.Send([]byte("asked")))
		answer := recvBeside(t, one)
		asked, err := other.Recv()
		must(t, err)
		wantBytes(t, asked, []byte("asked"))
		must(t, other.Send([]byte("answered")))
		answered := outcomeOf(t, answer)
		must(t, answered.err)
		wantBytes(t, answered.payload, []byte("answered"))
	})
}

func TestAReadThatFindsSomethingSendsNothing(t *testing.T) {
	near, far := streams(t)
	stream := bufferedOver(t, near, 0)
	say(t, stream, "abc")
	say(t, far, "x")
	hear(t, stream, "x")
	wantHeld(t, stream, 0, 3)
}

func TestAPollThatMustWaitSendsFirst(t *testing.T) {
	overEach(t, func(t *testing.T, stream *firth.BufferedStream, far end) {
		say(t, stream, "abc")
		polled := beside(t, func() ([]byte, error) { return nil, second(stream.Poll(firth.Forever)) })
		hear(t, far, "abc")
		say(t, far, "x")
		must(t, outcomeOf(t, polled).err)
	})
}

func TestAReaderThatCannotSendReadsWhenThePeerWrites(t *testing.T) {
	overEachFull(t, func(t *testing.T, stream *firth.BufferedStream, far end, _ int) {
		result := beside(t, readOne(stream))
		say(t, far, "x")
		wantBytes(t, outcomeOf(t, result).payload, []byte("x"))
		wantHeld(t, stream, 0, 3)
	})
}

func TestAReaderThatCannotSendSendsWhenThePeerReads(t *testing.T) {
	overEachFull(t, func(t *testing.T, stream *firth.BufferedStream, far end, filled int) {
		result := beside(t, readOne(stream))
		must(t, far.ReadExactly(make([]byte, filled)))
		hear(t, far, "abc")
		say(t, far, "x")
		wantBytes(t, outcomeOf(t, result).payload, []byte("x"))
	})
}

func TestAPollThatCannotSendWaitsForEither(t *testing.T) {
	overEachFull(t, func(t *testing.T, stream *firth.BufferedStream, far end, filled int) {
		channel := channelOver(t, stream, nil)
		polled := beside(t, func() ([]byte, error) { return nil, second(channel.Poll(firth.Forever)) })
		must(t, far.ReadExactly(make([]byte, filled)))
		hear(t, far, "abc")
		say(t, far, "x")
		must(t, outcomeOf(t, polled).err)
	})
}

func TestPeersThatBothSendMuchBeforeTheyReceiveDoNotWaitForEachOther(t *testing.T) {
	const payloads, size = 10, 100000
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			exchange := func(stream firth.Stream) func() ([]byte, error) {
				channel := channelOver(t, bufferedOver(t, stream, firth.MaxBufferSize), nil)
				return func() ([]byte, error) { return nil, sendThenReceive(channel, payloads, random(size)) }
			}
			_, one := start(exchange(near))
			_, other := start(exchange(far))
			must(t, outcomeOf(t, one).err)
			must(t, outcomeOf(t, other).err)
		})
	}
}

// sendThenReceive receives only after all was sent, and flushes only after that.
func sendThenReceive(channel *firth.Channel, payloads int, payload []byte) error {
	for i := 0; i < payloads; i++ {
		if err := channel.Send(payload); err != nil {
			return err
		}
	}
	for i := 0; i < payloads; i++ {
		received, err := channel.Recv()
		if err != nil {
			return err
		}
		if !bytes.Equal(received, payload) {
			return io.ErrShortBuffer
		}
	}
	return channel.Flush()
}

// Both directions at once, with a small buffer: readers and writers often find each
// other at what is collected.
func TestReadingAndWritingAtOnceLosesNoByteAndNoWakeup(t *testing.T) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			one, other := bufferedOver(t, near, 100), bufferedOver(t, far, 100)
			sent := random(300000)
			var results []<-chan outcome
			for _, stream := range []*firth.BufferedStream{one, other} {
				_, written := start(inPieces(stream, sent))
				_, read := start(all(stream, len(sent)))
				results = append(results, written, read)
			}
			for i, result := range results {
				o := outcomeOf(t, result)
				must(t, o.err)
				if i%2 == 1 {
					wantBytes(t, o.payload, sent)
				}
			}
		})
	}
}

func inPieces(stream *firth.BufferedStream, data []byte) func() ([]byte, error) {
	return func() ([]byte, error) {
		for len(data) > 0 {
			size := 30
			if size > len(data) {
				size = len(data)
			}
			if _, err := stream.Write(data[:size]); err != nil {
				return nil, err
			}
			data = data[size:]
		}
		return nil, stream.Flush()
	}
}

func all(stream *firth.BufferedStream, length int) func() ([]byte, error) {
	return func() ([]byte, error) {
		p := make([]byte, length)
		_, err := io.ReadFull(stream, p)
		return p, err
	}
}

func TestCloseGivesWhatWasCollectedOneTry(t *testing.T) {
	near, far := streams(t)
	stream := bufferedOver(t, near, 0)
	say(t, stream, "abc")
	must(t, stream.Close())
	hear(t, far, "abc")
	wantIs(t, far.ReadExactly(make([]byte, 1)), io.EOF)
}

func TestClosingABufferedStreamTellsWhatIsUnsent(t *testing.T) {
	near, _ := streams(t)
	fillUp(t, near)
	stream := bufferedOver(t, near, 0)
	say(t, stream, "abc")
	failed := wantCode(t, stream.Close(), firth.CodeUnsent)
	wantIs(t, failed, firth.ErrUnsent)
	if failed.Count != 3 {
		t.Fatal(failed.Count)
	}
	must(t, stream.Close())
	wantHeld(t, stream, 0, 0)
}

func TestClosingABufferedStreamClosesTheOneBelow(t *testing.T) {
	near, _ := streams(t)
	must(t, bufferedOver(t, near, 0).Close())
	if !near.Closed() {
		t.Fatal("not closed")
	}
}

func TestCloseWakesWhoeverIsBlockedInABufferedStream(t *testing.T) {
	overEachFull(t, func(t *testing.T, stream *firth.BufferedStream, _ end, _ int) {
		read := beside(t, readOne(stream))
		flushed := beside(t, func() ([]byte, error) { return nil, stream.Flush() })
		wantIs(t, stream.Close(), firth.ErrUnsent)
		wantIs(t, outcomeOf(t, read).err, net.ErrClosed)
		wantIs(t, outcomeOf(t, flushed).err, net.ErrClosed)
	})
}

func TestClosingTheStreamBelowWakesWhoeverIsBlocked(t *testing.T) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, _ := open(t)
			result := beside(t, readOne(bufferedOver(t, bufferedOver(t, near, 0), 0)))
			must(t, near.Close())
			wantIs(t, outcomeOf(t, result).err, net.ErrClosed)
		})
	}
}

func TestClosingTheConnectionBelowWakesWhoeverIsBlocked(t *testing.T) {
	conn, _ := conns(t, "unix", socketPath(t))
	near, err := firth.NewSocketStream(conn)
	must(t, err)
	fillUp(t, near)
	stream := bufferedOver(t, near, 0)
	say(t, stream, "abc")
	read := beside(t, readOne(stream))
	flushed := beside(t, func() ([]byte, error) { return nil, stream.Flush() })
	must(t, conn.Close())
	wantIs(t, outcomeOf(t, read).err, net.ErrClosed)
	wantIs(t, outcomeOf(t, flushed).err, net.ErrClosed)
	if !stream.Closed() {
		t.Fatal("not closed")
	}
}

func TestFinishSendsWhatWasCollected(t *testing.T) {
	overEachFull(t, func(t *testing.T, stream *firth.BufferedStream, far end, filled int) {
		finished := beside(t, func() ([]byte, error) { return nil, stream.Finish() })
		must(t, far.ReadExactly(make([]byte, filled)))
		hear(t, far, "abc")
		must(t, outcomeOf(t, finished).err)
		wantIs(t, far.ReadExactly(make([]byte, 1)), io.EOF)
	})
}

func TestACancelledContextEndsAReadThatCannotSendAndLosesNothing(t *testing.T) {
	overEachFull(t, func(t *testing.T, stream *firth.BufferedStream, far end, filled int) {
		ctx, cancel := context.WithCancel(context.Background())
		result := beside(t, func() ([]byte, error) { return nil, stream.ReadExactlyContext(ctx, make([]byte, 1)) })
		cancel()
		wantIs(t, outcomeOf(t, result).err, context.Canceled, firth.ErrInterrupted)
		wantHeld(t, stream, 0, 3)
		finished := beside(t, func() ([]byte, error) { return nil, stream.Finish() })
		must(t, far.ReadExactly(make([]byte, filled)))
		hear(t, far, "abc")
		must(t, outcomeOf(t, finished).err)
	})
}

func TestTheDeadlineOfABufferedStreamEndsAReadThatWaits(t *testing.T) {
	overEachFull(t, func(t *testing.T, stream *firth.BufferedStream, _ end, _ int) {
		result := beside(t, readOne(stream))
		must(t, stream.SetReadDeadline(time.Now()))
		wantIs(t, outcomeOf(t, result).err, os.ErrDeadlineExceeded)
	})
}

func TestABufferedStreamBeginsWithTheTimeOutBelow(t *testing.T) {
	near, _ := streams(t)
	must(t, near.SetTimeout(short))
	stream := bufferedOver(t, near, 0)
	if stream.Timeout() != short {
		t.Fatal(stream.Timeout())
	}
	wantIs(t, stream.ReadExactly(make([]byte, 1)), os.ErrDeadlineExceeded)
}

func TestPayloadsComeBackFromAnRpycThroughABufferedStream(t *testing.T) {
	for _, kind := range []string{"unix", "tcp"} {
		t.Run(kind, func(t *testing.T) {
			plain := rpycEcho(t, "6.0.2", kind)
			stream := bufferedOver(t, plain.Stream(), 0)
			exchangeWithRpyc(t, channelOver(t, stream, nil))
		})
	}
}

func TestBufferedStreamsLeaveNoDescriptorBehind(t *testing.T) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			settle()
			before := descriptors(t)
			for i := 0; i < 10; i++ {
				near, far := open(t)
				fillUp(t, near)
				stream := bufferedOver(t, near, 0)
				say(t, stream, "abc")
				blocked := beside(t, readOne(stream))
				say(t, far, "x")
				must(t, outcomeOf(t, blocked).err)
				wantIs(t, stream.FlushContext(within(t, time.Millisecond)), os.ErrDeadlineExceeded)
				wantIs(t, stream.Close(), firth.ErrUnsent)
				must(t, far.Close())
			}
			if after := descriptors(t); after > before {
				t.Fatalf("%d descriptors before, %d after", before, after)
			}
		})
	}
}

func TestAnAbandonedBufferedStreamGivesBackItsDescriptors(t *testing.T) {
	settle()
	before := descriptors(t)
	for i := 0; i < 20; i++ {
		abandonBuffered(t)
	}
	for end := time.Now().Add(long); descriptors(t) > before; runtime.Gosched() {
		settle()
		if time.Now().After(end) {
			t.Fatalf("%d descriptors before, %d after", before, descriptors(t))
		}
	}
}

func abandonBuffered(t *testing.T) {
	near, far, err := firth.CreatePipePair()
	must(t, err)
	stream, err := firth.NewBufferedStream(near, nil)
	must(t, err)
	say(t, stream, "abc")
	blocked := beside(t, readOne(stream))
	say(t, far, "x")
	must(t, outcomeOf(t, blocked).err)
}
