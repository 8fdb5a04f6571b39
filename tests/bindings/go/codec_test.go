package firth_test

import (
	"io"
	"regexp"
	"testing"
	"time"

	"firth.dev/firth"
)

func codec(t *testing.T, options *firth.ChannelOptions) *firth.FrameCodec {
	t.Helper()
	made, err := firth.NewFrameCodec(options)
	must(t, err)
	return made
}

func TestACodecFramesAsRpycDoes(t *testing.T) {
	for _, payload := range [][]byte{{}, []byte("a\x00b"), random(3000)} {
		got, err := codec(t, nil).Encode(payload)
		must(t, err)
		wantBytes(t, got, frame(0, payload))
	}
}

func TestACodecReadsWhatItWroteByteByByte(t *testing.T) {
	c := codec(t, nil)
	for _, payload := range [][]byte{{}, []byte("brine"), text(4000), random(20000)} {
		whole, err := c.Encode(payload)
		must(t, err)
		for _, b := range whole[:len(whole)-1] {
			must(t, c.Feed([]byte{b}))
			_, err := c.Decode()
			wantIs(t, err, firth.ErrWantRead)
		}
		must(t, c.Feed(whole[len(whole)-1:]))
		got, err := c.Decode()
		must(t, err)
		if got == nil {
			t.Fatal("nil")
		}
		wantBytes(t, got, payload)
	}
}

func TestTheEndOfACodecsBytesIsCleanOrNot(t *testing.T) {
	c := codec(t, nil)
	wantIs(t, c.End(), io.EOF)
	c = codec(t, nil)
	must(t, c.Feed([]byte{0}))
	_, err := c.Decode()
	wantIs(t, err, firth.ErrWantRead)
	wantIs(t, c.End(), firth.ErrConnectionLost, io.ErrUnexpectedEOF)
}

func TestACodecRefusesWhatIsWrong(t *testing.T) {
	c := codec(t, &firth.ChannelOptions{Limits: firth.Limits{Frame: 4}})
	_, err := c.Encode([]byte("brine"))
	wantIs(t, err, firth.ErrBufferOverflow)
	must(t, c.Feed([]byte{0, 0, 0, 1, 9}))
	_, err = c.Decode()
	wantIs(t, err, firth.ErrProtocol)
}

func TestTheVersionsCanBeAsked(t *testing.T) {
	version := regexp.MustCompile(`^\d+\.\d+`)
	if !version.MatchString(firth.Version()) || !version.MatchString(firth.ZlibVersion()) {
		t.Fatal(firth.Version(), firth.ZlibVersion())
	}
}

func TestTheConstantsAreThoseOfC(t *testing.T) {
	if firth.CompressionThreshold != 3000 || firth.CompressionLevel != 1 ||
		firth.FrameLimit != 268435456 || firth.InflatedLimit != 268435456 ||
		firth.FrameHeaderSize != 5 || firth.FrameTrailerSize != 1 ||
		firth.ConnectTimeout != 3*time.Second || firth.FinishTimeout != 3*time.Second ||
		firth.KeepAliveDefault != time.Minute {
		t.Fatal("a constant differs")
	}
}
