package firth_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"firth.dev/firth"
)

// strange are the media that channels wait over for a peer who says nothing.
var strange = []string{"unix", "tcp", "net.Conn", "pipes", "files", "buffered", "custom", "tls"}

// overSilence runs a test of each call that waits for the hello of a peer who says nothing.
func overSilence(t *testing.T, test func(t *testing.T, one *firth.Channel, call func() error)) {
	for _, name := range []string{"Handshake", "Send", "Recv"} {
		for _, kind := range strange {
			name, open := name, kinds[kind]
			t.Run(name+" over "+kind, func(t *testing.T) {
				near, far := open(t)
				defer far.Close()
				one := encrypted(t, near, nil)
				test(t, one, map[string]func() error{
					"Handshake": one.Handshake,
					"Send":      func() error { return one.Send([]byte("brine")) },
					"Recv":      func() error { return second(one.Recv()) },
				}[name])
			})
		}
	}
}

func timeouts(t *testing.T, channel *firth.Channel, timeout time.Duration) {
	t.Helper()
	must(t, channel.Stream().(end).SetTimeout(timeout))
}

func TestAnExchangeOfHellosKeepsItsTime(t *testing.T) {
	overSilence(t, func(t *testing.T, one *firth.Channel, call func() error) {
		for _, timeout := range []time.Duration{0, short} {
			timeouts(t, one, timeout)
			wantIs(t, call(), os.ErrDeadlineExceeded)
		}
		if ready, err := one.Poll(0); ready || err != nil && !errors.Is(err, firth.ErrNotSupported) {
			t.Fatal(ready, err)
		}
	})
}

func TestADeadlineEndsAnExchangeOfHellos(t *testing.T) {
	overSilence(t, func(t *testing.T, one *firth.Channel, call func() error) {
		result := besideAny(t, call)
		must(t, one.SetDeadline(time.Now()))
		wantIs(t, outcomeOf(t, result).err, os.ErrDeadlineExceeded)
		must(t, one.SetDeadline(time.Time{}))
		result = besideAny(t, call)
		must(t, one.Stream().(subject).Wake())
		wantIs(t, outcomeOf(t, result).err, firth.ErrInterrupted)
	})
}

func TestCloseEndsAnExchangeOfHellos(t *testing.T) {
	overSilence(t, func(t *testing.T, one *firth.Channel, call func() error) {
		first, second := besideAny(t, call), besideAny(t, call)
		must(t, ignoreUnsent(one.Close()))
		wantIs(t, outcomeOf(t, first).err, net.ErrClosed)
		wantIs(t, outcomeOf(t, second).err, net.ErrClosed)
	})
}

func TestAContextEndsAnExchangeOfHellosAndAnotherGoroutineGoesOn(t *testing.T) {
	near, far := streams(t)
	one := encrypted(t, near, nil)
	ctx, cancel := context.WithCancel(context.Background())
	first := beside(t, func() ([]byte, error) { return one.RecvContext(ctx) })
	last := beside(t, func() ([]byte, error) { return nil, one.SendContext(within(t, long), []byte("brine")) })
	cancel()
	wantIs(t, outcomeOf(t, first).err, context.Canceled, firth.ErrInterrupted)
	err := one.SendContext(ctx, []byte("not taken"))
	wantIs(t, err, context.Canceled, firth.ErrBusy)
	other := encrypted(t, far, nil)
	wantBytes(t, mustRecv(t, other), []byte("brine"))
	must(t, outcomeOf(t, last).err)
}

func mustRecv(t *testing.T, channel *firth.Channel) []byte {
	t.Helper()
	payload, err := channel.Recv()
	must(t, err)
	return payload
}

func TestAPayloadThatTimedOutBeforeTheHelloWasNotTaken(t *testing.T) {
	near, far := streams(t)
	one := encrypted(t, near, nil)
	wantIs(t, one.SendContext(within(t, short), []byte("not taken")), firth.ErrBusy, os.ErrDeadlineExceeded)
	other := encrypted(t, far, nil)
	must(t, one.Send([]byte("taken")))
	wantBytes(t, mustRecv(t, other), []byte("taken"))
}

func TestAHelloThatFindsTheQueueFullLeavesLater(t *testing.T) {
	for name, open := range media {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			filled := fillUp(t, near)
			one := encrypted(t, near, nil)
			receiving := recvBeside(t, one)
			sending := beside(t, func() ([]byte, error) { return nil, one.Send([]byte("question")) })
			skip(t, far, filled)
			other := encrypted(t, far, nil)
			wantBytes(t, mustRecv(t, other), []byte("question"))
			must(t, other.Send([]byte("answer")))
			must(t, outcomeOf(t, sending).err)
			wantBytes(t, outcomeOf(t, receiving).payload, []byte("answer"))
		})
	}
}

func TestALargePayloadAndAnAnswerPassEachOther(t *testing.T) {
	overSealedKinds(t, func(t *testing.T, kind string, one, other *firth.Channel) {
		payload := random(4 << 20)
		_, sending := start(func() ([]byte, error) { return nil, push(one, payload) })
		_, receiving := start(one.Recv)
		wantBytes(t, mustRecv(t, other), payload)
		must(t, push(other, []byte("answer")))
		must(t, outcomeOf(t, sending).err)
		wantBytes(t, outcomeOf(t, receiving).payload, []byte("answer"))
	})
}

func TestASealedPayloadThatTimedOutWasTaken(t *testing.T) {
	for _, kind := range []string{"unix", "net.Conn", "pipes", "files"} {
		open := kinds[kind]
		t.Run(kind, func(t *testing.T) {
			near, far := open(t)
			one, other := encrypted(t, near, nil), encrypted(t, far, nil)
			introduce(t, one, other)
			payload := random(4 << 20)
			err := one.SendContext(within(t, short), payload)
			wantCode(t, err, firth.CodeTimeout)
			wantIs(t, one.SendContext(within(t, short), nil), firth.ErrBusy)
			_, flushing := start(func() ([]byte, error) { return nil, one.Flush() })
			wantBytes(t, mustRecv(t, other), payload)
			must(t, outcomeOf(t, flushing).err)
			carry(t, one, other, []byte("next"))
		})
	}
}

func TestAnObjectThatCannotKeepATimeTakesNoSealedPayloadForOne(t *testing.T) {
	near, far := kinds["custom, untimed"](t)
	one, other := encrypted(t, near, nil), encrypted(t, far, nil)
	introduceBeside(t, one, other)
	wantIs(t, one.SendContext(within(t, long), []byte("not taken")), firth.ErrNotSupported)
	if one.Pending() != 0 {
		t.Fatal(one.Pending())
	}
	must(t, one.Cork())
	must(t, one.SendContext(within(t, long), []byte("corked")))
	must(t, one.Uncork())
	wantBytes(t, mustRecv(t, other), []byte("corked"))
}

// introduceBeside is introduce for streams whose hello was not sent yet.
func introduceBeside(t *testing.T, one, other *firth.Channel) {
	t.Helper()
	_, receiving := start(other.Recv)
	must(t, one.Send(nil))
	must(t, outcomeOf(t, receiving).err)
	carry(t, other, one, nil)
}

func TestAFinishTellsThatThePeerHasNotShownTheKey(t *testing.T) {
	for _, kind := range []string{"unix", "net.Conn", "files", "custom", "buffered", "tls"} {
		open := kinds[kind]
		t.Run(kind, func(t *testing.T) {
			near, far := open(t)
			one := encrypted(t, near, nil)
			hello, err := codec(t, &firth.ChannelOptions{Key: sharedKey}).Hello()
			must(t, err)
			_, err = far.Write(hello)
			must(t, err)
			must(t, one.Send([]byte("brine")))
			err = one.FinishContext(within(t, short))
			wantIs(t, err, os.ErrDeadlineExceeded)
			wantText(t, err, "key")
			if !one.Closed() {
				t.Fatal("not closed")
			}
		})
	}
}

func TestAFinishWaitsForTheProofOfTheKey(t *testing.T) {
	overSealedKinds(t, func(t *testing.T, kind string, one, other *firth.Channel) {
		sent := make(chan error, 1)
		_, finishing := start(func() ([]byte, error) {
			err := one.Send([]byte("brine"))
			sent <- err
			if err != nil {
				return nil, err
			}
			return nil, one.Finish()
		})
		must(t, other.Handshake())
		must(t, <-sent)
		wantBytes(t, mustRecv(t, other), []byte("brine"))
		wantIs(t, second(other.Recv()), io.EOF)
		must(t, outcomeOf(t, finishing).err)
	})
}

func TestAFinishWaitsBesideWhoReceives(t *testing.T) {
	for _, kind := range strange {
		open := kinds[kind]
		t.Run(kind, func(t *testing.T) {
			near, far := open(t)
			one := encrypted(t, near, nil)
			peer := codec(t, &firth.ChannelOptions{Key: sharedKey})
			hello, err := peer.Hello()
			must(t, err)
			_, err = far.Write(hello)
			must(t, err)
			must(t, one.Send([]byte("brine")))
			receiving := besideAny(t, func() error { return second(one.Recv()) })
			finishing := besideAny(t, func() error { return one.FinishContext(within(t, long)) })
			theirs := make([]byte, 47)
			must(t, far.ReadExactly(theirs))
			must(t, peer.Feed(theirs))
			_, err = peer.Decode()
			wantIs(t, err, firth.ErrWantRead)
			proof, err := peer.Encode(nil)
			must(t, err)
			_, err = far.Write(proof[:23])
			must(t, err)
			must(t, outcomeOf(t, finishing).err)
			wantIs(t, outcomeOf(t, receiving).err, net.ErrClosed)
		})
	}
}

func TestAContextEndsAFinishThatWaitsForTheProof(t *testing.T) {
	near, far := streams(t)
	one := encrypted(t, near, nil)
	hello, err := codec(t, &firth.ChannelOptions{Key: sharedKey}).Hello()
	must(t, err)
	write(t, far, hello)
	must(t, one.Send([]byte("brine")))
	ctx, cancel := context.WithCancel(context.Background())
	finishing := beside(t, func() ([]byte, error) { return nil, one.FinishContext(ctx) })
	cancel()
	wantIs(t, outcomeOf(t, finishing).err, context.Canceled)
	if !one.Closed() {
		t.Fatal("not closed")
	}
}

func TestCloseEndsAFinishThatWaitsForTheProof(t *testing.T) {
	near, far := streams(t)
	one := encrypted(t, near, nil)
	hello, err := codec(t, &firth.ChannelOptions{Key: sharedKey}).Hello()
	must(t, err)
	write(t, far, hello)
	must(t, one.Send([]byte("brine")))
	finishing := beside(t, func() ([]byte, error) { return nil, one.FinishContext(context.Background()) })
	must(t, one.Close())
	wantIs(t, outcomeOf(t, finishing).err, net.ErrClosed)
}

func TestASideThatSentNothingFinishesAtOnce(t *testing.T) {
	overSealedKinds(t, func(t *testing.T, kind string, one, _ *firth.Channel) {
		must(t, one.Finish())
	})
}

func TestAReceiverWaitsForTheProofOnlyAsLongAsItsContext(t *testing.T) {
	near, far := streams(t)
	one := encrypted(t, near, nil)
	hello, err := codec(t, &firth.ChannelOptions{Key: sharedKey}).Hello()
	must(t, err)
	write(t, far, hello)
	must(t, one.Handshake())
	first := recvBeside(t, one)
	wantIs(t, second(one.RecvContext(within(t, short))), os.ErrDeadlineExceeded)
	if ready, err := one.Poll(short); ready || err != nil {
		t.Fatal(ready, err)
	}
	must(t, one.SetReadDeadline(time.Now()))
	wantIs(t, outcomeOf(t, first).err, os.ErrDeadlineExceeded)
}

func wantText(t *testing.T, err error, text string) {
	t.Helper()
	if !strings.Contains(err.Error(), text) {
		t.Fatalf("%q says nothing of %q", err, text)
	}
}

func TestAFinishDoesNotWaitForAReceiverThatHasMetTheProof(t *testing.T) {
	for i := 0; i < 200; i++ {
		one, other := secrets(t)
		receiving := recvBeside(t, one)
		must(t, one.Send([]byte("brine")))
		finishing := beside(t, func() ([]byte, error) { return nil, one.FinishContext(within(t, long)) })
		wantBytes(t, mustRecv(t, other), []byte("brine"))
		wantIs(t, second(other.Recv()), io.EOF)
		// The other, which ends with what it has read, may be gone before the end is done.
		if err := outcomeOf(t, finishing).err; err != nil {
			t.Fatal(i, err)
		}
		outcomeOf(t, receiving)
		must(t, other.Close())
	}
}
