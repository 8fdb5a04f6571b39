package firth_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"math"
	"testing"

	"firth.dev/firth"
)

func compressed(t *testing.T, stream firth.Stream, level int, options *firth.ChannelOptions) *firth.Channel {
	t.Helper()
	channel, err := firth.NewCompressedChannel(stream, level, options)
	must(t, err)
	return channel
}

// bodyOfNext is the flag and the body of the next frame.
func bodyOfNext(t *testing.T, stream *firth.SocketStream) (flag byte, body []byte) {
	t.Helper()
	head := make([]byte, firth.FrameHeaderSize)
	must(t, stream.ReadExactly(head))
	body = make([]byte, int(head[0])<<24|int(head[1])<<16|int(head[2])<<8|int(head[3])+firth.FrameTrailerSize)
	must(t, stream.ReadExactly(body))
	return head[4], body[:len(body)-firth.FrameTrailerSize]
}

func TestACompressedChannelCompressesAtItsLevel(t *testing.T) {
	payload := append(text(40000), random(40000)...)
	for level := 1; level <= 9; level++ {
		near, far := streams(t)
		must(t, compressed(t, near, level, nil).Send(payload))
		flag, body := bodyOfNext(t, far)
		whole, err := codec(t, &firth.ChannelOptions{Level: level}).Encode(payload)
		must(t, err)
		if flag != 1 {
			t.Fatalf("the flag is %d", flag)
		}
		wantBytes(t, body, whole[firth.FrameHeaderSize:len(whole)-firth.FrameTrailerSize])
		reader, err := zlib.NewReader(bytes.NewReader(body))
		must(t, err)
		inflated, err := io.ReadAll(reader)
		must(t, err)
		wantBytes(t, inflated, payload)
	}
}

func TestALevelOfZeroSendsEverythingUncompressed(t *testing.T) {
	near, far := streams(t)
	must(t, compressed(t, near, 0, nil).Send(text(40000)))
	flag, body := bodyOfNext(t, far)
	if flag != 0 {
		t.Fatalf("the flag is %d", flag)
	}
	wantBytes(t, body, text(40000))
}

func TestACompressedChannelTakesTheOtherOptionsToo(t *testing.T) {
	near, far := streams(t)
	options := &firth.ChannelOptions{Compress: firth.Off, Level: 1, Threshold: 10,
		Limits: firth.Limits{Frame: 100}}
	channel := compressed(t, near, firth.DefaultCompressionLevel, options)
	if !channel.Compress() {
		t.Fatal("it does not compress")
	}
	must(t, channel.Send(text(11)))
	if flag, _ := bodyOfNext(t, far); flag != 1 {
		t.Fatalf("the flag is %d", flag)
	}
	wantIs(t, channel.Send(random(100)), firth.ErrBufferOverflow)
}

func TestALevelOutOfRangeIsInvalid(t *testing.T) {
	near, _ := streams(t)
	for _, level := range []int{-1, 10, math.MaxInt, math.MinInt, 1 << 32} {
		_, err := firth.NewCompressedChannel(near, level, nil)
		wantIs(t, err, firth.ErrInvalid)
	}
	_, err := firth.NewCompressedChannel(near, 6, &firth.ChannelOptions{Threshold: -2})
	wantIs(t, err, firth.ErrInvalid)
	_, err = firth.NewCompressedChannel(nil, 6, nil)
	wantIs(t, err, firth.ErrInvalid)
}

func TestARpycPeerReadsWhatACompressedChannelSends(t *testing.T) {
	for _, version := range []string{"5.3.1", "6.0.2"} {
		stream := connectTo(t, rpycListens(t, version, "unix"))
		exchangeWithRpyc(t, compressed(t, stream, 9, nil))
	}
}
