package core

import "unsafe"

// ChannelOptions is what channel_create and frame_codec_create take. A nil Key is none.
type ChannelOptions struct {
	Compress, Level, Threshold int
	Key                        []byte
	BatchSize                  int
	BatchTimeout               float64 // seconds
	Frame, Inflated, Queue     int
}

func (o *ChannelOptions) key() unsafe.Pointer {
	if o.Key == nil {
		return nil
	}
	return start(o.Key)
}

// CreateChannel makes a channel over a stream.
func CreateChannel(stream uintptr, o *ChannelOptions) (channel uintptr, err error) {
	err = createChannel(&channel, stream, o, uintptr(o.key()))
	return channel, err
}

// CreateCodec makes a codec.
func CreateCodec(o *ChannelOptions) (codec uintptr, err error) {
	err = createCodec(&codec, o, uintptr(o.key()))
	return codec, err
}

// Hello is what goes out before all frames of a codec that encrypts.
func Hello(codec uintptr) ([]byte, error) {
	var frame Bytes
	if err := SwigcptrFrameCodec(codec).Hello(&frame); err != nil {
		return nil, err
	}
	return frame.take(), nil
}

// EncodeEnd is what goes out behind them.
func EncodeEnd(codec uintptr) ([]byte, error) {
	var frame Bytes
	if err := SwigcptrFrameCodec(codec).Encode_end(&frame); err != nil {
		return nil, err
	}
	return frame.take(), nil
}

// GenerateKey is a random key.
func GenerateKey() ([]byte, error) {
	var key Bytes
	if err := Generate_key(&key); err != nil {
		Bytes_free(&key)
		return nil, err
	}
	return key.take(), nil
}

// KeyFromPassphrase is the key of a passphrase.
func KeyFromPassphrase(passphrase, salt []byte) ([]byte, error) {
	var key Bytes
	err := keyFromPassphrase(uintptr(start(passphrase)), len(passphrase), uintptr(start(salt)),
		len(salt), &key)
	if err != nil {
		Bytes_free(&key)
		return nil, err
	}
	return key.take(), nil
}

//go:uintptrescapes
func createChannel(channel *uintptr, stream uintptr, o *ChannelOptions, key uintptr) error {
	return Channel_create(channel, stream, o.Compress, o.Level, int64(o.Threshold), key,
		int64(len(o.Key)), int64(o.BatchSize), o.BatchTimeout, int64(o.Frame), int64(o.Inflated),
		int64(o.Queue))
}

//go:uintptrescapes
func createCodec(codec *uintptr, o *ChannelOptions, key uintptr) error {
	return Frame_codec_create(codec, o.Compress, o.Level, int64(o.Threshold), key,
		int64(len(o.Key)), int64(o.Frame), int64(o.Inflated))
}

//go:uintptrescapes
func keyFromPassphrase(
	passphrase uintptr, length int, salt uintptr, saltLength int, key *Bytes,
) error {
	return Key_from_passphrase(passphrase, int64(length), salt, int64(saltLength), key)
}
