package firth_test

import (
	"math"
	"net"
	"strings"
	"testing"

	"firth.dev/firth"
)

func TestABufferAboveTheLimitIsRefusedAndTheStreamStaysTheCallers(t *testing.T) {
	near, far := streams(t)
	for _, size := range []int{firth.MaxBufferSize + 1, math.MaxInt} {
		_, err := firth.NewBufferedStream(near, &firth.BufferedOptions{BufferSize: size})
		wantIs(t, err, firth.ErrBufferOverflow)
		if !strings.Contains(err.Error(), "1048576") {
			t.Fatal(err)
		}
	}
	_, err := firth.NewBufferedStream(near, &firth.BufferedOptions{BufferSize: -1})
	wantIs(t, err, firth.ErrInvalid)
	say(t, near, "x")
	hear(t, far, "x")
	bufferedOver(t, near, firth.MaxBufferSize)
}

func TestWhatIsNoStreamCannotBeBuffered(t *testing.T) {
	var nothing *firth.BufferedStream
	for _, stream := range []firth.Stream{nil, nothing, (*firth.SocketStream)(nil),
		&firth.SocketStream{}, &firth.BufferedStream{}} {
		_, err := firth.NewBufferedStream(stream, nil)
		wantIs(t, err, firth.ErrInvalid)
	}
}

func TestAStreamIsBufferedOnce(t *testing.T) {
	near, far := streams(t)
	stream := bufferedOver(t, near, 0)
	_, err := firth.NewBufferedStream(near, nil)
	wantIs(t, err, firth.ErrInvalid)
	say(t, far, "x")
	hear(t, stream, "x")
}

func TestAClosedStreamIsNoneToBuildUpon(t *testing.T) {
	near, _ := streams(t)
	must(t, near.Close())
	_, err := firth.NewBufferedStream(near, nil)
	wantIs(t, err, net.ErrClosed)
	_, err = firth.NewChannel(near, nil)
	wantIs(t, err, net.ErrClosed)
}

func TestAPlainStreamHoldsWhatWasUnread(t *testing.T) {
	stream, _ := streams(t)
	must(t, stream.Unread([]byte("abc")))
	wantHeld(t, stream, 3, 0)
}

func TestTheFactoriesConnect(t *testing.T) {
	listener := listen(t)
	stream, err := firth.CreateSocketStream("127.0.0.1", listener.Port(), nil)
	must(t, err)
	must(t, stream.Close())

	path := socketPath(t)
	unix, err := firth.UnixListen(path, nil)
	must(t, err)
	defer unix.Close()
	stream, err = firth.CreateUnixStream(path)
	must(t, err)
	must(t, stream.Close())
}
