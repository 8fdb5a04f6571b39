// The testee in Go: does what ../../README.md says on standard input, and answers on
// standard output.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"firth.dev/firth"
)

// testee holds what the last connect and the last codec made.
type testee struct {
	in      *bufio.Reader
	channel *firth.Channel
	codec   *firth.FrameCodec
}

// data is an answer with bytes after its line.
type data struct {
	kind  string
	bytes []byte
}

func (d data) String() string {
	return fmt.Sprintf("%s %d\n%s", d.kind, len(d.bytes), d.bytes)
}

var commands = map[string]func(*testee, []string) (any, error){
	"connect": (*testee).connect,
	"send": func(t *testee, words []string) (any, error) {
		return "ok\n", t.channel.Send(t.bytes(words))
	},
	"recv": (*testee).recv,
	"poll": func(t *testee, words []string) (any, error) {
		ready, err := t.channel.Poll(duration(words[0]))
		return fmt.Sprintln(ready), err
	},
	"flush": func(t *testee, words []string) (any, error) {
		return "ok\n", t.timed(words[0], t.channel.Flush)
	},
	"cork": func(t *testee, _ []string) (any, error) { return "ok\n", t.channel.Cork() },
	"uncork": func(t *testee, words []string) (any, error) {
		return "ok\n", t.timed(words[0], t.channel.Uncork)
	},
	"corked": func(t *testee, _ []string) (any, error) {
		return fmt.Sprintln(t.channel.Corked()), nil
	},
	"handshake": func(t *testee, words []string) (any, error) {
		return "ok\n", t.timed(words[0], t.channel.Handshake)
	},
	"finish": func(t *testee, words []string) (any, error) {
		return "ok\n", t.timed(words[0], t.channel.Finish)
	},
	"writes": func(t *testee, _ []string) (any, error) {
		counters, err := t.channel.Stream().(*firth.SocketStream).Counters()
		return fmt.Sprintf("number %d\n", counters.WriteCalls), err
	},
	"close": func(t *testee, _ []string) (any, error) { return "ok\n", t.channel.Close() },
	"codec": func(t *testee, words []string) (_ any, err error) {
		t.codec, err = firth.NewFrameCodec(options(words).plain())
		return "ok\n", err
	},
	"hello": func(t *testee, _ []string) (any, error) {
		frame, err := t.codec.Hello()
		return data{"bytes", frame}, err
	},
	"encode-end": func(t *testee, _ []string) (any, error) {
		frame, err := t.codec.EncodeEnd()
		return data{"bytes", frame}, err
	},
	"encode": func(t *testee, words []string) (any, error) {
		frame, err := t.codec.Encode(t.bytes(words))
		return data{"bytes", frame}, err
	},
	"feed": func(t *testee, words []string) (any, error) {
		return "ok\n", t.codec.Feed(t.bytes(words))
	},
	"decode": func(t *testee, _ []string) (any, error) {
		payload, err := t.codec.Decode()
		if errors.Is(err, firth.ErrWantRead) {
			return "more\n", nil
		}
		return data{"payload", payload}, err
	},
	"end": func(t *testee, _ []string) (any, error) { return "ok\n", t.codec.End() },
	"brine-load": func(t *testee, words []string) (any, error) {
		limits, rest := brineLimits(words)
		value, err := firth.LoadBrine(t.bytes(rest), limits)
		return data{"value", shown(value)}, err
	},
	"brine-dump": func(t *testee, words []string) (any, error) {
		limits, rest := brineLimits(words)
		brine, err := firth.DumpBrine(parsed(t.bytes(rest)), limits)
		return data{"bytes", brine}, err
	},
	"version": func(*testee, []string) (any, error) {
		return fmt.Sprintf("version firth %s, zlib %s, %s\n", firth.Version(),
			firth.ZlibVersion(), runtime.Version()), nil
	},
}

func (t *testee) connect(words []string) (any, error) {
	var stream *firth.SocketStream
	var err error
	rest := words[2:]
	if words[0] == "unix" {
		stream, err = firth.UnixConnectSocketStream(words[1], firth.ConnectTimeout)
	} else {
		port, _ := strconv.Atoi(words[2])
		stream, err = firth.ConnectSocketStream(words[1], port, nil)
		rest = words[3:]
	}
	if err != nil {
		return nil, err
	}
	t.channel, err = options(rest).channel(stream)
	return "ok\n", err
}

func (t *testee) recv(words []string) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), duration(words[0]))
	defer cancel()
	var payload []byte
	var err error
	if duration(words[0]) != 0 {
		payload, err = t.channel.RecvContext(ctx)
	} else {
		err = t.timed(words[0], func() (err error) {
			payload, err = t.channel.Recv()
			return err
		})
	}
	return data{"payload", payload}, err
}

// timed calls with a time-out of the stream's, which may be 0, as a context's may not.
func (t *testee) timed(seconds string, call func() error) error {
	stream := t.channel.Stream().(*firth.SocketStream)
	stream.SetTimeout(duration(seconds))
	defer stream.SetTimeout(firth.Forever)
	return call()
}

// bytes is what follows the command's line.
func (t *testee) bytes(words []string) []byte {
	length, _ := strconv.Atoi(words[0])
	taken := make([]byte, length)
	io.ReadFull(t.in, taken)
	return taken
}

func duration(seconds string) time.Duration {
	number, _ := strconv.ParseFloat(seconds, 64)
	return time.Duration(number * float64(time.Second))
}

// given is the options of a command.
type given struct {
	firth.ChannelOptions
	preset string
	level  int // -1: none was given
}

func options(words []string) *given {
	made := &given{level: -1}
	numbers := map[string]*int{"compression_level": &made.level,
		"compression_threshold": &made.Threshold, "batch_size": &made.BatchSize,
		"limits.frame": &made.Limits.Frame, "limits.inflated": &made.Limits.Inflated,
		"limits.queue": &made.Limits.Queue}
	for _, word := range words {
		name, text, _ := strings.Cut(word, "=")
		switch name {
		case "preset":
			made.preset = text
		case "key":
			made.Key, _ = hex.DecodeString(text)
		case "batch_timeout":
			made.BatchTimeout = duration(text)
		case "compress":
			made.Compress = map[string]firth.Option{"0": firth.Off, "1": firth.On}[text]
		default:
			*numbers[name], _ = strconv.Atoi(text)
			if name == "compression_threshold" && text == "0" {
				made.Threshold = -1
			}
		}
	}
	return made
}

// brineLimits is those of a command, and what follows them. A depth of 0 is -1 in Go.
func brineLimits(words []string) (limits firth.BrineLimits, rest []string) {
	numbers := map[string]*int{"depth": &limits.Depth, "size": &limits.Size, "items": &limits.Items,
		"digits": &limits.Digits}
	for ; len(words) > 1; words = words[1:] {
		name, text, _ := strings.Cut(words[0], "=")
		*numbers[name], _ = strconv.Atoi(text)
		if name == "depth" && text == "0" {
			limits.Depth = -1
		}
	}
	return limits, words
}

// plain is what a Channel and a FrameCodec take: their level 0 is the default, and none is Off.
func (g *given) plain() *firth.ChannelOptions {
	made := g.ChannelOptions
	if g.level > 0 {
		made.Level = g.level
	} else if g.level == 0 {
		made.Compress = firth.Off
	}
	return &made
}

func (g *given) channel(stream firth.Stream) (*firth.Channel, error) {
	switch g.preset {
	case "compressed":
		level := g.level
		if level < 0 {
			level = firth.DefaultCompressionLevel
		}
		return firth.NewCompressedChannel(stream, level, &g.ChannelOptions)
	case "batching":
		size := g.BatchSize
		if size == 0 {
			size = firth.DefaultBatchSize
		}
		return firth.NewBatchingChannel(stream, size, g.BatchTimeout, g.plain())
	case "encrypted":
		return firth.NewEncryptedChannel(stream, g.Key, g.plain())
	}
	return firth.NewChannel(stream, g.plain())
}

// answer is what goes back for a command.
func (t *testee) answer(line string) any {
	words := strings.Fields(line)
	result, err := commands[words[0]](t, words[1:])
	var failed *firth.Error
	switch {
	case errors.As(err, &failed):
		return fmt.Sprintf("error %s %s\n", failed.Code, failed.Detail)
	case err != nil:
		return fmt.Sprintf("error unknown %s\n", err)
	}
	return result
}

func main() {
	t := &testee{in: bufio.NewReader(os.Stdin)}
	for {
		line, err := t.in.ReadString('\n')
		if err != nil || line == "quit\n" {
			return
		}
		fmt.Print(t.answer(line))
	}
}
