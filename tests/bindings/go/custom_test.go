package firth_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"testing"

	"firth.dev/firth"
)

func TestPayloadsGoThroughAnyObject(t *testing.T) {
	overObjects(t, func(t *testing.T, object firth.Stream, far *firth.SocketStream) {
		near, peer := channelOver(t, object, nil), channelOver(t, far, nil)
		for _, size := range []int{0, 1, 3001, 64000, 3 << 20} {
			for _, sent := range [][]byte{text(size), random(size)} {
				arrives(t, near, peer, sent)
				arrives(t, peer, near, sent)
			}
		}
		must(t, near.Finish())
		if _, err := peer.Recv(); err == nil || !near.Closed() || !object.Closed() {
			t.Fatal("not closed", err)
		}
	})
}

// arrives sends beside receiving, as large payloads need it.
func arrives(t *testing.T, from, to *firth.Channel, sent []byte) {
	t.Helper()
	_, result := start(func() ([]byte, error) {
		err := from.Send(sent)
		if err == nil {
			err = from.Flush()
		}
		return nil, err
	})
	wantReceived(t, to, sent)
	must(t, outcomeOf(t, result).err)
}

func TestAnObjectWritesAFrameAtOnce(t *testing.T) {
	object, far := plainAndPeer(t)
	channel := channelOver(t, object, nil)
	must(t, channel.Send([]byte("brine")))
	hear(t, far, string(frame(0, []byte("brine"))))
	if count := object.writes.Load(); count != 1 {
		t.Fatal(count, "writes")
	}
}

func TestAnObjectIsAskedForNoMoreThanIsWanted(t *testing.T) {
	object, far := plainAndPeer(t)
	stream := custom(t, object)
	say(t, far, "abcdef")
	hear(t, stream, "abc")
	if asked := object.reads.Load(); asked != 3 {
		t.Fatal("asked for", asked)
	}
	rest := make([]byte, 3)
	if _, err := io.ReadFull(object.conn, rest); err != nil || string(rest) != "def" {
		t.Fatalf("%q %v", rest, err)
	}
}

func TestABufferedStreamReadsAheadOfAnObject(t *testing.T) {
	object, far := plainAndPeer(t)
	stream := bufferedOver(t, object, 100)
	say(t, far, "abcdef")
	hear(t, stream, "a")
	wantHeld(t, stream, 5, 0)
	hear(t, stream, "bcdef")
}

func TestABufferedStreamCollectsForAnObject(t *testing.T) {
	object, far := plainAndPeer(t)
	stream := bufferedOver(t, object, 100)
	say(t, stream, "abc")
	say(t, stream, "def")
	if count := object.writes.Load(); count != 0 {
		t.Fatal(count, "writes")
	}
	must(t, stream.Flush())
	hear(t, far, "abcdef")
	if count := object.writes.Load(); count != 1 {
		t.Fatal(count, "writes")
	}
}

func TestAReadThatMustWaitFlushesToTheObject(t *testing.T) {
	overObjects(t, func(t *testing.T, object firth.Stream, far *firth.SocketStream) {
		stream := bufferedOver(t, object, 100)
		say(t, stream, "question")
		_, result := start(readOne(stream))
		hear(t, far, "question")
		say(t, far, "!")
		must(t, outcomeOf(t, result).err)
	})
}

func TestCloseGivesNoTryToWhatAnObjectWouldHaveToWrite(t *testing.T) {
	object, _ := plainAndPeer(t)
	stream := bufferedOver(t, object, 100)
	say(t, stream, "abc")
	if failed := wantCode(t, stream.Close(), firth.CodeUnsent); failed.Count != 3 {
		t.Fatal(failed.Count)
	}
}

func TestFinishSendsWhatIsCollected(t *testing.T) {
	overObjects(t, func(t *testing.T, object firth.Stream, far *firth.SocketStream) {
		stream := bufferedOver(t, object, 100)
		say(t, stream, "abc")
		must(t, stream.Finish())
		hear(t, far, "abc")
	})
}

func TestTheObjectIsGivenBack(t *testing.T) {
	object, _ := plainAndPeer(t)
	if channelOver(t, object, nil).Stream() != firth.Stream(object) ||
		bufferedOver(t, object, 0).Lower() != firth.Stream(object) ||
		custom(t, object).Object() != firth.Stream(object) {
		t.Fatal("another object")
	}
}

func TestTheEndOfAnObjectIsTheEnd(t *testing.T) {
	overObjects(t, func(t *testing.T, object firth.Stream, far *firth.SocketStream) {
		channel := channelOver(t, object, nil)
		must(t, far.Close())
		_, err := channel.Recv()
		wantCode(t, err, firth.CodeEOF)
		if !channel.Closed() || !object.Closed() {
			t.Fatal("not closed")
		}
	})
}

func TestAnEndInsideAFrameIsALoss(t *testing.T) {
	overObjects(t, func(t *testing.T, object firth.Stream, far *firth.SocketStream) {
		channel := channelOver(t, object, nil)
		say(t, far, "\x00\x00")
		must(t, far.Close())
		_, err := channel.Recv()
		wantIs(t, err, io.ErrUnexpectedEOF, firth.ErrConnectionLost)
	})
}

func TestBytesThatComeWithTheEndAreDelivered(t *testing.T) {
	whole := frame(0, []byte("brine"))
	object := &scripted{read: func(into []byte) (int, error) {
		count := copy(into, whole)
		whole = whole[count:]
		if len(whole) == 0 {
			return count, io.EOF
		}
		return count, nil
	}}
	channel := channelOver(t, object, nil)
	wantReceived(t, channel, []byte("brine"))
	_, err := channel.Recv()
	wantIs(t, err, io.EOF)
}

func TestAnObjectThatSaysThatItIsClosedClosesItsChannel(t *testing.T) {
	closed := false
	object := &scripted{closed: func() bool { return closed }}
	channel := channelOver(t, bufferedOver(t, object, 0), nil)
	if channel.Closed() {
		t.Fatal("closed already")
	}
	if closed = true; !channel.Closed() || !channel.Stream().Closed() {
		t.Fatal("not closed")
	}
}

func TestAClosedObjectIsRefused(t *testing.T) {
	object := &scripted{closed: func() bool { return true }}
	_, err := firth.NewChannel(object, nil)
	wantIs(t, err, net.ErrClosed)
	_, err = firth.NewBufferedStream(object, nil)
	wantIs(t, err, net.ErrClosed)
	_, err = firth.NewCustomStream(object)
	wantIs(t, err, net.ErrClosed)
}

func TestANilObjectIsRefused(t *testing.T) {
	for _, object := range []firth.Stream{nil, (*plain)(nil), &firth.SocketStream{}} {
		_, err := firth.NewChannel(object, nil)
		wantIs(t, err, firth.ErrInvalid)
		_, err = firth.NewCustomStream(object)
		wantIs(t, err, firth.ErrInvalid)
	}
}

func TestAnObjectIsClosedOnce(t *testing.T) {
	object, _ := plainAndPeer(t)
	channel := channelOver(t, bufferedOver(t, object, 0), nil)
	must(t, channel.Close())
	must(t, channel.Close())
	must(t, channel.Stream().Close())
	if count := object.closes.Load(); count != 1 {
		t.Fatal(count, "closes")
	}
}

func TestThePartsOfAWriteThatAnObjectTakesGoOn(t *testing.T) {
	var written bytes.Buffer
	object := &scripted{write: func(data []byte) (int, error) {
		return written.Write(data[:(len(data)+1)/2])
	}}
	channel := channelOver(t, object, &firth.ChannelOptions{Compress: firth.Off})
	payload := random(10000)
	must(t, channel.Send(payload))
	wantBytes(t, written.Bytes(), frame(0, payload))
}

func TestFlushFlushesTheObject(t *testing.T) {
	flushes := 0
	object := &flushing{flush: func() error { flushes++; return nil }}
	channel := channelOver(t, bufferedOver(t, object, 0), nil)
	must(t, channel.Flush())
	must(t, channel.Finish())
	if flushes != 2 {
		t.Fatal(flushes, "flushes")
	}
}

// described is an object with a descriptor.
type described struct {
	plain
	file *os.File
}

func (d *described) Fd() uintptr { return d.file.Fd() }

func TestTheDescriptorIsTheObjects(t *testing.T) {
	file, err := os.Open(os.DevNull)
	must(t, err)
	defer file.Close()
	object, _ := plainAndPeer(t)
	_, err = custom(t, object).Fileno()
	wantIs(t, err, firth.ErrNotSupported)
	channel := channelOver(t, bufferedOver(t, &described{plain{conn: object.conn}, file}, 0), nil)
	descriptor, err := channel.Fileno()
	if err != nil || descriptor != int(file.Fd()) {
		t.Fatal(descriptor, err)
	}
	must(t, channel.Close())
	_, err = channel.Fileno()
	wantIs(t, err, net.ErrClosed)
}

func TestAStreamHandedToAnotherChannelLosesNothing(t *testing.T) {
	object, far := plainAndPeer(t)
	stream := custom(t, object)
	say(t, far, string(frame(0, []byte("one")))+string(frame(0, []byte("two")))+"three")
	for _, want := range []string{"one", "two"} {
		payload, err := channelOver(t, stream, nil).Recv()
		must(t, err)
		wantBytes(t, payload, []byte(want))
	}
	hear(t, stream, "three")
	counters, err := stream.Counters()
	if err != nil || counters.BytesRead != 23 {
		t.Fatal(counters, err)
	}
}
