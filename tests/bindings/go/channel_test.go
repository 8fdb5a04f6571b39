package firth_test

import (
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"firth.dev/firth"
)

func TestAPayloadArrivesAsItWasSent(t *testing.T) {
	one, other := channels(t)
	must(t, one.Send([]byte("a\x00b\n")))
	wantReceived(t, other, []byte("a\x00b\n"))
}

func TestAnEmptyPayloadIsEmptyAndNotNil(t *testing.T) {
	one, other := channels(t)
	for _, sent := range [][]byte{nil, {}} {
		must(t, one.Send(sent))
		payload, err := other.Recv()
		must(t, err)
		if payload == nil || len(payload) != 0 {
			t.Fatalf("%#v", payload)
		}
	}
}

func TestPayloadsOfAllSizesComeBack(t *testing.T) {
	one, other := channels(t)
	go func() {
		for {
			payload, err := other.Recv()
			if err != nil || other.Send(payload) != nil {
				return
			}
		}
	}()
	for _, size := range []int{0, 1, 16, 2999, 3000, 3001, 16383, 16384, 16385, 64000, 1 << 20, 5 << 20} {
		for _, sent := range [][]byte{text(size), random(size)} {
			must(t, one.Send(sent))
			wantReceived(t, one, sent)
		}
	}
}

func TestBothEndsSendLargePayloadsAtTheSameTime(t *testing.T) {
	one, other := channels(t)
	sent := random(4 << 20)
	var senders sync.WaitGroup
	for _, channel := range []*firth.Channel{one, other} {
		channel := channel
		senders.Add(1)
		go func() {
			defer senders.Done()
			if err := channel.Send(sent); err != nil {
				t.Error(err)
			}
		}()
	}
	for _, channel := range []*firth.Channel{one, other} {
		wantReceived(t, channel, sent)
	}
	senders.Wait()
}

func TestSeveralSendersAndReceiversMixNoFrames(t *testing.T) {
	one, other := channels(t)
	const senders, each = 8, 200
	for i := 0; i < senders; i++ {
		go func(i int) {
			for j := 0; j < each; j++ {
				if err := one.Send(text(i*1000 + j)); err != nil {
					t.Error(err)
				}
			}
		}(i)
	}
	arrived := make(chan int, senders*each)
	for i := 0; i < senders; i++ {
		go func() {
			for j := 0; j < each; j++ {
				payload, err := other.Recv()
				if err != nil || string(payload) != string(text(len(payload))) {
					t.Errorf("%d bytes, %v", len(payload), err)
				}
				arrived <- len(payload)
			}
		}()
	}
	counts := map[int]int{}
	for i := 0; i < senders*each; i++ {
		counts[<-arrived]++
	}
	for i := 0; i < senders; i++ {
		for j := 0; j < each; j++ {
			if counts[i*1000+j] != 1 {
				t.Fatalf("payload %d of sender %d arrived %d times", j, i, counts[i*1000+j])
			}
		}
	}
}

func TestAPayloadMayLieInAnObjectThatHoldsPointers(t *testing.T) {
	one, other := channels(t)
	object := struct {
		pointer *int
		payload [5]byte
	}{pointer: new(int)}
	copy(object.payload[:], "brine")
	must(t, one.Send(object.payload[:]))
	wantReceived(t, other, []byte("brine"))
}

func TestAChannelGivesBackTheVeryStreamItWasGiven(t *testing.T) {
	stream, _ := streams(t)
	if channel := channelOver(t, stream, nil); channel.Stream() != firth.Stream(stream) {
		t.Fatal(channel.Stream())
	}
}

func TestAStreamMayGoFromOneChannelToAnother(t *testing.T) {
	one, other := channels(t)
	must(t, one.Send([]byte("first")))
	must(t, one.Send([]byte("second")))
	first, err := other.Recv()
	must(t, err)
	second, err := channelOver(t, other.Stream(), nil).Recv()
	must(t, err)
	wantBytes(t, append(first, second...), []byte("firstsecond"))
}

func TestWhatIsSentIsFramedAsRpycFramesIt(t *testing.T) {
	channel, peer := channelAndPeer(t, nil)
	must(t, channel.Send([]byte("brine")))
	want := frame(0, []byte("brine"))
	got := make([]byte, len(want))
	must(t, peer.ReadExactly(got))
	wantBytes(t, got, want)
}

func TestCompressionCanBeSwitchedWhileTheChannelIsUsed(t *testing.T) {
	channel, peer := channelAndPeer(t, nil)
	for _, on := range []bool{true, false, true} {
		must(t, channel.SetCompress(on))
		if channel.Compress() != on {
			t.Fatal("Compress does not say what SetCompress set")
		}
		must(t, channel.Send(text(4000)))
		head := make([]byte, firth.FrameHeaderSize)
		must(t, peer.ReadExactly(head))
		if compressed := head[4] == 1; compressed != on {
			t.Fatalf("the flag is %d", head[4])
		}
		body := int(head[2])<<8 | int(head[3])
		must(t, peer.ReadExactly(make([]byte, body+firth.FrameTrailerSize)))
	}
}

func TestOptionsDecideWhatIsCompressed(t *testing.T) {
	for _, c := range []struct {
		options firth.ChannelOptions
		size    int
		flag    byte
	}{
		{firth.ChannelOptions{}, 3000, 0},
		{firth.ChannelOptions{}, 3001, 1},
		{firth.ChannelOptions{Compress: firth.Off}, 3001, 0},
		{firth.ChannelOptions{Threshold: 10}, 11, 1},
		{firth.ChannelOptions{Threshold: -1}, 1, 1},
		{firth.ChannelOptions{Threshold: -1}, 0, 0},
		{firth.ChannelOptions{Level: 9}, 3001, 1},
	} {
		codec, err := firth.NewFrameCodec(&c.options)
		must(t, err)
		made, err := codec.Encode(text(c.size))
		must(t, err)
		if made[4] != c.flag {
			t.Errorf("%+v, %d bytes: the flag is %d", c.options, c.size, made[4])
		}
	}
}

func TestOptionsOutOfRangeAreInvalid(t *testing.T) {
	stream, _ := streams(t)
	for _, options := range []firth.ChannelOptions{
		{Level: 10}, {Level: -1}, {Threshold: -2}, {Compress: 7},
		{BatchSize: -1}, {Limits: firth.Limits{Frame: -1}}, {Limits: firth.Limits{Frame: 1 << 32}},
		{Limits: firth.Limits{Inflated: -1}}, {Limits: firth.Limits{Queue: -1}},
		{Key: []byte{}}, {Key: make([]byte, 15)}, {Key: make([]byte, 65)},
	} {
		_, err := firth.NewChannel(stream, &options)
		wantIs(t, err, firth.ErrInvalid)
		_, err = firth.NewFrameCodec(&options)
		wantIs(t, err, firth.ErrInvalid)
	}
}

func TestPollSaysWhetherSomethingHasArrived(t *testing.T) {
	one, other := channels(t)
	for _, timeout := range []time.Duration{0, short} {
		if ready, err := other.Poll(timeout); ready || err != nil {
			t.Fatal(ready, err)
		}
	}
	must(t, one.Send(nil))
	for _, timeout := range []time.Duration{0, long, firth.Forever} {
		if ready, err := other.Poll(timeout); !ready || err != nil {
			t.Fatal(ready, err)
		}
	}
}

func TestPollIsTrueAtTheEndOfTheStream(t *testing.T) {
	one, other := channels(t)
	must(t, one.Close())
	if ready, err := other.Poll(long); !ready || err != nil {
		t.Fatal(ready, err)
	}
	_, err := other.Recv()
	wantIs(t, err, io.EOF)
}

func TestAPollWakesWhenAPayloadArrives(t *testing.T) {
	one, other := channels(t)
	result := beside(t, func() ([]byte, error) {
		ready, err := other.Poll(firth.Forever)
		return []byte(fmt.Sprint(ready)), err
	})
	must(t, one.Send([]byte("brine")))
	polled := outcomeOf(t, result)
	must(t, polled.err)
	wantBytes(t, polled.payload, []byte("true"))
}

func TestCountersTellWhatWentThrough(t *testing.T) {
	one, other := channels(t)
	must(t, one.Send([]byte("brine")))
	_, err := other.Recv()
	must(t, err)
	sent, err := one.Stream().(*firth.SocketStream).Counters()
	must(t, err)
	received, err := other.Stream().(*firth.SocketStream).Counters()
	must(t, err)
	if sent.BytesWritten != 11 || sent.WriteCalls != 1 || received.BytesRead != 11 {
		t.Fatal(sent, received)
	}
}

func TestASmallFrameCostsOneSystemCallOutAndTwoIn(t *testing.T) {
	one, other := channels(t)
	for i := 0; i < 100; i++ {
		must(t, one.Send(text(100)))
		_, err := other.Recv()
		must(t, err)
	}
	sent, _ := one.Stream().(*firth.SocketStream).Counters()
	received, _ := other.Stream().(*firth.SocketStream).Counters()
	if sent.WriteCalls != 100 || received.ReadCalls != 200 {
		t.Fatal(sent, received)
	}
}

func TestARecvThatMustWaitCostsOneSystemCallMore(t *testing.T) {
	one, other := channels(t)
	calls := func() uint64 {
		counters, err := other.Stream().(*firth.SocketStream).Counters()
		must(t, err)
		return counters.ReadCalls
	}
	receive := func() {
		result := recvBeside(t, other)
		must(t, one.Send([]byte("brine")))
		must(t, outcomeOf(t, result).err)
	}
	receive() // the first wait tries twice
	before := calls()
	receive()
	if more := calls() - before; more != 3 {
		t.Fatalf("%d system calls", more)
	}
}
