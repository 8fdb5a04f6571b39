package firth_test

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"firth.dev/firth"
)

func TestAnObjectWithoutDeadlinesKeepsNoTime(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for name, over := range map[string]func(*testing.T, firth.Stream) firth.Stream{
		"bare":     func(t *testing.T, object firth.Stream) firth.Stream { return custom(t, object) },
		"buffered": func(t *testing.T, object firth.Stream) firth.Stream { return bufferedOver(t, object, 4) },
	} {
		over := over
		t.Run(name, func(t *testing.T) {
			object, _ := plainAndPeer(t)
			stream := over(t, object).(interface {
				end
				SetDeadline(time.Time) error
				Wake() error
			})
			channel := channelOver(t, stream, nil)
			wantIs(t, second(channel.RecvContext(ctx)), firth.ErrNotSupported)
			wantIs(t, channel.SendContext(ctx, nil), firth.ErrNotSupported)
			wantIs(t, second(channel.Poll(0)), firth.ErrNotSupported)
			wantIs(t, stream.SetDeadline(time.Now()), firth.ErrNotSupported)
			wantIs(t, stream.Wake(), firth.ErrNotSupported)
			must(t, stream.SetDeadline(time.Time{}))
			for _, timeout := range []time.Duration{0, long} {
				must(t, stream.SetTimeout(timeout))
				wantIs(t, stream.ReadExactly(make([]byte, 1)), firth.ErrNotSupported)
				wantIs(t, second(stream.Write(random(100))), firth.ErrNotSupported)
			}
			if pending := channel.Pending(); pending != 0 || object.reads.Load() != 0 {
				t.Fatal("the object was used, or the payload taken")
			}
		})
	}
}

func TestABufferedStreamAnswersInTimeFromWhatItHolds(t *testing.T) {
	object, far := plainAndPeer(t)
	stream := bufferedOver(t, object, 0)
	say(t, far, "abc")
	hear(t, stream, "a")
	must(t, stream.SetTimeout(0))
	if ready, err := stream.Poll(0); !ready || err != nil {
		t.Fatal(ready, err)
	}
	hear(t, stream, "bc")
	say(t, stream, "collected")
}

func TestFinishWithNothingToSendNeedsNoDeadlines(t *testing.T) {
	object, _ := plainAndPeer(t)
	stream := bufferedOver(t, object, 0)
	must(t, stream.SetTimeout(long))
	must(t, channelOver(t, stream, nil).Finish())
}

// waits are the calls that wait, over a stream that will never be ready, by the name of
// the direction.
func blockedCalls(stream end, channel *firth.Channel) map[string]func() error {
	return map[string]func() error{
		"Recv":        func() error { return second(channel.Recv()) },
		"ReadExactly": func() error { return stream.ReadExactly(make([]byte, 1)) },
		"Send":        func() error { return channel.Send(plenty) },
		"Write":       func() error { return second(stream.Write(plenty)) },
	}
}

// overTimed runs a test for each call that waits, over an object with deadlines.
func overTimed(t *testing.T, test func(t *testing.T, stream timedEnd, channel *firth.Channel, call func() error)) {
	for _, buffered := range []bool{false, true} {
		for _, name := range []string{"Recv", "ReadExactly", "Send", "Write"} {
			buffered, name := buffered, name
			t.Run(name, func(t *testing.T) {
				object, _ := timedAndPeer(t)
				var stream timedEnd = custom(t, object)
				if buffered {
					stream = bufferedOver(t, stream, 0)
				}
				channel := channelOver(t, stream, plainly)
				test(t, stream, channel, blockedCalls(stream, channel)[name])
			})
		}
	}
}

type timedEnd interface {
	end
	SetDeadline(time.Time) error
	Wake() error
}

func TestATimeoutIsKeptByAnObjectWithDeadlines(t *testing.T) {
	overTimed(t, func(t *testing.T, stream timedEnd, channel *firth.Channel, call func() error) {
		for _, timeout := range []time.Duration{0, short} {
			must(t, stream.SetTimeout(timeout))
			before := time.Now()
			err := call()
			wantIs(t, err, os.ErrDeadlineExceeded)
			if time.Since(before) < timeout {
				t.Fatal("too early")
			}
		}
		if channel.Closed() {
			t.Fatal("closed")
		}
	})
}

func TestADeadlineEndsACallThatIsBlockedInTheObject(t *testing.T) {
	overTimed(t, func(t *testing.T, stream timedEnd, channel *firth.Channel, call func() error) {
		result := besideObject(t, call)
		must(t, stream.SetDeadline(time.Now()))
		wantIs(t, outcomeOf(t, result).err, os.ErrDeadlineExceeded)
	})
}

func TestWakeEndsACallThatIsBlockedInTheObject(t *testing.T) {
	overTimed(t, func(t *testing.T, stream timedEnd, channel *firth.Channel, call func() error) {
		result := besideObject(t, call)
		must(t, stream.Wake())
		wantIs(t, outcomeOf(t, result).err, firth.ErrInterrupted)
		if channel.Closed() {
			t.Fatal("closed")
		}
	})
}

func TestCloseEndsACallThatIsBlockedInTheObject(t *testing.T) {
	overTimed(t, func(t *testing.T, stream timedEnd, channel *firth.Channel, call func() error) {
		result := besideObject(t, call)
		ignoreUnsent(channel.Close())
		wantIs(t, outcomeOf(t, result).err, net.ErrClosed)
	})
}

func TestAContextEndsACallThatIsBlockedInTheObject(t *testing.T) {
	object, _ := timedAndPeer(t)
	channel := channelOver(t, object, plainly)
	ctx, cancel := context.WithCancel(context.Background())
	receiving := besideObject(t, func() error { return second(channel.RecvContext(ctx)) })
	sending := besideObject(t, func() error { return channel.SendContext(ctx, plenty) })
	cancel()
	wantIs(t, outcomeOf(t, receiving).err, context.Canceled, firth.ErrInterrupted)
	wantIs(t, outcomeOf(t, sending).err, context.Canceled)
}

func TestATimeoutOverAnObjectLosesNothing(t *testing.T) {
	object, far := timedAndPeer(t)
	channel, peer := channelOver(t, object, plainly), channelOver(t, far, plainly)
	must(t, peer.Stream().(*firth.SocketStream).SetTimeout(long))
	payload := random(8 << 20)
	wantIs(t, channel.SendContext(within(t, short), payload), os.ErrDeadlineExceeded)
	wantIs(t, channel.SendContext(within(t, short), []byte("x")), firth.ErrBusy)
	_, result := start(func() ([]byte, error) { return nil, channel.Flush() })
	arrived, err := peer.Recv()
	must(t, err)
	must(t, outcomeOf(t, result).err)
	wantBytes(t, arrived, payload)

	say(t, far, string(frame(0, []byte("brine"))[:7]))
	wantIs(t, second(channel.RecvContext(within(t, short))), os.ErrDeadlineExceeded)
	say(t, far, string(frame(0, []byte("brine"))[7:]))
	arrived, err = channel.Recv()
	must(t, err)
	wantBytes(t, arrived, []byte("brine"))
}

func TestTheDeadlinesOfTheObjectAreNoneAfterACall(t *testing.T) {
	object, far := timedAndPeer(t)
	stream := custom(t, object)
	must(t, stream.SetTimeout(short))
	wantIs(t, readByte(stream), os.ErrDeadlineExceeded)
	say(t, far, "x")
	if count, err := object.conn.Read(make([]byte, 1)); count != 1 || err != nil {
		t.Fatal(count, err)
	}
}

func TestAnObjectThatCanBePolledKeepsATimeoutOfReading(t *testing.T) {
	near, far := streams(t)
	stream := custom(t, polled{near})
	for _, timeout := range []time.Duration{0, short} {
		must(t, stream.SetTimeout(timeout))
		wantIs(t, readByte(stream), os.ErrDeadlineExceeded)
	}
	say(t, far, "ab")
	for _, timeout := range []time.Duration{0, long} {
		must(t, stream.SetTimeout(timeout))
		must(t, readByte(stream))
	}
}

func TestPollAsksTheObject(t *testing.T) {
	overObjects(t, func(t *testing.T, object firth.Stream, far *firth.SocketStream) {
		channel := channelOver(t, object, nil)
		ready, err := channel.Poll(0)
		if errors.Is(err, firth.ErrNotSupported) {
			return // plain ones cannot be asked
		}
		if ready || err != nil {
			t.Fatal(ready, err)
		}
		result := besideObject(t, func() error {
			ready, err := channel.Poll(firth.Forever)
			if !ready && err == nil {
				err = errors.New("not ready")
			}
			return err
		})
		say(t, far, string(frame(0, nil)))
		must(t, outcomeOf(t, result).err)
		must(t, second(channel.Recv()))
	})
}

func TestAnErrorOfADeadlineOfItsOwnIsTheObjects(t *testing.T) {
	object, _ := timedAndPeer(t)
	must(t, object.conn.SetReadDeadline(time.Now()))
	err := readByte(custom(t, object))
	var failed *firth.Error
	if errors.As(err, &failed) || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%v (%T)", err, err)
	}
}

// refusing is an object whose deadlines cannot be set.
type refusing struct{ plain }

func (*refusing) SetReadDeadline(time.Time) error  { return wrong }
func (*refusing) SetWriteDeadline(time.Time) error { return wrong }

func TestADeadlineThatTheObjectRefusesIsItsError(t *testing.T) {
	object, _ := plainAndPeer(t)
	channel := channelOver(t, &refusing{plain{conn: object.conn}}, nil)
	wantSame(t, second(channel.RecvContext(within(t, long))), wrong)
	wantSame(t, channel.SendContext(within(t, long), nil), wrong)
	receiving := besideObject(t, func() error { return second(channel.Recv()) })
	wantSame(t, channel.SetReadDeadline(time.Now()), wrong)
	ignoreUnsent(channel.Close())
	wantIs(t, outcomeOf(t, receiving).err, net.ErrClosed)
}
