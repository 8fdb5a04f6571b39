package firth_test

import (
	"context"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"firth.dev/firth"
)

// beforeHandshake are the calls that wait for a peer who does not shake hands.
func beforeHandshake(t *testing.T, client *firth.TLSStream) map[string]func() error {
	channel := channelOver(t, client, nil)
	return map[string]func() error{
		"Handshake": client.Handshake,
		"Read":      func() error { return second(client.Read(make([]byte, 1))) },
		"Write":     func() error { return second(client.Write([]byte("x"))) },
		"Recv":      func() error { return second(channel.Recv()) },
		"Send":      func() error { return channel.Send(nil) },
	}
}

func overHandshakes(t *testing.T, test func(t *testing.T, client *firth.TLSStream, call func() error)) {
	for _, name := range []string{"Handshake", "Read", "Write", "Recv", "Send"} {
		for _, kind := range []string{"sockets", "connections of Go", "timed"} {
			name, kind := name, kind
			t.Run(name+" over "+kind, func(t *testing.T) {
				near, far := lowers()[kind](t)
				client, _ := tlsPair(t, near, far)
				test(t, client, beforeHandshake(t, client)[name])
			})
		}
	}
}

func TestAHandshakeKeepsItsTime(t *testing.T) {
	overHandshakes(t, func(t *testing.T, client *firth.TLSStream, call func() error) {
		for _, timeout := range []time.Duration{0, short} {
			must(t, client.SetTimeout(timeout))
			wantIs(t, call(), os.ErrDeadlineExceeded)
		}
	})
}

func TestADeadlineEndsAHandshake(t *testing.T) {
	overHandshakes(t, func(t *testing.T, client *firth.TLSStream, call func() error) {
		result := besideAny(t, call)
		must(t, client.SetDeadline(time.Now()))
		wantIs(t, outcomeOf(t, result).err, os.ErrDeadlineExceeded)
	})
}

func TestCloseEndsAHandshake(t *testing.T) {
	overHandshakes(t, func(t *testing.T, client *firth.TLSStream, call func() error) {
		result := besideAny(t, call)
		ignoreUnsent(client.Close())
		wantIs(t, outcomeOf(t, result).err, net.ErrClosed)
	})
}

// besideAny is beside or besideObject: it returns when f waits.
func besideAny(t *testing.T, f func() error) <-chan outcome {
	t.Helper()
	named, result := start(func() ([]byte, error) { return nil, f() })
	name := <-named
	stacks := make([]byte, 4<<20)
	for end := time.Now().Add(long); !waitInObject(stacks, []string{name}) && !allWait([]string{name}); {
		if time.Now().After(end) {
			t.Fatal("a goroutine that should wait does not")
		}
	}
	return result
}

func TestACancelledHandshakeGoesOnLater(t *testing.T) {
	near, far := streams(t)
	client, server := tlsPair(t, near, far)
	wantIs(t, client.HandshakeContext(within(t, short)), os.ErrDeadlineExceeded)
	ctx, cancel := context.WithCancel(context.Background())
	result := beside(t, func() ([]byte, error) { return nil, client.HandshakeContext(ctx) })
	cancel()
	wantIs(t, outcomeOf(t, result).err, context.Canceled)
	_, result = start(func() ([]byte, error) { return nil, server.Handshake() })
	must(t, client.Handshake())
	must(t, outcomeOf(t, result).err)
}

func TestReaderAndWriterShakeHandsTogether(t *testing.T) {
	for name, open := range lowers() {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			client, server := tlsPair(t, near, far)
			results := []<-chan outcome{}
			for _, stream := range []*firth.TLSStream{client, server} {
				stream := stream
				_, reading := start(readOne(stream))
				_, writing := start(func() ([]byte, error) {
					if err := second(stream.Write([]byte("x"))); err != nil {
						return nil, err
					}
					return nil, stream.Flush()
				})
				results = append(results, reading, writing)
			}
			for _, result := range results {
				must(t, outcomeOf(t, result).err)
			}
		})
	}
}

func TestATimeoutInTheMiddleLosesNothing(t *testing.T) {
	for _, kind := range []string{"sockets", "connections of Go", "timed"} {
		kind := kind
		t.Run(kind, func(t *testing.T) {
			near, far := lowers()[kind](t)
			client, server := shaken(t, near, far)
			one, other := channelOver(t, client, plainly), channelOver(t, server, plainly)
			payload := random(8 << 20)
			wantIs(t, one.SendContext(within(t, short), payload), os.ErrDeadlineExceeded)
			wantIs(t, one.SendContext(within(t, short), payload), firth.ErrBusy)
			_, flushing := start(func() ([]byte, error) { return nil, one.Flush() })
			arrived, err := other.Recv()
			must(t, err)
			wantBytes(t, arrived, payload)
			must(t, outcomeOf(t, flushing).err)
			must(t, one.Send([]byte("next")))
			arrived, err = other.Recv()
			must(t, err)
			wantBytes(t, arrived, []byte("next"))
		})
	}
}

func TestBothDirectionsGoOnAtTheSameTime(t *testing.T) {
	for _, kind := range []string{"sockets", "connections of Go", "timed"} {
		kind := kind
		t.Run(kind, func(t *testing.T) {
			near, far := lowers()[kind](t)
			client, server := shaken(t, near, far)
			one, other := channelOver(t, client, plainly), channelOver(t, server, plainly)
			sending := besideAny(t, func() error { return one.Send(plenty) })
			must(t, other.Send([]byte("brine")))
			wantReceived(t, one, []byte("brine"))
			ignoreUnsent(one.Close())
			wantIs(t, outcomeOf(t, sending).err, net.ErrClosed)
		})
	}
}

func TestAProperEndIsToldFromACut(t *testing.T) {
	for name, open := range lowers() {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			client, server := shaken(t, near, far)
			_, reading := start(readOne(server))
			must(t, client.Finish())
			wantIs(t, outcomeOf(t, reading).err, io.EOF)

			near, far = open(t)
			client, server = shaken(t, near, far)
			_, reading = start(readOne(server))
			must(t, ignoreUnsent(near.Close()))
			err := outcomeOf(t, reading).err
			wantIs(t, err, firth.ErrConnectionLost)
			wantIs(t, readByteOf(client), net.ErrClosed)
		})
	}
}

func readByteOf(stream end) error { return stream.ReadExactly(make([]byte, 1)) }

func TestBlockedReadersOfTLSAreGoroutinesAndNotThreads(t *testing.T) {
	const receivers = 100
	streamsOpen, names, results := []*firth.TLSStream{}, []string{}, []<-chan outcome{}
	for i := 0; i < receivers; i++ {
		near, far := streams(t)
		client, _ := shaken(t, near, far)
		name, result := start(readOne(client))
		streamsOpen, names, results = append(streamsOpen, client), append(names, <-name), append(results, result)
	}
	awaitWaiting(t, names)
	if count := threads(t); count > 50 {
		t.Errorf("%d threads", count)
	}
	for i, stream := range streamsOpen {
		must(t, stream.Close())
		wantIs(t, outcomeOf(t, results[i]).err, net.ErrClosed)
	}
}
