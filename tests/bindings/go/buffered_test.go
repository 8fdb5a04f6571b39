package firth_test

import (
	"bytes"
	"io"
	"os"
	"testing"

	"firth.dev/firth"
)

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
