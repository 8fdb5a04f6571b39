package firth_test

import (
	"io"
	"os"
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
