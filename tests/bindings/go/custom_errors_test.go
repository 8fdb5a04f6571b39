package firth_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"

	"firth.dev/firth"
)

// odd is an error of no package that firth knows.
type odd struct{ text string }

func (o *odd) Error() string { return o.text }

var wrong error = &odd{"wrong"}

// wantSame fails unless err is that very value.
func wantSame(t *testing.T, err, want error) {
	t.Helper()
	if err != want {
		t.Fatalf("%v (%T) instead of %v", err, err, want)
	}
}

func TestAnErrorOfTheObjectReachesTheCallerAsItIs(t *testing.T) {
	inner := &firth.Error{Code: firth.CodeProtocol, Detail: "of the object", Count: 7}
	for _, given := range []error{wrong, inner, io.ErrUnexpectedEOF, net.ErrClosed} {
		given := given
		object := &flushing{scripted: scripted{
			read:  func([]byte) (int, error) { return 0, given },
			write: func([]byte) (int, error) { return 0, given },
			close: func() error { return given },
		}, flush: func() error { return given }}
		stream, channel := custom(t, object), channelOver(t, object, nil)
		wantSame(t, stream.ReadExactly(make([]byte, 1)), given)
		wantSame(t, second(stream.Read(make([]byte, 1))), given)
		wantSame(t, second(stream.Write([]byte("x"))), given)
		wantSame(t, stream.Flush(), given)
		wantSame(t, second(channel.Recv()), given)
		wantSame(t, channel.Send(nil), given)
		wantSame(t, stream.Close(), given)
		if inner.Count != 7 {
			t.Fatal("the object's error was changed")
		}
	}
}

func TestAnErrorReachesTheCallerThroughABufferedStream(t *testing.T) {
	object := &scripted{
		read:  func([]byte) (int, error) { return 0, wrong },
		write: func([]byte) (int, error) { return 0, wrong },
		close: func() error { return wrong },
	}
	stream := bufferedOver(t, object, 10)
	channel := channelOver(t, stream, nil)
	wantSame(t, second(channel.Recv()), wrong)
	wantSame(t, channel.Send(random(100)), wrong)
	wantSame(t, channel.Flush(), wrong)
	err := channel.Close()
	wantCode(t, err, firth.CodeUnsent)
	wantIs(t, err, wrong)
	must(t, channel.Close())
}

func TestAnErrorOfCloseAfterALossReachesTheCallerOfClose(t *testing.T) {
	object := &scripted{
		read:  func([]byte) (int, error) { return 0, io.EOF },
		close: func() error { return wrong },
	}
	channel := channelOver(t, object, nil)
	wantIs(t, second(channel.Recv()), io.EOF)
	wantSame(t, channel.Close(), wrong)
	must(t, channel.Close())
}

func TestALossOfAStreamBelowTheObjectIsALossAboveIt(t *testing.T) {
	loss := &firth.Error{Code: firth.CodeConnectionLost, Detail: "lost below"}
	for _, call := range []func(*firth.Channel) error{
		func(c *firth.Channel) error { return second(c.Recv()) },
		func(c *firth.Channel) error { return c.Send(nil) },
	} {
		closes := 0
		object := &scripted{
			read:  func([]byte) (int, error) { return 0, loss },
			write: func([]byte) (int, error) { return 0, loss },
			close: func() error { closes++; return nil },
		}
		channel := channelOver(t, object, nil)
		wantSame(t, call(channel), loss)
		wantIs(t, second(channel.Recv()), firth.ErrConnectionLost)
		if !channel.Closed() || closes != 1 {
			t.Fatal("not closed")
		}
	}
}

func TestAnErrorOfCloseReachesTheCallerOfFinish(t *testing.T) {
	object := &scripted{close: func() error { return wrong }}
	wantSame(t, channelOver(t, bufferedOver(t, object, 0), nil).Finish(), wrong)
}

func TestAnErrorLosesNothingThatWasReceived(t *testing.T) {
	script := []struct {
		data string
		err  error
	}{{"\x00\x00\x00", wrong}, {"\x05", nil}, {"", wrong}, {"\x00bri", nil}, {"ne", wrong}, {"\n", nil}}
	object := &scripted{}
	object.read = func(into []byte) (int, error) {
		step := &script[0]
		count := copy(into, step.data)
		if step.data = step.data[count:]; step.data != "" {
			return count, nil
		}
		err := step.err
		script = script[1:]
		return count, err
	}
	channel := channelOver(t, object, nil)
	for i := 0; i < 3; i++ {
		wantSame(t, second(channel.Recv()), wrong)
	}
	wantReceived(t, channel, []byte("brine"))
}

func TestAnErrorLosesNothingThatWasRead(t *testing.T) {
	pieces := []string{"ab", "", "c"}
	object := &scripted{read: func(into []byte) (int, error) {
		count := copy(into, pieces[0])
		pieces = pieces[1:]
		if count == 0 {
			return 0, wrong
		}
		return count, nil
	}}
	stream := custom(t, object)
	wantSame(t, stream.ReadExactly(make([]byte, 3)), wrong)
	hear(t, stream, "abc")
}

// failing writes into a buffer, and fails whenever it has taken so many bytes of a call.
type failing struct {
	scripted
	written bytes.Buffer
	takes   []int
}

func failingObject(takes ...int) *failing {
	object := &failing{takes: takes}
	object.write = func(data []byte) (int, error) {
		if len(object.takes) == 0 {
			return object.written.Write(data)
		}
		take := object.takes[0]
		object.takes = object.takes[1:]
		count, _ := object.written.Write(data[:take])
		return count, wrong
	}
	return object
}

func TestAPayloadIsTakenWhenTheObjectFails(t *testing.T) {
	object := failingObject(0, 3, 4)
	channel := channelOver(t, object, nil)
	whole := frame(0, []byte("brine"))
	wantSame(t, channel.Send([]byte("brine")), wrong)
	for _, left := range []int{len(whole), len(whole) - 3} {
		if channel.Pending() != left {
			t.Fatal(channel.Pending(), "pending, not", left)
		}
		wantSame(t, channel.Flush(), wrong)
	}
	must(t, channel.Send([]byte("next")))
	wantBytes(t, object.written.Bytes(), append(whole, frame(0, []byte("next"))...))
}

func TestABareWriteThatFailsTellsWhatTheObjectTook(t *testing.T) {
	object := failingObject(3)
	count, err := custom(t, object).Write([]byte("abcdef"))
	wantSame(t, err, wrong)
	if count != 3 || object.written.String() != "abc" {
		t.Fatal(count, object.written.String())
	}
}

func TestABufferedStreamLosesNothingWhenTheObjectFails(t *testing.T) {
	object := failingObject(0, 2, 0, 40)
	channel := channelOver(t, bufferedOver(t, object, 16), &firth.ChannelOptions{Compress: firth.Off})
	payload := random(100)
	wantSame(t, channel.Send(payload), wrong)
	for i := 0; i < 3; i++ {
		wantSame(t, channel.Flush(), wrong)
	}
	must(t, channel.Flush())
	wantBytes(t, object.written.Bytes(), frame(0, payload))
}

// caught is what f panics with.
func caught(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func TestAPanicOfTheObjectReachesTheCallerAndLosesNothing(t *testing.T) {
	var written bytes.Buffer
	panics := true
	object := &scripted{
		read: func(into []byte) (int, error) {
			if panics {
				panic(wrong)
			}
			return copy(into, "xyz"[:1]), nil
		},
		write: func(data []byte) (int, error) {
			if panics {
				panic(wrong)
			}
			return written.Write(data)
		},
	}
	stream := custom(t, object)
	channel := channelOver(t, stream, nil)
	for _, call := range []func(){
		func() { channel.Send([]byte("brine")) },
		func() { channel.Flush() },
		func() { channel.Recv() },
		func() { stream.ReadExactly(make([]byte, 1)) },
	} {
		if value := caught(call); value != any(wrong) {
			t.Fatal("caught", value)
		}
	}
	panics = false
	must(t, channel.Flush())
	wantBytes(t, written.Bytes(), frame(0, []byte("brine")))
	hear(t, stream, "xx")
}

func TestAPanicInsideAReadKeepsWhatCame(t *testing.T) {
	pieces := []string{"ab", "", "c"}
	stream := custom(t, &scripted{read: func(into []byte) (int, error) {
		piece := pieces[0]
		pieces = pieces[1:]
		if piece == "" {
			panic(wrong)
		}
		return copy(into, piece), nil
	}})
	if value := caught(func() { stream.ReadExactly(make([]byte, 3)) }); value != any(wrong) {
		t.Fatal("caught", value)
	}
	hear(t, stream, "abc")
}

func TestAGoroutineThatEndsInsideTheObjectLeavesItUsable(t *testing.T) {
	ends := true
	stream := custom(t, &scripted{read: func(into []byte) (int, error) {
		if ends {
			runtime.Goexit()
		}
		return copy(into, "x"), nil
	}})
	over := make(chan struct{})
	go func() {
		defer close(over)
		stream.Read(make([]byte, 1))
	}()
	<-over
	ends = false
	hear(t, stream, "x")
}

func TestMisuseByTheObjectNamesWhatWasExpectedAndFound(t *testing.T) {
	for _, c := range []struct {
		object *scripted
		call   func(*firth.CustomStream) error
		want   string
	}{
		{&scripted{read: func(into []byte) (int, error) { return len(into) + 1, nil }}, readByte,
			"a *firth_test.scripted's Read gave 2 bytes, expected 0 to 1"},
		{&scripted{read: func([]byte) (int, error) { return -1, nil }}, readByte,
			"a *firth_test.scripted's Read gave -1 bytes, expected 0 to 1"},
		{&scripted{write: func(data []byte) (int, error) { return 4, nil }}, writeAbc,
			"a *firth_test.scripted's Write took 4 bytes, expected 0 to 3"},
		{&scripted{write: func(data []byte) (int, error) { return -1, wrong }}, writeAbc,
			"a *firth_test.scripted's Write took -1 bytes, expected 0 to 3"},
		{&scripted{write: func(data []byte) (int, error) { return 0, nil }}, writeAbc,
			"a *firth_test.scripted's Write took none of 3 bytes, and gave no error"},
	} {
		failed := wantCode(t, c.call(custom(t, c.object)), firth.CodeInvalid)
		if failed.Detail != c.want {
			t.Errorf("%q, not %q", failed.Detail, c.want)
		}
	}
}

func readByte(stream *firth.CustomStream) error { return stream.ReadExactly(make([]byte, 1)) }

func writeAbc(stream *firth.CustomStream) error { return second(stream.Write([]byte("abc"))) }

func TestReadsThatGiveNothingAreNotRepeatedForEver(t *testing.T) {
	stream := custom(t, &scripted{read: func([]byte) (int, error) { return 0, nil }})
	wantSame(t, readByte(stream), io.ErrNoProgress)
}

func TestWhatTheObjectKeepsOfItsArgumentsStaysAsItWas(t *testing.T) {
	var kept []byte
	object := &scripted{write: func(data []byte) (int, error) {
		if kept == nil {
			kept = data
		}
		return len(data), nil
	}}
	channel := channelOver(t, object, nil)
	must(t, channel.Send([]byte("brine")))
	must(t, channel.Send(random(100)))
	wantBytes(t, kept, frame(0, []byte("brine")))
}

func TestAnObjectThatUsesTheStreamThatCallsItIsToldSo(t *testing.T) {
	for name, lay := range map[string]func(firth.Stream) (used, lower firth.Stream){
		"itself": func(object firth.Stream) (firth.Stream, firth.Stream) {
			stream := custom(t, object)
			return stream, stream
		},
		"below": func(object firth.Stream) (firth.Stream, firth.Stream) {
			stream := custom(t, object)
			return bufferedOver(t, stream, 8), stream
		},
	} {
		lay := lay
		t.Run(name, func(t *testing.T) {
			var inside firth.Stream
			object := &scripted{
				read:  func(into []byte) (int, error) { return inside.Read(into) },
				write: func(data []byte) (int, error) { return inside.Write(data) },
			}
			used, lower := lay(object)
			for _, inside = range []firth.Stream{used, lower} {
				wantIs(t, second(used.Read(make([]byte, 1))), firth.ErrInvalid)
				wantIs(t, second(used.Write(make([]byte, 100))), firth.ErrInvalid)
			}
		})
	}
}

func TestAnObjectThatCannotBeUsedSoSaysWhatItLacks(t *testing.T) {
	_, err := custom(t, &scripted{}).Poll(firth.Forever)
	failed := wantCode(t, err, firth.CodeNotSupported)
	if !strings.Contains(failed.Detail, "*firth_test.scripted") || !strings.Contains(failed.Detail, "Poll") {
		t.Fatal(failed.Detail)
	}
	if errors.Is(err, firth.ErrInvalid) {
		t.Fatal(err)
	}
}
