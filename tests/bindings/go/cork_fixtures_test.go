package firth_test

import (
	"encoding/binary"
	"testing"
	"time"

	"firth.dev/firth"
)

// writeCalls is how often the channel's stream has written.
func writeCalls(t *testing.T, channel *firth.Channel) uint64 {
	t.Helper()
	counters, err := channel.Stream().(interface {
		Counters() (firth.Counters, error)
	}).Counters()
	must(t, err)
	return counters.WriteCalls
}

func wantWriteCalls(t *testing.T, channel *firth.Channel, want uint64) {
	t.Helper()
	if calls := writeCalls(t, channel); calls != want {
		t.Fatalf("%d writes instead of %d", calls, want)
	}
}

// numbered is a payload that tells its place.
func numbered(i, size int) []byte {
	return binary.BigEndian.AppendUint32(make([]byte, size), uint32(i))
}

// wantNumbered receives payloads from one number on to below another, in their order.
func wantNumbered(t *testing.T, channel *firth.Channel, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		payload, err := channel.Recv()
		must(t, err)
		if got := int(binary.BigEndian.Uint32(payload[len(payload)-4:])); got != i {
			t.Fatalf("payload %d instead of %d", got, i)
		}
	}
}

// wantNothing fails if there is something to receive.
func wantNothing(t *testing.T, channel *firth.Channel) {
	t.Helper()
	if ready, err := channel.Poll(0); ready || err != nil {
		t.Fatal("something arrived", err)
	}
}

// corked is a channel with a cork, and a channel at its other end.
func corked(t *testing.T, options *firth.ChannelOptions) (*firth.Channel, *firth.Channel) {
	t.Helper()
	near, far := streams(t)
	channel := channelOver(t, near, options)
	must(t, channel.Cork())
	return channel, channelOver(t, far, nil)
}

// eventually returns when it is so.
func eventually(t *testing.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(long); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come about")
		}
	}
}

// stuffed is a channel whose stream takes no more, corked, with a payload collected behind
// that: number 0. The far end has so many bytes to read before.
func stuffed(t *testing.T, near end, options *firth.ChannelOptions) (channel *firth.Channel, filled int) {
	t.Helper()
	filled = fillUp(t, near)
	channel = channelOver(t, near, options)
	must(t, channel.Cork())
	must(t, channel.Send(numbered(0, 100)))
	return channel, filled
}

// overEachStuffed runs a test over each of the media and of the objects that keep deadlines.
func overEachStuffed(t *testing.T, options *firth.ChannelOptions,
	test func(t *testing.T, channel *firth.Channel, far end, filled int)) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			channel, filled := stuffed(t, near, options)
			test(t, channel, far, filled)
		})
	}
}

// skip reads so many bytes.
func skip(t *testing.T, stream end, count int) {
	t.Helper()
	must(t, stream.ReadExactly(make([]byte, count)))
}
