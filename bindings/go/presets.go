package firth

import "time"

// NewCompressedChannel is NewChannel with compression on at that level, in place of what
// the options say: 1 to 9, or 0, which sends everything uncompressed. Any rpyc peer reads
// what it sends.
func NewCompressedChannel(stream Stream, level int, options *ChannelOptions) (*Channel, error) {
	if level < 0 || level > 9 {
		return nil, invalid("a compression level outside 0 to 9")
	}
	o, err := options.filled()
	if err != nil {
		return nil, err
	}
	o.Compress, o.Level = 1, level
	return newChannel(stream, o)
}

// NewBatchingChannel is NewChannel with these in place of what the options say: a batch
// leaves when it has so many payloads, at least 1, or MaxBufferSize bytes, or the timeout
// after its first payload, and before something is received. A timeout of 0 means
// DefaultBatchTimeout, a negative one that there is none. It is kept by a thread of the
// library, whose failures the next call tells. ErrNotSupported: an object of the user's has
// no such timeout, for only goroutines may use it. Any rpyc peer reads what it sends.
func NewBatchingChannel(stream Stream, size int, timeout time.Duration,
	options *ChannelOptions) (*Channel, error) {
	if size < 1 {
		return nil, invalid("a batch size below 1")
	}
	o, err := options.filled()
	if err != nil {
		return nil, err
	}
	o.BatchSize, o.BatchTimeout = size, batchSeconds(timeout)
	return newChannel(stream, o)
}

// NewEncryptedChannel is NewChannel with a key in place of the options': KeyMin to KeyMax
// bytes that both ends have (GenerateKey, KeyFromPassphrase). Both must be firth's. It sends
// its hello if that can be done without waiting; the peer's is waited for by the first call
// that sends, receives or polls, or by Handshake. From then on ErrEncryption is final: the
// peer's bytes were altered, or come from another key, or from no EncryptedChannel. Bytes
// that end without the peer's sealed end, which only its Finish sends, are
// ErrConnectionLost.
func NewEncryptedChannel(stream Stream, key []byte, options *ChannelOptions) (*Channel, error) {
	o, err := options.filled()
	if err != nil {
		return nil, err
	}
	if o.Key = key; key == nil {
		o.Key = []byte{}
	}
	return newChannel(stream, o)
}
