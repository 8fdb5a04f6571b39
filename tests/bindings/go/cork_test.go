package firth_test

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"firth.dev/firth"
)

func TestACorkCollectsPayloadsForOneWrite(t *testing.T) {
	one, other := corked(t, nil)
	for i := 0; i < 100; i++ {
		must(t, one.Send(numbered(i, 0)))
	}
	if !one.Corked() || one.Pending() != 1000 {
		t.Fatal(one.Corked(), one.Pending())
	}
	wantWriteCalls(t, one, 0)
	wantNothing(t, other)
	must(t, one.Uncork())
	wantWriteCalls(t, one, 1)
	wantNumbered(t, other, 0, 100)
	if one.Corked() || one.Pending() != 0 {
		t.Fatal(one.Corked(), one.Pending())
	}
	must(t, one.Send(nil))
	wantWriteCalls(t, one, 2)
}

func TestCorksAreCounted(t *testing.T) {
	one, other := corked(t, nil)
	must(t, one.Cork())
	must(t, one.Send(numbered(0, 0)))
	must(t, one.Uncork())
	if !one.Corked() {
		t.Fatal("the second uncork came with the first")
	}
	wantNothing(t, other)
	must(t, one.Uncork())
	wantNumbered(t, other, 0, 1)
}

func TestAnUncorkWithoutACorkIsInvalid(t *testing.T) {
	one, _ := channels(t)
	wantIs(t, one.Uncork(), firth.ErrInvalid)
	wantIs(t, one.UncorkContext(within(t, long)), firth.ErrInvalid)
	must(t, one.Cork())
	must(t, one.Uncork())
	wantIs(t, one.Uncork(), firth.ErrInvalid)
}

func TestAFlushSendsWhatIsCollectedAndLeavesTheCork(t *testing.T) {
	one, other := corked(t, nil)
	must(t, one.Send(numbered(0, 0)))
	must(t, one.Flush())
	wantNumbered(t, other, 0, 1)
	must(t, one.Send(numbered(1, 0)))
	wantNothing(t, other)
	if !one.Corked() {
		t.Fatal("not corked")
	}
}

func TestAFinishSendsWhatIsCollected(t *testing.T) {
	one, other := corked(t, nil)
	must(t, one.Send(numbered(0, 0)))
	must(t, one.Finish())
	wantNumbered(t, other, 0, 1)
}

func TestACloseGivesWhatIsCollectedOneTry(t *testing.T) {
	one, other := corked(t, nil)
	must(t, one.Send(numbered(0, 0)))
	must(t, one.Close())
	wantNumbered(t, other, 0, 1)

	near, _ := streams(t)
	channel, _ := stuffed(t, near, nil)
	failed := wantCode(t, channel.Close(), firth.CodeUnsent)
	if failed.Count != 110 {
		t.Fatal(failed.Count)
	}
}

func TestWhatReceivesSendsWhatIsCollectedFirst(t *testing.T) {
	for name, receive := range map[string]func(*firth.Channel) error{
		"Recv":        func(c *firth.Channel) error { return second(c.Recv()) },
		"RecvContext": func(c *firth.Channel) error { return second(c.RecvContext(context.Background())) },
		"Poll":        func(c *firth.Channel) error { return second(c.Poll(firth.Forever)) },
	} {
		receive := receive
		for kind, open := range kinds {
			open := open
			if untimed[kind] && name == "RecvContext" || unpolled[kind] && name == "Poll" {
				continue
			}
			t.Run(name+" over "+kind, func(t *testing.T) {
				near, far := open(t)
				one, other := channelOver(t, near, nil), channelOver(t, far, nil)
				must(t, one.Cork())
				must(t, one.Send([]byte("question")))
				_, answering := start(func() ([]byte, error) {
					question, err := other.Recv()
					if err != nil {
						return question, err
					}
					return question, other.Send([]byte("answer"))
				})
				must(t, receive(one))
				wantBytes(t, outcomeOf(t, answering).payload, []byte("question"))
			})
		}
	}
}

func TestWhoWaitsToReceiveGoesOnSending(t *testing.T) {
	overEachStuffed(t, nil, func(t *testing.T, channel *firth.Channel, far end, filled int) {
		receiving := recvBeside(t, channel)
		skip(t, far, filled)
		other := channelOver(t, far, nil)
		wantNumbered(t, other, 0, 1)
		must(t, other.Send([]byte("answer")))
		wantBytes(t, outcomeOf(t, receiving).payload, []byte("answer"))
	})
}

func TestWhoWaitsToSendGoesOnReceiving(t *testing.T) {
	overEachStuffed(t, nil, func(t *testing.T, channel *firth.Channel, far end, _ int) {
		receiving := recvBeside(t, channel)
		_, err := far.Write(frame(0, []byte("brine")))
		must(t, err)
		wantBytes(t, outcomeOf(t, receiving).payload, []byte("brine"))
		if channel.Pending() != 110 {
			t.Fatal(channel.Pending())
		}
	})
}

func TestTwoPeersWithFullQueuesDoNotWaitForEachOther(t *testing.T) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			one, before := stuffed(t, near, nil)
			other, after := stuffed(t, far, nil)
			receive := func(channel *firth.Channel, stream end, count int) <-chan outcome {
				_, result := start(func() ([]byte, error) {
					if err := stream.ReadExactly(make([]byte, count)); err != nil {
						return nil, err
					}
					return channel.Recv()
				})
				return result
			}
			receiving, answering := receive(one, near, after), receive(other, far, before)
			must(t, outcomeOf(t, receiving).err)
			must(t, outcomeOf(t, answering).err)
		})
	}
}

func TestAReceiverAndASenderShareWhatIsLeftToSend(t *testing.T) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			one, other := channelOver(t, near, plainly), channelOver(t, far, plainly)
			for round := 0; round < 5; round++ {
				sent := random(2 << 20)
				sending := beside(t, func() ([]byte, error) { return nil, one.Send(sent) })
				receiving := recvBeside(t, one)
				wantReceived(t, other, sent)
				must(t, outcomeOf(t, sending).err)
				must(t, other.Send(nil))
				must(t, outcomeOf(t, receiving).err)
			}
		})
	}
}

// What one try sends, another goroutine that waits to send must hear of.
func TestASenderGoesOnWhenAnotherGoroutineHasSentItsRest(t *testing.T) {
	for _, kind := range []string{"tcp", "unix", "net.Conn", "tcp, net.Conn", "pipes", "files"} {
		open := kinds[kind]
		if open == nil {
			open = tcpConns
		}
		t.Run(kind, func(t *testing.T) {
			near, far := open(t)
			one, other := channelOver(t, near, plainly), channelOver(t, far, plainly)
			polling := make(chan error, 1)
			go func() {
				for {
					if err := second(one.Poll(0)); err != nil {
						polling <- err
						return
					}
				}
			}()
			payload := random(8 << 20)
			for round := 0; round < 20; round++ {
				_, sending := start(func() ([]byte, error) { return nil, one.Send(payload) })
				arrived, err := other.Recv()
				must(t, err)
				wantBytes(t, arrived, payload)
				must(t, outcomeOf(t, sending).err)
			}
			must(t, one.Close())
			wantIs(t, <-polling, net.ErrClosed)
		})
	}
}

// tcpConns are streams over two connections of Go's.
func tcpConns(t *testing.T) (subject, subject) {
	one, other := conns(t, "tcp", "127.0.0.1:0")
	near, err := firth.NewSocketStream(one)
	must(t, err)
	far, err := firth.NewSocketStream(other)
	must(t, err)
	return near, far
}

func TestAQueueThatIsFullHoldsBackWhoSends(t *testing.T) {
	options := &firth.ChannelOptions{Limits: firth.Limits{Queue: 1000}}
	overEachStuffed(t, options, func(t *testing.T, channel *firth.Channel, far end, filled int) {
		taken := 1
		var err error
		for err == nil {
			if err = channel.SendContext(within(t, short), numbered(taken, 100)); err == nil {
				taken++
			}
		}
		wantIs(t, err, firth.ErrBusy, os.ErrDeadlineExceeded)
		if channel.Pending() > 1000 || taken != 9 {
			t.Fatal(channel.Pending(), taken)
		}
		sending := beside(t, func() ([]byte, error) { return nil, channel.Send(numbered(taken, 100)) })
		skip(t, far, filled)
		other := channelOver(t, far, nil)
		wantNumbered(t, other, 0, taken)
		must(t, outcomeOf(t, sending).err)
		must(t, channel.Uncork())
		wantNumbered(t, other, taken, taken+1)
	})
}

func TestBackPressureEndsWithItsContextAndWithClose(t *testing.T) {
	options := &firth.ChannelOptions{Limits: firth.Limits{Queue: 150}}
	overEachStuffed(t, options, func(t *testing.T, channel *firth.Channel, _ end, _ int) {
		ctx, cancel := context.WithCancel(context.Background())
		sending := beside(t, func() ([]byte, error) { return nil, channel.SendContext(ctx, numbered(1, 100)) })
		cancel()
		err := outcomeOf(t, sending).err
		wantIs(t, err, firth.ErrBusy, context.Canceled)

		sending = beside(t, func() ([]byte, error) { return nil, channel.Send(numbered(1, 100)) })
		wantIs(t, channel.Close(), firth.ErrUnsent)
		wantIs(t, outcomeOf(t, sending).err, net.ErrClosed)
	})
}

func TestAFrameThatIsLargerThanTheQueueGoesOutBehindIt(t *testing.T) {
	one, other := corked(t, &firth.ChannelOptions{Compress: firth.Off, Limits: firth.Limits{Queue: 100}})
	must(t, one.Send(numbered(0, 10)))
	must(t, one.Send(numbered(1, 1000)))
	wantNumbered(t, other, 0, 2)
	if one.Pending() != 0 || !one.Corked() {
		t.Fatal(one.Pending(), one.Corked())
	}
}

func TestAnUncorkThatIsEndedHasTakenTheCorkAway(t *testing.T) {
	overEachStuffed(t, nil, func(t *testing.T, channel *firth.Channel, far end, filled int) {
		ctx, cancel := context.WithCancel(context.Background())
		uncorking := beside(t, func() ([]byte, error) { return nil, channel.UncorkContext(ctx) })
		cancel()
		err := outcomeOf(t, uncorking).err
		wantIs(t, err, context.Canceled, firth.ErrInterrupted)
		if channel.Corked() || channel.Pending() != 110 {
			t.Fatal(channel.Corked(), channel.Pending())
		}
		must(t, channel.Cork())
		wantIs(t, channel.UncorkContext(ctx), context.Canceled)
		if channel.Corked() {
			t.Fatal("corked")
		}
		must(t, channel.Cork())
		must(t, channel.SetWriteDeadline(time.Now().Add(short)))
		wantIs(t, channel.Uncork(), os.ErrDeadlineExceeded)
		must(t, channel.SetWriteDeadline(time.Time{}))
		flushing := beside(t, func() ([]byte, error) { return nil, channel.Flush() })
		skip(t, far, filled)
		wantNumbered(t, channelOver(t, far, nil), 0, 1)
		must(t, outcomeOf(t, flushing).err)
	})
}

func TestAContextEndsAReceiverThatCannotSendWhatIsCollected(t *testing.T) {
	overEachStuffed(t, nil, func(t *testing.T, channel *firth.Channel, _ end, _ int) {
		ctx, cancel := context.WithCancel(context.Background())
		receiving := beside(t, func() ([]byte, error) { return channel.RecvContext(ctx) })
		cancel()
		wantIs(t, outcomeOf(t, receiving).err, context.Canceled, firth.ErrInterrupted)
		receiving = recvBeside(t, channel)
		must(t, channel.SetReadDeadline(time.Now()))
		wantIs(t, outcomeOf(t, receiving).err, os.ErrDeadlineExceeded)
		must(t, channel.SetReadDeadline(time.Time{}))
		receiving = recvBeside(t, channel)
		wantIs(t, channel.Close(), firth.ErrUnsent)
		wantIs(t, outcomeOf(t, receiving).err, net.ErrClosed)
	})
}

func TestClosingTheConnectionBelowWakesWhoWaitsForEitherWay(t *testing.T) {
	conn, _ := conns(t, "unix", socketPath(t))
	near, err := firth.NewSocketStream(conn)
	must(t, err)
	channel, _ := stuffed(t, near, nil)
	receiving := recvBeside(t, channel)
	uncorking := beside(t, func() ([]byte, error) { return nil, channel.Uncork() })
	must(t, conn.Close())
	wantIs(t, outcomeOf(t, receiving).err, net.ErrClosed)
	wantIs(t, outcomeOf(t, uncorking).err, net.ErrClosed)
}

func TestADeadlineHoldsAfterAConnectionHasWaitedForEitherWay(t *testing.T) {
	conn, far := conns(t, "unix", socketPath(t))
	near, err := firth.NewSocketStream(conn)
	must(t, err)
	channel, filled := stuffed(t, near, nil)
	must(t, channel.SetReadDeadline(time.Now().Add(5*short)))
	wantIs(t, second(channel.Recv()), os.ErrDeadlineExceeded)
	must(t, channel.SetReadDeadline(time.Now().Add(long)))
	receiving := recvBeside(t, channel)
	_, err = far.Write(frame(0, nil))
	must(t, err)
	must(t, outcomeOf(t, receiving).err)
	for left := filled + 110; left > 0; {
		count, err := far.Read(make([]byte, left))
		must(t, err)
		left -= count
		if left <= 110 {
			must(t, ignoreTimeout(channel.FlushContext(within(t, short))))
		}
	}
	must(t, channel.SetReadDeadline(time.Now().Add(short)))
	wantIs(t, second(channel.Recv()), os.ErrDeadlineExceeded)
}

func ignoreTimeout(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	return err
}

func TestCorksOfManyGoroutinesLoseAndRepeatNothing(t *testing.T) {
	const senders, each = 8, 300
	one, other := channels(t)
	var group sync.WaitGroup
	for i := 0; i < senders; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			for j := 0; j < each; j++ {
				one.Cork()
				if err := one.Send(numbered(i, 10)); err != nil {
					t.Error(err)
				}
				if err := one.Uncork(); err != nil {
					t.Error(err)
				}
				one.Poll(0)
			}
		}(i)
	}
	counts := map[byte]int{}
	for i := 0; i < senders*each; i++ {
		payload, err := other.Recv()
		must(t, err)
		counts[payload[13]]++
	}
	group.Wait()
	for i := 0; i < senders; i++ {
		if counts[byte(i)] != each {
			t.Fatal(counts)
		}
	}
	if one.Corked() || one.Pending() != 0 {
		t.Fatal(one.Corked(), one.Pending())
	}
}

func TestANilOrZeroChannelHasNoCork(t *testing.T) {
	for _, channel := range []*firth.Channel{nil, {}} {
		wantIs(t, channel.Cork(), firth.ErrInvalid)
		wantIs(t, channel.Uncork(), firth.ErrInvalid)
		wantIs(t, channel.UncorkContext(context.Background()), firth.ErrInvalid)
		wantIs(t, channel.Handshake(), firth.ErrInvalid)
		wantIs(t, channel.HandshakeContext(context.Background()), firth.ErrInvalid)
		if channel.Corked() || channel.Encrypted() {
			t.Fatal("it is something")
		}
	}
}
