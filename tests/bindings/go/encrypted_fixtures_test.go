package firth_test

import (
	"testing"

	"firth.dev/firth"
)

var (
	sharedKey = []byte("0123456789abcdef")
	otherKey  = []byte("0123456789abcdeg")
)

func encrypted(t *testing.T, stream firth.Stream, options *firth.ChannelOptions) *firth.Channel {
	t.Helper()
	channel, err := firth.NewEncryptedChannel(stream, sharedKey, options)
	must(t, err)
	return channel
}

// secrets is two channels that share a key.
func secrets(t *testing.T) (*firth.Channel, *firth.Channel) {
	t.Helper()
	near, far := streams(t)
	return encrypted(t, near, nil), encrypted(t, far, nil)
}

// strangers is two channels of different keys.
func strangers(t *testing.T) (*firth.Channel, *firth.Channel) {
	t.Helper()
	near, far := streams(t)
	one, err := firth.NewEncryptedChannel(near, otherKey, nil)
	must(t, err)
	return one, encrypted(t, far, nil)
}

// introduced is secrets, with their hand-shake made.
func introduced(t *testing.T) (*firth.Channel, *firth.Channel) {
	t.Helper()
	one, other := secrets(t)
	introduce(t, one, other)
	return one, other
}

func introduce(t *testing.T, one, other *firth.Channel) {
	t.Helper()
	must(t, one.Send(nil))
	must(t, second(other.Recv()))
	must(t, other.Send(nil))
	must(t, second(one.Recv()))
}

// push sends a payload through what collects, too.
func push(channel *firth.Channel, payload []byte) error {
	if err := channel.Send(payload); err != nil {
		return err
	}
	return channel.Flush()
}

// carry sends through one channel what the other must receive.
func carry(t *testing.T, one, other *firth.Channel, payload []byte) {
	t.Helper()
	_, sending := start(func() ([]byte, error) { return nil, push(one, payload) })
	arrived, err := other.Recv()
	must(t, err)
	wantBytes(t, arrived, payload)
	must(t, outcomeOf(t, sending).err)
}

// overSealedKinds runs a test over channels with a key over each kind of stream.
func overSealedKinds(t *testing.T, test func(t *testing.T, kind string, one, other *firth.Channel)) {
	for kind, open := range kinds {
		kind, open := kind, open
		t.Run(kind, func(t *testing.T) {
			near, far := open(t)
			test(t, kind, encrypted(t, near, nil), encrypted(t, far, nil))
		})
	}
}
