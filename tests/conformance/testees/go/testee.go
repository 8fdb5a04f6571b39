// The testee in Go: does what ../../README.md says on standard input, and answers on
// standard output.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
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
	"close": func(t *testee, _ []string) (any, error) { return "ok\n", t.channel.Close() },
	"codec": func(t *testee, words []string) (_ any, err error) {
		t.codec, err = firth.NewFrameCodec(options(words))
		return "ok\n", err
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
	t.channel, err = firth.NewChannel(stream, options(rest))
	return "ok\n", err
}

func (t *testee) recv(words []string) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), duration(words[0]))
	defer cancel()
	if duration(words[0]) == 0 {
		return t.tryRecv()
	}
	payload, err := t.channel.RecvContext(ctx)
	return data{"payload", payload}, err
}

// tryRecv receives without waiting, which a context cannot say.
func (t *testee) tryRecv() (any, error) {
	stream := t.channel.Stream().(*firth.SocketStream)
	stream.SetTimeout(0)
	defer stream.SetTimeout(firth.Forever)
	payload, err := t.channel.Recv()
	return data{"payload", payload}, err
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

func options(words []string) *firth.ChannelOptions {
	made := &firth.ChannelOptions{}
	for _, word := range words {
		name, text, _ := strings.Cut(word, "=")
		value, _ := strconv.Atoi(text)
		switch {
		case name == "limits.frame":
			setLimit(made, "Frame", value)
		case name == "limits.inflated":
			setLimit(made, "Inflated", value)
		case name == "compress" && value == 0:
			made.Compress = firth.Off
		}
	}
	return made
}

func setLimit(options *firth.ChannelOptions, name string, value int) {
	made := reflect.ValueOf(options).Elem()
	if limits := made.FieldByName("Limits"); limits.IsValid() {
		limits.FieldByName(name).SetInt(int64(value))
	} else {
		made.FieldByName(name + "Limit").SetInt(int64(value))
	}
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
