package firth_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"net"
	"strings"
	"sync"
	"testing"

	"firth.dev/firth"
)

func TestAnEncryptedChannelCarriesPayloadsOverEveryStream(t *testing.T) {
	overSealedKinds(t, func(t *testing.T, _ string, one, other *firth.Channel) {
		if !one.Encrypted() || one.Compress() {
			t.Fatal(one.Encrypted(), one.Compress())
		}
		for _, size := range []int{0, 1, 3001, 70000, 1 << 20} {
			carry(t, one, other, random(size))
			carry(t, other, one, text(size))
		}
	})
}

func TestTwoEncryptedEndsInOneGoroutineDoNotWaitForEachOther(t *testing.T) {
	for _, kind := range []string{"unix", "tcp", "pipes", "net.Conn", "files", "custom", "embedding"} {
		open := kinds[kind]
		t.Run(kind, func(t *testing.T) {
			near, far := open(t)
			one, other := encrypted(t, near, nil), encrypted(t, far, nil)
			introduce(t, one, other)
			must(t, one.Finish())
			wantIs(t, second(other.Recv()), io.EOF)
			must(t, other.Finish())
		})
	}
}

func TestBothEndsMayReceiveFirst(t *testing.T) {
	overSealedKinds(t, func(t *testing.T, _ string, one, other *firth.Channel) {
		_, first := start(one.Recv)
		_, last := start(other.Recv)
		must(t, push(one, []byte("to other")))
		must(t, push(other, []byte("to one")))
		wantBytes(t, outcomeOf(t, first).payload, []byte("to one"))
		wantBytes(t, outcomeOf(t, last).payload, []byte("to other"))
	})
}

func TestReadersAndWritersOfEncryptedChannelsShakeHandsTogether(t *testing.T) {
	for _, kind := range []string{"unix", "net.Conn", "pipes", "files", "buffered", "tls", "custom", "tls, custom"} {
		open := kinds[kind]
		t.Run(kind, func(t *testing.T) {
			for round := 0; round < 10; round++ {
				near, far := open(t)
				one, other := encrypted(t, near, nil), encrypted(t, far, nil)
				results := []<-chan outcome{}
				for i := 0; i < 3; i++ {
					for _, channel := range []*firth.Channel{one, other} {
						channel := channel
						_, receiving := start(channel.Recv)
						_, sending := start(func() ([]byte, error) { return nil, push(channel, []byte("brine")) })
						_, shaking := start(func() ([]byte, error) { return nil, channel.Handshake() })
						results = append(results, receiving, sending, shaking)
						if !unpolled[kind] {
							_, polling := start(func() ([]byte, error) { return nil, second(channel.Poll(short)) })
							results = append(results, polling)
						}
					}
				}
				for _, result := range results {
					must(t, outcomeOf(t, result).err)
				}
			}
		})
	}
}

func TestWhatGoesOverTheStreamIsSealed(t *testing.T) {
	near, far := streams(t)
	one := encrypted(t, near, nil)
	hello := make([]byte, 47)
	must(t, far.ReadExactly(hello))
	wantBytes(t, hello[:14], []byte("\x00\x00\x00\x29\x00firth\x00ec\x01"))
	peer := codec(t, &firth.ChannelOptions{Key: sharedKey})
	own, err := peer.Hello()
	must(t, err)
	write(t, far, own)
	secret := text(1000)
	must(t, one.Send(secret))
	sealed := make([]byte, 23+5+1000+17+1)
	must(t, far.ReadExactly(sealed))
	if bytes.Contains(sealed, secret[:8]) {
		t.Fatal("plaintext")
	}
	must(t, peer.Feed(append(hello, sealed...)))
	payload, err := peer.Decode()
	must(t, err)
	wantBytes(t, payload, secret)
	if counters, err := near.Counters(); err != nil || counters.WriteCalls > 3 {
		t.Fatal(counters, err)
	}
}

func TestTheSealedEndIsTheEnd(t *testing.T) {
	overSealedKinds(t, func(t *testing.T, _ string, one, other *firth.Channel) {
		_, receiving := start(func() ([]byte, error) {
			payload, err := other.Recv()
			if err != nil {
				return payload, err
			}
			return payload, second(other.Recv())
		})
		must(t, one.Send([]byte("brine")))
		must(t, one.Finish())
		received := outcomeOf(t, receiving)
		wantBytes(t, received.payload, []byte("brine"))
		wantIs(t, received.err, io.EOF)
		wantIs(t, second(other.Recv()), io.EOF)
		if errors.Is(received.err, firth.ErrConnectionLost) || !one.Closed() {
			t.Fatal("not clean, or not closed")
		}
	})
}

func TestAnEndThatIsNotSealedIsNoCleanOne(t *testing.T) {
	for _, kind := range []string{"unix", "tcp", "net.Conn", "pipes", "custom", "tls"} {
		open := kinds[kind]
		t.Run(kind, func(t *testing.T) {
			near, far := open(t)
			one, other := encrypted(t, near, nil), encrypted(t, far, nil)
			introduce(t, one, other)
			receiving := besideAny(t, func() error { return second(other.Recv()) })
			must(t, one.Close())
			err := outcomeOf(t, receiving).err
			wantIs(t, err, firth.ErrConnectionLost, io.ErrUnexpectedEOF)
			if errors.Is(err, io.EOF) {
				t.Fatal("clean")
			}
		})
	}
}

func TestAWrongKeyIsFoundByBothEnds(t *testing.T) {
	one, other := strangers(t)
	must(t, one.Send([]byte("brine")))
	for i := 0; i < 2; i++ {
		wantNoPlaintext(t, second(other.Recv()), "brine")
		wantIs(t, other.Send(nil), firth.ErrEncryption)
		wantIs(t, other.Handshake(), firth.ErrEncryption)
	}
	err := one.Finish()
	wantNoPlaintext(t, err, "brine")
	wantCode(t, err, firth.CodeEncryption)
	wantIs(t, other.Finish(), firth.ErrEncryption)
}

// wantNoPlaintext fails unless it is ErrEncryption whose text tells nothing of the secrets.
func wantNoPlaintext(t *testing.T, err error, secrets ...string) {
	t.Helper()
	wantIs(t, err, firth.ErrEncryption)
	for _, secret := range append(secrets, string(sharedKey), string(otherKey)) {
		if strings.Contains(err.Error(), secret) {
			t.Fatal("it tells:", err)
		}
	}
}

func TestAPeerThatDoesNotEncryptIsToldSo(t *testing.T) {
	near, far := streams(t)
	one, other := encrypted(t, near, nil), channelOver(t, far, nil)
	must(t, other.Send([]byte("plaintext")))
	wantNoPlaintext(t, second(one.Recv()), "plaintext")
	wantNoPlaintext(t, one.Send([]byte("secret")), "plaintext", "secret")
	if ready, err := one.Poll(0); !ready || err != nil {
		t.Fatal("a poll does not find what a receive would fail by", ready, err)
	}
}

func TestAnyAlteredByteIsRefused(t *testing.T) {
	peer := codec(t, &firth.ChannelOptions{Key: sharedKey})
	for at := 0; at < 23+5+17+5+1; at++ {
		near, far := streams(t)
		one := encrypted(t, near, nil)
		hello := make([]byte, 47)
		must(t, far.ReadExactly(hello))
		peer = codec(t, &firth.ChannelOptions{Key: sharedKey})
		own, err := peer.Hello()
		must(t, err)
		must(t, peer.Feed(hello))
		_, err = peer.Decode()
		wantIs(t, err, firth.ErrWantRead)
		sealed, err := peer.Encode([]byte("brine"))
		must(t, err)
		sealed[at] ^= 0x10
		write(t, far, append(own, sealed...))
		must(t, far.Close())
		payload, err := one.Recv()
		if payload != nil || !errors.Is(err, firth.ErrEncryption) && !errors.Is(err, firth.ErrConnectionLost) {
			t.Fatalf("byte %d: %q, %v", at, payload, err)
		}
	}
}

func TestKeysAreAsLongAsTheyMustBe(t *testing.T) {
	near, _ := streams(t)
	for _, length := range []int{0, 1, 15, 65, 1000} {
		_, err := firth.NewEncryptedChannel(near, make([]byte, length), nil)
		failed := wantCode(t, err, firth.CodeInvalid)
		wantIs(t, failed, firth.ErrInvalid)
		_, err = firth.NewChannel(near, &firth.ChannelOptions{Key: make([]byte, length)})
		wantIs(t, err, firth.ErrInvalid)
		_, err = firth.NewFrameCodec(&firth.ChannelOptions{Key: make([]byte, length)})
		wantIs(t, err, firth.ErrInvalid)
	}
	_, err := firth.NewEncryptedChannel(near, nil, nil)
	wantIs(t, err, firth.ErrInvalid)
	_, err = firth.NewEncryptedChannel(nil, sharedKey, nil)
	wantIs(t, err, firth.ErrInvalid)
	_, err = firth.NewEncryptedChannel(near, sharedKey, &firth.ChannelOptions{BatchSize: -1})
	wantIs(t, err, firth.ErrInvalid)
	for _, length := range []int{firth.KeyMin, firth.KeyMax} {
		codec(t, &firth.ChannelOptions{Key: make([]byte, length)})
	}
	if channelOver(t, near, &firth.ChannelOptions{Key: nil}).Encrypted() {
		t.Fatal("a nil key encrypts")
	}
}

func TestAKeyAndTheSameWithAZeroBehindItAreTwo(t *testing.T) {
	near, far := streams(t)
	one := encrypted(t, near, nil)
	other, err := firth.NewEncryptedChannel(far, append(append([]byte{}, sharedKey...), 0), nil)
	must(t, err)
	must(t, one.Send(nil))
	wantIs(t, second(other.Recv()), firth.ErrEncryption)
}

func TestAKeyIsNotKept(t *testing.T) {
	near, far := streams(t)
	key := append([]byte{}, sharedKey...)
	one, err := firth.NewEncryptedChannel(near, key, nil)
	must(t, err)
	for i := range key {
		key[i] = 0
	}
	introduce(t, one, encrypted(t, far, nil))
}

func TestEveryStageGoesTogether(t *testing.T) {
	near, far := streams(t)
	options := &firth.ChannelOptions{Compress: firth.On, BatchSize: 5, BatchTimeout: never}
	one, other := encrypted(t, near, options), encrypted(t, far, options)
	carry(t, one, other, nil)
	carry(t, other, one, nil)
	before := writeCalls(t, one)
	for i := 0; i < 10; i++ {
		must(t, one.Send(append(text(10000), numbered(i, 0)...)))
	}
	if after := writeCalls(t, one); after != before+2 {
		t.Fatal(before, after)
	}
	if counters, err := near.Counters(); err != nil || counters.BytesWritten > 5000 {
		t.Fatal(counters, err)
	}
	wantNumbered(t, other, 0, 10)
	must(t, one.Cork())
	must(t, one.Send(numbered(10, 0)))
	wantNothing(t, other)
	must(t, one.Finish())
	wantNumbered(t, other, 10, 11)
	wantIs(t, second(other.Recv()), io.EOF)
}

func TestABatchThatIsSealedLeavesWhenItsTimeHasCome(t *testing.T) {
	near, far := streams(t)
	one, other := encrypted(t, near, &firth.ChannelOptions{BatchSize: 50, BatchTimeout: short}),
		encrypted(t, far, nil)
	must(t, one.Send(numbered(0, 0)))
	wantNumbered(t, other, 0, 1)
}

func TestManyGoroutinesShareAnEncryptedChannel(t *testing.T) {
	const goroutines, each = 6, 100
	one, other := secrets(t)
	var group sync.WaitGroup
	counts := make(chan int, 2*goroutines*each)
	for i := 0; i < goroutines; i++ {
		for _, channel := range []*firth.Channel{one, other} {
			group.Add(2)
			go func(channel *firth.Channel) {
				defer group.Done()
				for j := 0; j < each; j++ {
					if err := channel.Send(random(j * 100)); err != nil {
						t.Error(err)
					}
				}
			}(channel)
			go func(channel *firth.Channel) {
				defer group.Done()
				for j := 0; j < each; j++ {
					payload, err := channel.Recv()
					if err != nil || !bytes.Equal(payload, random(len(payload))) {
						t.Error(len(payload), err)
					}
					counts <- len(payload)
				}
			}(channel)
		}
	}
	group.Wait()
	sum := 0
	for i := 0; i < 2*goroutines*each; i++ {
		sum += <-counts
	}
	if sum != 2*goroutines*each*(each-1)/2*100 {
		t.Fatal(sum)
	}
}

func TestAThousandBlockedReceiversThatDecryptAreGoroutinesAndNotThreads(t *testing.T) {
	runBlockedReceivers(t, func(near, far *firth.SocketStream) (one, other *firth.Channel) {
		return encrypted(t, near, nil), encrypted(t, far, nil)
	})
}

func TestAThousandHandshakesThatWaitAreGoroutinesAndNotThreads(t *testing.T) {
	names, results, ends := []string{}, []<-chan outcome{}, []*firth.Channel{}
	for i := 0; i < 1000; i++ {
		near, _ := streams(t)
		one := encrypted(t, near, nil)
		name, result := start(one.Recv)
		names, results, ends = append(names, <-name), append(results, result), append(ends, one)
	}
	awaitWaiting(t, names)
	if count := threads(t); count > 50 {
		t.Errorf("%d threads", count)
	}
	for i, one := range ends {
		must(t, one.Close())
		wantIs(t, outcomeOf(t, results[i]).err, net.ErrClosed)
	}
}

func TestHandsThatAreShakenLeaveNoDescriptorBehind(t *testing.T) {
	settle()
	before := descriptors(t)
	kept := []*firth.Channel{}
	for i := 0; i < 20; i++ {
		one, other := introduced(t)
		kept = append(kept, one, other)
		must(t, one.Close())
		wantIs(t, second(other.Recv()), firth.ErrConnectionLost)
	}
	if after := descriptors(t); after > before {
		t.Fatalf("%d descriptors before, %d after", before, after)
	}
	must(t, ignoreUnsent(kept[0].Close()))
}

func TestAChannelAfterAnotherShakesHandsAgain(t *testing.T) {
	near, far := streams(t)
	introduce(t, encrypted(t, near, nil), encrypted(t, far, nil))
	introduce(t, encrypted(t, near, nil), encrypted(t, far, nil))
	introduce(t, channelOver(t, near, nil), channelOver(t, far, nil))
}

func TestLimitsAreHeldUnderEncryptionToo(t *testing.T) {
	near, far := streams(t)
	one := encrypted(t, near, &firth.ChannelOptions{Limits: firth.Limits{Frame: 117}})
	other := encrypted(t, far, &firth.ChannelOptions{Limits: firth.Limits{Frame: math.MaxUint32}})
	must(t, one.Send(random(100)))
	wantIs(t, one.Send(random(101)), firth.ErrBufferOverflow)
	must(t, second(other.Recv()))
	must(t, other.Send(random(101)))
	wantIs(t, second(one.Recv()), firth.ErrEncryption)
}
