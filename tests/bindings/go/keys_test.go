package firth_test

import (
	"bytes"
	"encoding/hex"
	"io"
	"net"
	"testing"
	"time"

	"firth.dev/firth"
)

func TestKeysAreMade(t *testing.T) {
	one, err := firth.GenerateKey()
	must(t, err)
	other, err := firth.GenerateKey()
	must(t, err)
	if len(one) != firth.KeySize || bytes.Equal(one, other) {
		t.Fatal(len(one))
	}
	codec(t, &firth.ChannelOptions{Key: one})
}

func TestTheKeyOfAPassphraseIsScrypts(t *testing.T) {
	key, err := firth.KeyFromPassphrase([]byte("correct horse"), []byte("0123456789abcdef"))
	must(t, err)
	// As hashlib.scrypt of Python 3.11 says.
	want, err := hex.DecodeString("9ec337667748bad3305feca6105b66cf3b771c27617beb41bc952198c35bd2f5")
	must(t, err)
	wantBytes(t, key, want)
	salted, err := firth.KeyFromPassphrase([]byte("correct horse"), []byte("0123456789abcdeg"))
	must(t, err)
	if bytes.Equal(key, salted) {
		t.Fatal("the salt makes no difference")
	}
}

func TestAPassphraseAndItsSaltMustBeLongEnough(t *testing.T) {
	salt := make([]byte, firth.SaltMin)
	for _, c := range []struct{ passphrase, salt []byte }{
		{nil, salt}, {[]byte{}, salt}, {[]byte("x"), nil}, {[]byte("x"), salt[1:]},
	} {
		key, err := firth.KeyFromPassphrase(c.passphrase, c.salt)
		wantIs(t, err, firth.ErrInvalid)
		if key != nil {
			t.Fatal(key)
		}
	}
}

func TestACodecWithAKeySpeaksFirst(t *testing.T) {
	one, other := codec(t, &firth.ChannelOptions{Key: sharedKey}), codec(t, &firth.ChannelOptions{Key: sharedKey})
	for _, call := range []func() ([]byte, error){
		func() ([]byte, error) { return one.Encode([]byte("brine")) }, one.EncodeEnd,
	} {
		_, err := call()
		wantIs(t, err, firth.ErrWantRead)
	}
	exchange := func(from, to *firth.FrameCodec) {
		hello, err := from.Hello()
		must(t, err)
		must(t, to.Feed(hello))
		_, err = to.Decode()
		wantIs(t, err, firth.ErrWantRead)
		again, err := from.Hello()
		if err != nil || len(again) != 0 || len(hello) < 47 {
			t.Fatal(len(hello), len(again), err)
		}
	}
	exchange(one, other)
	exchange(other, one)
	sealed, err := one.Encode([]byte("brine"))
	must(t, err)
	end, err := one.EncodeEnd()
	must(t, err)
	_, err = one.Encode(nil)
	wantIs(t, err, net.ErrClosed)
	must(t, other.Feed(sealed))
	payload, err := other.Decode()
	must(t, err)
	wantBytes(t, payload, []byte("brine"))
	wantIs(t, other.End(), firth.ErrConnectionLost)
	must(t, other.Feed(end))
	wantIs(t, second(other.Decode()), io.EOF)
	wantIs(t, other.End(), io.EOF)
}

func TestACodecWithoutAKeyHasNothingToSayFirstAndLast(t *testing.T) {
	for _, call := range []func() ([]byte, error){codec(t, nil).Hello, codec(t, nil).EncodeEnd} {
		if said, err := call(); err != nil || said == nil || len(said) != 0 {
			t.Fatal(said, err)
		}
	}
	for _, none := range []*firth.FrameCodec{nil, {}} {
		wantIs(t, second(none.Hello()), firth.ErrInvalid)
		wantIs(t, second(none.EncodeEnd()), firth.ErrInvalid)
	}
}

func TestTheConstantsOfChannelsAreThoseOfTheDocuments(t *testing.T) {
	if firth.DefaultBufferSize != 8192 || firth.MaxBufferSize != 1048576 ||
		firth.DefaultBatchSize != 10 || firth.DefaultBatchTimeout != 100*time.Millisecond ||
		firth.DefaultCompressionLevel != 6 || firth.StreamChunkSize != 64000 ||
		firth.QueueLimit != 1048576 || firth.KeyMin != 16 || firth.KeyMax != 64 ||
		firth.KeySize != 32 || firth.SaltMin != 16 || firth.CodeEncryption.String() != "encryption" {
		t.Fatal("a constant differs")
	}
}
