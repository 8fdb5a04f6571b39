package firth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"firth.dev/firth"
)

// never is a timeout of a batch that no test waits for.
const never = time.Hour

func batching(t *testing.T, stream firth.Stream, size int, timeout time.Duration,
	options *firth.ChannelOptions) *firth.Channel {
	t.Helper()
	channel, err := firth.NewBatchingChannel(stream, size, timeout, options)
	must(t, err)
	return channel
}

// batches is a channel that batches, and a channel at its other end.
func batches(t *testing.T, size int, timeout time.Duration, options *firth.ChannelOptions) (
	*firth.Channel, *firth.Channel) {
	t.Helper()
	near, far := streams(t)
	return batching(t, near, size, timeout, options), channelOver(t, far, nil)
}

func TestABatchLeavesInOneWriteWhenItHasItsPayloads(t *testing.T) {
	for _, timeout := range []time.Duration{firth.Forever, never} {
		one, other := batches(t, 3, timeout, nil)
		for i := 0; i < 7; i++ {
			wantWriteCalls(t, one, uint64(i/3))
			must(t, one.Send(numbered(i, 0)))
		}
		wantWriteCalls(t, one, 2)
		if one.Pending() != 10 {
			t.Fatal(one.Pending())
		}
		wantNumbered(t, other, 0, 6)
		wantNothing(t, other)
	}
}

func TestABatchLeavesWhenItHasItsBytes(t *testing.T) {
	for _, c := range []struct{ queue, size, payloads int }{
		{100, 40, 2}, {0, 1 << 18, 4}, {8 << 20, 1 << 18, 4},
	} {
		one, other := batches(t, 1000, never, &firth.ChannelOptions{Compress: firth.Off,
			Limits: firth.Limits{Queue: c.queue}})
		must(t, one.Stream().(*firth.SocketStream).SetTimeout(long))
		receiving := make(chan bool)
		go func() {
			defer close(receiving)
			wantNumbered(t, other, 0, c.payloads)
		}()
		for i := 0; i < c.payloads; i++ {
			must(t, one.Send(numbered(i, c.size)))
		}
		<-receiving
	}
}

func TestABatchLeavesWhenItsTimeHasCome(t *testing.T) {
	for name, open := range kinds {
		if isObject(name) {
			continue
		}
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			one, other := batching(t, near, 100, short, nil), channelOver(t, far, nil)
			for round := 0; round < 3; round++ {
				for i := 0; i < 3; i++ {
					must(t, one.Send(numbered(i, 0)))
				}
				wantNumbered(t, other, 0, 3)
			}
			eventually(t, func() bool { return one.Pending() == 0 })
		})
	}
}

// isObject says that the streams of a kind are written by goroutines of the caller's only.
func isObject(kind string) bool {
	switch kind {
	case "custom", "custom, untimed", "custom, polled", "embedding", "tls, custom":
		return true
	}
	return false
}

func TestATimeoutThatIsNotGivenIsTheDefault(t *testing.T) {
	for _, make := range []func(firth.Stream) (*firth.Channel, error){
		func(s firth.Stream) (*firth.Channel, error) {
			return firth.NewBatchingChannel(s, firth.DefaultBatchSize, 0, nil)
		},
		func(s firth.Stream) (*firth.Channel, error) {
			return firth.NewChannel(s, &firth.ChannelOptions{BatchSize: 10})
		},
	} {
		near, far := streams(t)
		one, err := make(near)
		must(t, err)
		begun := time.Now()
		must(t, one.Send(numbered(0, 0)))
		wantNumbered(t, channelOver(t, far, nil), 0, 1)
		if time.Since(begun) < firth.DefaultBatchTimeout {
			t.Fatal("too early")
		}
	}
}

func TestABatchOfOneDoesNotWait(t *testing.T) {
	for _, size := range []int{0, 1} {
		near, _ := streams(t)
		one := channelOver(t, near, &firth.ChannelOptions{BatchSize: size, BatchTimeout: never})
		must(t, one.Send(nil))
		wantWriteCalls(t, one, 1)
	}
}

func TestWhatReceivesFlushesAndFinishesSendsTheBatchFirst(t *testing.T) {
	for name, call := range map[string]func(*firth.Channel) error{
		"Recv":   func(c *firth.Channel) error { return second(c.Recv()) },
		"Poll":   func(c *firth.Channel) error { return second(c.Poll(firth.Forever)) },
		"Poll 0": func(c *firth.Channel) error { return second(c.Poll(0)) },
		"Flush":  (*firth.Channel).Flush,
		"Finish": (*firth.Channel).Finish,
		"Close":  (*firth.Channel).Close,
		"Uncork": func(c *firth.Channel) error { c.Cork(); return c.Uncork() },
	} {
		call := call
		for _, timeout := range []time.Duration{firth.Forever, never} {
			timeout := timeout
			t.Run(fmt.Sprint(name, timeout), func(t *testing.T) {
				one, other := batches(t, 10, timeout, nil)
				must(t, one.Send([]byte("question")))
				_, answering := start(func() ([]byte, error) {
					question, err := other.Recv()
					if err != nil {
						return question, err
					}
					other.Send([]byte("answer"))
					return question, nil
				})
				must(t, call(one))
				answered := outcomeOf(t, answering)
				must(t, answered.err)
				wantBytes(t, answered.payload, []byte("question"))
			})
		}
	}
}

func TestACorkHoldsABatch(t *testing.T) {
	one, other := batches(t, 2, time.Millisecond, nil)
	must(t, one.Cork())
	for i := 0; i < 5; i++ {
		must(t, one.Send(numbered(i, 0)))
	}
	if ready, err := other.Poll(5 * short); ready || err != nil {
		t.Fatal(ready, err)
	}
	must(t, one.Uncork())
	wantWriteCalls(t, one, 1)
	wantNumbered(t, other, 0, 5)
}

func TestAPeerThatStallsGetsEveryPayloadOnceAndInOrder(t *testing.T) {
	for _, kind := range []string{"unix", "net.Conn", "tcp", "pipes", "files", "tls", "buffered"} {
		open := kinds[kind]
		t.Run(kind, func(t *testing.T) {
			near, far := open(t)
			one := batching(t, near, 7, time.Millisecond, &firth.ChannelOptions{Compress: firth.Off})
			taken, busy := 0, 0
			for busy < 3 {
				err := one.SendContext(within(t, short), numbered(taken, 50000))
				switch {
				case err == nil:
					taken++
				case errors.Is(err, firth.ErrBusy):
					busy++
				default:
					wantIs(t, err, os.ErrDeadlineExceeded)
					taken++
				}
			}
			other := channelOver(t, far, nil)
			_, sending := start(func() ([]byte, error) {
				for i := taken; i < taken+20; i++ {
					if err := one.Send(numbered(i, 50000)); err != nil {
						return nil, err
					}
				}
				return nil, nil
			})
			wantNumbered(t, other, 0, taken+20)
			must(t, outcomeOf(t, sending).err)
		})
	}
}

func TestTwoPeersThatBatchUntilTheirQueuesAreFullGoOn(t *testing.T) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			one, other := batching(t, near, 10, firth.Forever, plainly), batching(t, far, 10, firth.Forever, plainly)
			const payloads, size = 200, 20000
			var group sync.WaitGroup
			for _, channel := range []*firth.Channel{one, other} {
				channel := channel
				group.Add(1)
				_, sending := start(func() ([]byte, error) {
					for i := 0; i < payloads; i++ {
						if err := channel.Send(numbered(i, size)); err != nil {
							return nil, err
						}
					}
					return nil, channel.Flush()
				})
				go func() {
					defer group.Done()
					if err := (<-sending).err; err != nil {
						t.Error(err)
					}
				}()
			}
			finished := make(chan bool)
			go func() {
				defer close(finished)
				wantNumbered(t, other, 0, payloads)
			}()
			wantNumbered(t, one, 0, payloads)
			<-finished
			group.Wait()
		})
	}
}

// lostInTheBackground is a channel whose batch the timer could not send, as nobody has been
// told yet.
func lostInTheBackground(t *testing.T) *firth.Channel {
	t.Helper()
	near, far := streams(t)
	one := batching(t, near, 10, short, nil)
	must(t, one.Send(nil))
	must(t, far.Close())
	eventually(t, near.Closed)
	return one
}

func TestWhatFailedInTheBackgroundIsToldByTheNextCallOnce(t *testing.T) {
	for name, call := range map[string]func(*firth.Channel) error{
		"Send":   func(c *firth.Channel) error { return c.Send(nil) },
		"Recv":   func(c *firth.Channel) error { return second(c.Recv()) },
		"Poll":   func(c *firth.Channel) error { return second(c.Poll(0)) },
		"Flush":  (*firth.Channel).Flush,
		"Uncork": func(c *firth.Channel) error { c.Cork(); return c.Uncork() },
		"Finish": (*firth.Channel).Finish,
		"Close":  (*firth.Channel).Close,
	} {
		call := call
		t.Run(name, func(t *testing.T) {
			one := lostInTheBackground(t)
			wantIs(t, call(one), firth.ErrConnectionLost)
			must(t, one.Close())
		})
	}
}

func TestABatchingChannelTakesTheOtherOptionsToo(t *testing.T) {
	near, far := streams(t)
	options := &firth.ChannelOptions{Compress: firth.Off, BatchSize: 50, BatchTimeout: 1,
		Limits: firth.Limits{Frame: 4000}}
	one := batching(t, near, 2, firth.Forever, options)
	must(t, one.Send(text(3500)))
	wantIs(t, one.Send(text(4001)), firth.ErrBufferOverflow)
	must(t, one.Send(nil))
	if flag, body := bodyOfNext(t, far); flag != 0 || len(body) != 3500 {
		t.Fatal(flag, len(body))
	}
}

func TestABatchThatIsNoneIsInvalid(t *testing.T) {
	near, _ := streams(t)
	for _, size := range []int{0, -1} {
		_, err := firth.NewBatchingChannel(near, size, 0, nil)
		wantIs(t, err, firth.ErrInvalid)
	}
	_, err := firth.NewBatchingChannel(near, 10, 0, &firth.ChannelOptions{Level: 10})
	wantIs(t, err, firth.ErrInvalid)
	_, err = firth.NewBatchingChannel(nil, 10, 0, nil)
	wantIs(t, err, firth.ErrInvalid)
}

func TestAnObjectBatchesWithoutATimer(t *testing.T) {
	for name, open := range objects {
		open := open
		t.Run(name, func(t *testing.T) {
			object, far := open(t)
			_, err := firth.NewBatchingChannel(object, 10, time.Second, nil)
			wantIs(t, err, firth.ErrNotSupported)
			_, err = firth.NewChannel(object, &firth.ChannelOptions{BatchSize: 2})
			wantIs(t, err, firth.ErrNotSupported)
			one := batching(t, object, 2, firth.Forever, nil)
			other := channelOver(t, far, nil)
			for i := 0; i < 4; i++ {
				must(t, one.Send(numbered(i, 0)))
			}
			wantNumbered(t, other, 0, 4)
			must(t, one.Send(numbered(4, 0)))
			wantNothing(t, other)
			must(t, one.Finish())
			wantNumbered(t, other, 4, 5)
		})
	}
}

func TestWhatLiesOverAnObjectHasNoTimerEither(t *testing.T) {
	object, _ := timedAndPeer(t)
	_, err := firth.NewBatchingChannel(bufferedOver(t, object, 0), 10, 0, nil)
	wantIs(t, err, firth.ErrNotSupported)
}

func TestARpycPeerReadsBatches(t *testing.T) {
	for _, version := range []string{"5.3.1", "6.0.2"} {
		one := batching(t, connectTo(t, rpycListens(t, version, "unix")), 5, never, nil)
		for i := 0; i < 20; i++ {
			must(t, one.Send(numbered(i, 100)))
		}
		wantNumbered(t, one, 0, 20)
		wantWriteCalls(t, one, 4)
		exchangeWithRpyc(t, one)
	}
}

func TestTheTimerUsesNoDescriptorThatTheHostHasClosed(t *testing.T) {
	conn, peer := conns(t, "unix", socketPath(t))
	near, err := firth.NewSocketStream(conn)
	must(t, err)
	one := batching(t, near, 10, 5*short, nil)
	must(t, one.Send([]byte("brine")))
	must(t, conn.Close())
	var others []*firth.SocketStream
	for i := 0; i < 10; i++ { // one of them would have the descriptor's number
		first, last := streams(t)
		others = append(others, first, last)
	}
	_, err = io.Copy(io.Discard, peer) // until the connection has ended
	must(t, err)
	eventually(t, one.Closed)
	wantIs(t, one.Send(nil), net.ErrClosed)
	timeout := 10 * short // until the timer has had its time
	for _, other := range others {
		ready, err := other.Poll(timeout)
		timeout = 0
		if ready || err != nil {
			t.Fatal("the batch went elsewhere", err)
		}
	}
}

func TestCloseDoesNotWaitForTheTimer(t *testing.T) {
	conn, peer := conns(t, "unix", socketPath(t))
	near, err := firth.NewSocketStream(conn)
	must(t, err)
	fillUp(t, near)
	one := batching(t, near, 10, never, nil)
	must(t, one.Send(nil))
	begun := time.Now()
	wantIs(t, one.Close(), firth.ErrUnsent)
	_, err = io.Copy(io.Discard, peer)
	must(t, err)
	if time.Since(begun) > long/2 {
		t.Fatal("too late")
	}
}

func TestBatchesOfManyGoroutinesLoseAndRepeatNothing(t *testing.T) {
	const senders, each = 8, 200
	one, other := batches(t, 7, time.Millisecond, nil)
	var group sync.WaitGroup
	for i := 0; i < senders; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			for j := 0; j < each; j++ {
				if err := one.Send(numbered(i, j)); err != nil {
					t.Error(err)
				}
				if j%50 == 0 {
					one.Flush()
					one.Poll(0)
				}
			}
		}(i)
	}
	next := map[byte]int{}
	for i := 0; i < senders*each; i++ {
		payload, err := other.Recv()
		must(t, err)
		sender := payload[len(payload)-1]
		if len(payload)-4 != next[sender] {
			t.Fatal(sender, len(payload)-4, next[sender])
		}
		next[sender]++
	}
	group.Wait()
}

func TestAThousandBlockedReceiversThatBatchAreGoroutinesAndNotThreads(t *testing.T) {
	runBlockedReceivers(t, func(near, far *firth.SocketStream) (one, other *firth.Channel) {
		return channelOver(t, near, nil), batching(t, far, 10, never, nil)
	})
}

// runBlockedReceivers has a thousand goroutines block in Recv of the second channel of each
// pair, with something collected before, and then receive.
func runBlockedReceivers(t *testing.T, pair func(near, far *firth.SocketStream) (one, other *firth.Channel)) {
	const receivers = 1000
	senders, names, results := []*firth.Channel{}, []string{}, []<-chan outcome{}
	for i := 0; i < receivers; i++ {
		one, other := pair(streams(t))
		name, result := start(func() ([]byte, error) {
			if err := other.Send([]byte("question")); err != nil {
				return nil, err
			}
			return other.Recv()
		})
		senders, names, results = append(senders, one), append(names, <-name), append(results, result)
	}
	for _, sender := range senders {
		_, err := sender.Recv()
		must(t, err)
	}
	awaitWaiting(t, names)
	if count := threads(t); count > 50 {
		t.Errorf("%d threads", count)
	}
	for _, sender := range senders {
		must(t, sender.Send([]byte("brine")))
		must(t, sender.Flush())
	}
	for _, result := range results {
		must(t, outcomeOf(t, result).err)
	}
}

func TestAContextEndsWhoWaitsForAFullBatchToLeave(t *testing.T) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			filled := fillUp(t, near)
			one := batching(t, near, 2, firth.Forever, nil)
			must(t, one.Send(numbered(0, 0)))
			ctx, cancel := context.WithCancel(context.Background())
			sending := beside(t, func() ([]byte, error) { return nil, one.SendContext(ctx, numbered(1, 0)) })
			cancel()
			err := outcomeOf(t, sending).err
			wantIs(t, err, context.Canceled, firth.ErrInterrupted)
			if errors.Is(err, firth.ErrBusy) {
				t.Fatal("it says that the payload was not taken")
			}
			flushing := beside(t, func() ([]byte, error) { return nil, one.Flush() })
			skip(t, far, filled)
			wantNumbered(t, channelOver(t, far, nil), 0, 2)
			must(t, outcomeOf(t, flushing).err)
		})
	}
}

func TestABatchThatIsForgottenIsCollected(t *testing.T) {
	for i := 0; i < 20; i++ {
		near, _ := streams(t)
		must(t, batching(t, near, 10, never, nil).Send(nil))
	}
	runtime.GC() // TestMain sees that nothing remains
}
