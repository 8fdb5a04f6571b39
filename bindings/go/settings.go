package firth

import (
	"strings"
	"time"

	"firth.dev/firth/internal/core"
)

const (
	// CompressionThreshold: only payloads longer than so many bytes are compressed.
	CompressionThreshold = 3000
	// CompressionLevel is zlib's level for them, rpyc's own.
	CompressionLevel = 1
	// FrameLimit is the longest body of a frame, in bytes, unless set otherwise.
	FrameLimit = 256 << 20
	// InflatedLimit is the longest payload, in bytes, that a compressed body may
	// inflate to, unless set otherwise.
	InflatedLimit = 256 << 20
	// QueueLimit is how many bytes of frames are collected before they leave, unless set
	// otherwise.
	QueueLimit = 1 << 20
	// FrameHeaderSize is the length of a frame's header in bytes.
	FrameHeaderSize = 5
	// FrameTrailerSize is the length of what follows the body, in bytes.
	FrameTrailerSize = 1
	// DefaultBufferSize is how many bytes a BufferedStream reads ahead at most, and
	// collects, unless set otherwise.
	DefaultBufferSize = 8192
	// MaxBufferSize is the most that can be set, and the most bytes of a batch.
	MaxBufferSize = 1 << 20
	// StreamChunkSize is how many bytes rpyc's streams move at a time.
	StreamChunkSize = 64000
	// DefaultCompressionLevel is zlib's level of rpyc's documents for a CompressedChannel.
	DefaultCompressionLevel = 6
	// DefaultBatchSize is how many payloads a BatchingChannel puts into one write.
	DefaultBatchSize = 10
	// DefaultBatchTimeout is how long a batch waits to be full.
	DefaultBatchTimeout = 100 * time.Millisecond
	// KeyMin is the length of a pre-shared key in bytes, at least.
	KeyMin = 16
	// KeyMax is the length of a pre-shared key in bytes, at most.
	KeyMax = 64
	// KeySize is the length of the keys that GenerateKey and KeyFromPassphrase make.
	KeySize = 32
	// SaltMin is the length of a salt in bytes, at least.
	SaltMin = 16
	// ConnectTimeout is the time for resolving a name and connecting together.
	ConnectTimeout = 3 * time.Second
	// FinishTimeout is how long Finish waits if the stream has no time-out.
	FinishTimeout = 3 * time.Second
	// KeepAliveDefault is the interval that rpyc's keepalive=True means.
	KeepAliveDefault = 60 * time.Second
	// Forever is a time-out that never ends; any negative time is the same.
	Forever = time.Duration(-1)
)

// Option is a setting that may be left Unset.
type Option int8

// Unset takes the default, which each setting documents.
const (
	Unset Option = iota
	On
	Off
)

// or is the setting, or its default.
func (o Option) or(usual bool) bool {
	if o == Unset {
		return usual
	}
	return o == On
}

// ipv6 is firth's FIRTH_IPV6_...: both families, IPv6 only, IPv4 only.
func (o Option) ipv6() int {
	return map[Option]int{Unset: -1, On: 1, Off: 0}[o]
}

func (o Option) check(name string) error {
	if o < Unset || o > Off {
		return invalid(name + " is neither Unset nor On nor Off")
	}
	return nil
}

// ConnectOptions is how ConnectSocketStream connects. The zero value, and nil, mean
// the defaults.
type ConnectOptions struct {
	// Timeout covers name resolution and connecting; 0 means ConnectTimeout,
	// negative for ever.
	Timeout time.Duration
	// IPv6: Unset tries every address of the name, On IPv6 only, Off IPv4 only.
	IPv6 Option
	// Family, SockType and Proto are syscall.AF_..., SOCK_STREAM and IPPROTO_...,
	// or 0.
	Family, SockType, Proto int
	// NoDelay is TCP_NODELAY; Unset means On.
	NoDelay Option
	// KeepAlive is the time between TCP keepalives, in whole seconds; 0 turns them
	// off, less than a second is ErrInvalid.
	KeepAlive time.Duration
}

func (o *ConnectOptions) check() error {
	if err := o.IPv6.check("IPv6"); err != nil {
		return err
	}
	if err := o.NoDelay.check("NoDelay"); err != nil {
		return err
	}
	if err := checkInts("family, type or protocol", o.Family, o.SockType, o.Proto); err != nil {
		return err
	}
	return checkKeepAlive(o.KeepAlive)
}

// ListenOptions is how Listen listens. The zero value, and nil, mean the defaults.
type ListenOptions struct {
	// IPv6: Unset listens on the host's first address, On IPv6 only, Off IPv4 only.
	IPv6 Option
	// Backlog is how many connections may wait to be accepted; 0 means 128.
	Backlog int
	// NoDelay and KeepAlive are the accepted connections': see ConnectOptions.
	NoDelay   Option
	KeepAlive time.Duration
}

func (o *ListenOptions) check() error {
	if err := o.IPv6.check("IPv6"); err != nil {
		return err
	}
	if err := o.NoDelay.check("NoDelay"); err != nil {
		return err
	}
	if o.Backlog < 0 {
		return invalid("a backlog below 0")
	}
	if err := checkInts("backlog", o.Backlog); err != nil {
		return err
	}
	return checkKeepAlive(o.KeepAlive)
}

func (o *ListenOptions) backlog() int {
	if o.Backlog == 0 {
		return 128
	}
	return o.Backlog
}

func checkKeepAlive(interval time.Duration) error {
	if interval != 0 && interval < time.Second {
		return invalid("a keepalive interval below one second")
	}
	return checkInts("keepalive interval", int(interval/time.Second))
}

// checkInts refuses numbers that a C int does not hold.
func checkInts(name string, numbers ...int) error {
	for _, number := range numbers {
		if number != int(int32(number)) {
			return invalid("the " + name + " is out of range")
		}
	}
	return nil
}

// checkText refuses text that C would cut short.
func checkText(name, text string) error {
	if strings.IndexByte(text, 0) >= 0 {
		return invalid("a NUL byte in the " + name)
	}
	return nil
}

// optionalText is a text of options, and its place as C has it, which "" leaves nil.
type optionalText struct {
	name, text string
	place      **byte
}

func fillTexts(texts []optionalText) error {
	for _, option := range texts {
		if err := checkText(option.name, option.text); err != nil {
			return err
		}
		if option.text != "" {
			*option.place = core.CString(option.text)
		}
	}
	return nil
}

// seconds is a time as C has it; negative for ever.
func seconds(d time.Duration) float64 {
	if d < 0 {
		return -1
	}
	return d.Seconds()
}

// Version is the version of the C library that is running, "MAJOR.MINOR.PATCH".
func Version() string { return core.Version() }

// Live is what there is of firth in this process: streams, channels, listeners and codecs,
// and pieces of C's memory. Both are 0 once all was collected, every child process has ended
// and every name is resolved.
func Live() (objects, allocations int) {
	var live core.LiveCounts
	core.Live_counts(&live)
	return int(live.Objects), int(live.Allocations)
}

// ZlibVersion is the version of the zlib that is running, as zlib says it.
func ZlibVersion() string { return core.Zlib_version() }
