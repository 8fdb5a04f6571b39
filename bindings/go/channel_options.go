package firth

import (
	"math"
	"time"

	"firth.dev/firth/internal/core"
)

// Limits bounds, in bytes, what a Channel or a FrameCodec holds; 0 is the default of each.
type Limits struct {
	// Frame is of a frame's body, sent or received; 0 means FrameLimit.
	Frame int
	// Inflated is of a payload that arrived compressed; 0 means InflatedLimit.
	Inflated int
	// Queue is of frames that a cork or a batch collects before they leave; 0 means
	// QueueLimit.
	Queue int
}

// ChannelOptions is what a Channel or a FrameCodec does to payloads, stage by stage. The
// zero value, and nil, mean the defaults. A codec takes no notice of BatchSize, BatchTimeout
// and Limits.Queue.
type ChannelOptions struct {
	// Compress: whether to compress what is sent; Unset means On, and Off with a Key, for
	// lengths then tell of contents.
	Compress Option
	// Level is zlib's, 1 to 9; 0 means CompressionLevel. Level 0 of other languages, which
	// sends everything uncompressed, is Compress: Off.
	Level int
	// Threshold in bytes: longer payloads are compressed. 0 means
	// CompressionThreshold, -1 compresses whatever is not empty.
	Threshold int
	// Key encrypts: KeyMin to KeyMax bytes that both ends have. Nil does not. It is not kept.
	Key []byte
	// BatchSize is how many payloads leave in one write; 0 and 1 do not batch.
	BatchSize int
	// BatchTimeout is how long a batch waits to be full; 0 means DefaultBatchTimeout, and
	// any negative time that nothing but a full batch, Flush, Finish and what receives
	// sends it.
	BatchTimeout time.Duration
	Limits       Limits
}

// filled is what C gets: the defaults are in the place of zeros.
func (o *ChannelOptions) filled() (*core.ChannelOptions, error) {
	var given ChannelOptions
	if o != nil {
		given = *o
	}
	if err := given.inRange(); err != nil {
		return nil, err
	}
	filled := &core.ChannelOptions{
		Compress:     map[Option]int{Unset: 2, On: 1, Off: 0}[given.Compress],
		Level:        orUsual(given.Level, CompressionLevel),
		Threshold:    orUsual(given.Threshold, CompressionThreshold),
		Key:          given.Key,
		BatchSize:    orUsual(given.BatchSize, 1),
		BatchTimeout: batchSeconds(given.BatchTimeout),
		Frame:        orUsual(given.Limits.Frame, FrameLimit),
		Inflated:     orUsual(given.Limits.Inflated, InflatedLimit),
		Queue:        orUsual(given.Limits.Queue, QueueLimit),
	}
	if filled.Threshold == -1 {
		filled.Threshold = 0
	}
	return filled, nil
}

func orUsual(value, usual int) int {
	if value == 0 {
		return usual
	}
	return value
}

func batchSeconds(timeout time.Duration) float64 {
	if timeout == 0 {
		timeout = DefaultBatchTimeout
	}
	return seconds(timeout)
}

func (o *ChannelOptions) inRange() error {
	switch {
	case o.Level < 0 || o.Level > 9:
		return invalid("Level is outside 1 to 9 (0 is the default)")
	case o.Threshold < -1:
		return invalid("Threshold is below -1")
	case o.BatchSize < 0:
		return invalid("BatchSize is below 0")
	case o.Limits.Frame < 0 || o.Limits.Frame > math.MaxUint32:
		return invalid("Limits.Frame is outside 0 to 4294967295")
	case o.Limits.Inflated < 0:
		return invalid("Limits.Inflated is below 0")
	case o.Limits.Queue < 0:
		return invalid("Limits.Queue is below 0")
	}
	return o.Compress.check("Compress")
}
