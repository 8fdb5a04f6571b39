package firth_test

import (
	"context"
	"io"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"firth.dev/firth"
)

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
