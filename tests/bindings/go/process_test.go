package firth_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"firth.dev/firth"
)

// spawn starts a shell that runs a script.
func spawn(t *testing.T, script string, options *firth.ProcessOptions) *firth.PipeStream {
	t.Helper()
	stream, err := firth.CreatePipeStream([]string{"sh", "-c", script}, options)
	must(t, err)
	t.Cleanup(func() { stream.Close() })
	return stream
}

func wantStatus(t *testing.T, stream *firth.PipeStream, want int) {
	t.Helper()
	status, err := stream.ExitStatusContext(within(t, long))
	if err != nil || status != want {
		t.Fatalf("exit status %d, not %d: %v", status, want, err)
	}
}

func TestAChildAnswersThroughItsStandardInputAndOutput(t *testing.T) {
	stream := spawn(t, "exec cat", nil)
	say(t, stream, "brine")
	hear(t, stream, "brine")
	must(t, stream.Finish())
	wantStatus(t, stream, 0)
}

func TestPayloadsComeBackFromARpycChild(t *testing.T) {
	child := rpycPeer(t, "6.0.2", "../../interop/examples/stdio_echo.py")
	stream, err := firth.SpawnPipeStream(child.Args, &firth.ProcessOptions{Env: child.Env})
	must(t, err)
	exchangeWithRpyc(t, channelOver(t, stream, nil))
	wantStatus(t, stream, 0)
}

func TestTheArgumentsReachTheChildAsTheyAre(t *testing.T) {
	arguments := []string{"", "a b", "*", "$HOME", "", "ü", "-"}
	stream, err := firth.CreatePipeStream(append([]string{"printf", "<%s>"}, arguments...), nil)
	must(t, err)
	if said := readAll(t, stream); said != "<"+strings.Join(arguments, "><")+">" {
		t.Fatal(said)
	}
}

// readAll is what a child says until its end, which is the stream's.
func readAll(t *testing.T, stream *firth.PipeStream) string {
	t.Helper()
	said := []byte{}
	for part := make([]byte, 100); ; {
		count, err := stream.Read(part)
		if err != nil {
			return string(said)
		}
		said = append(said, part[:count]...)
	}
}

func TestFolderAndEnvironmentAreTheCallersChoice(t *testing.T) {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	t.Setenv("FIRTH_INHERITED", "yes")
	script := `echo "$(pwd) ${FIRTH_GIVEN-none} ${FIRTH_INHERITED-none}"`
	for _, c := range []struct {
		options *firth.ProcessOptions
		want    string
	}{
		{&firth.ProcessOptions{Cwd: folder}, folder + " none yes\n"},
		{&firth.ProcessOptions{Cwd: "/", Env: []string{"FIRTH_GIVEN=a=b", "PATH=" + os.Getenv("PATH")}},
			"/ a=b none\n"},
	} {
		if said := readAll(t, spawn(t, script, c.options)); said != c.want {
			t.Errorf("%q, not %q", said, c.want)
		}
	}
	stream, err := firth.CreatePipeStream([]string{"/usr/bin/env"}, &firth.ProcessOptions{Env: []string{}})
	must(t, err)
	if said := readAll(t, stream); said != "" {
		t.Fatal(said)
	}
}

func TestTheErrorOutputIsTheCallersChoice(t *testing.T) {
	reading, writing, err := os.Pipe()
	must(t, err)
	defer reading.Close()
	stream := spawn(t, "echo out; echo err >&2", &firth.ProcessOptions{Stderr: writing})
	must(t, writing.Close())
	said := make([]byte, 4)
	_, err = reading.Read(said)
	must(t, err)
	wantBytes(t, said, []byte("err\n"))
	if out := readAll(t, stream); out != "out\n" {
		t.Fatal(out)
	}
	stream = spawn(t, "echo err >&2; echo out", &firth.ProcessOptions{DiscardStderr: true})
	if out := readAll(t, stream); out != "out\n" {
		t.Fatal(out)
	}
}

func TestTheExitStatusIsTheChildsOrItsSignal(t *testing.T) {
	stream := spawn(t, "exit 7", nil)
	wantStatus(t, stream, 7)
	must(t, stream.Close())
	wantStatus(t, stream, 7)
	wantStatus(t, spawn(t, "kill -TERM $$", nil), -int(syscall.SIGTERM))
}

func TestTheExitStatusIsWaitedForInTime(t *testing.T) {
	stream := spawn(t, "exec cat", nil)
	must(t, stream.SetTimeout(0))
	wantIs(t, second(stream.ExitStatus()), os.ErrDeadlineExceeded)
	wantIs(t, second(stream.ExitStatusContext(within(t, short))), os.ErrDeadlineExceeded)
	ctx, cancel := context.WithCancel(context.Background())
	waiting := beside(t, func() ([]byte, error) { return nil, second(stream.ExitStatusContext(ctx)) })
	cancel()
	wantIs(t, outcomeOf(t, waiting).err, context.Canceled)

	must(t, stream.SetTimeout(firth.Forever))
	before := threads(t)
	waiting = beside(t, func() ([]byte, error) {
		status, err := stream.ExitStatus()
		return []byte(strconv.Itoa(status)), err
	})
	if threads(t) > before+1 {
		t.Fatal("a thread waits")
	}
	pid, err := stream.Pid()
	must(t, err)
	must(t, syscall.Kill(pid, syscall.SIGKILL))
	o := outcomeOf(t, waiting)
	must(t, o.err)
	wantBytes(t, o.payload, []byte("-9"))
}

func TestFinishEndsAStubbornChildByForce(t *testing.T) {
	stream := spawn(t, `trap "" TERM; echo ready; while :; do sleep 1; done`, nil)
	hear(t, stream, "ready\n")
	must(t, stream.SetTimeout(short))
	wantIs(t, stream.Finish(), os.ErrDeadlineExceeded)
	wantStatus(t, stream, -int(syscall.SIGKILL))
}

func TestFinishTerminatesAChildThatDoesNotHeed(t *testing.T) {
	stream := spawn(t, "echo ready; exec sleep 1000", nil)
	hear(t, stream, "ready\n")
	channel := channelOver(t, bufferedOver(t, stream, 0), nil)
	must(t, channel.FinishContext(within(t, 2*time.Second)))
	wantStatus(t, stream, -int(syscall.SIGTERM))
}

func TestACancelledFinishLeavesTheChildToItself(t *testing.T) {
	stream := spawn(t, "echo ready; exec sleep 1000", nil)
	hear(t, stream, "ready\n")
	pid, err := stream.Pid()
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	_, finishing := start(func() ([]byte, error) { return nil, stream.FinishContext(ctx) })
	cancel()
	wantIs(t, outcomeOf(t, finishing).err, context.Canceled)
	must(t, syscall.Kill(pid, syscall.SIGKILL))
	wantStatus(t, stream, -int(syscall.SIGKILL))
}

func TestCloseWaitsForNoChild(t *testing.T) {
	stream := spawn(t, "echo ready; exec sleep 1000", nil)
	hear(t, stream, "ready\n")
	pid, err := stream.Pid()
	must(t, err)
	must(t, stream.Close())
	must(t, syscall.Kill(pid, syscall.SIGKILL))
	wantStatus(t, stream, -int(syscall.SIGKILL))
}

func TestNoZombiesRemain(t *testing.T) {
	stream := spawn(t, "exit 0", nil)
	pid, err := stream.Pid()
	must(t, err)
	must(t, stream.Close())
	for end := time.Now().Add(long); ; {
		if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the child is still there")
		}
	}
}

func TestAMissingProgramIsAnErrorAtOnce(t *testing.T) {
	before := descriptors(t)
	for _, c := range []struct {
		command []string
		options *firth.ProcessOptions
		want    error
		text    string
	}{
		{[]string{"firth-no-such-program"}, nil, os.ErrNotExist, "firth-no-such-program"},
		{[]string{"true"}, &firth.ProcessOptions{Cwd: "/no/such/folder"}, os.ErrNotExist, "/no/such/folder"},
		{[]string{"/"}, nil, syscall.EACCES, ""},
		{nil, nil, firth.ErrInvalid, "names no program"},
		{[]string{""}, nil, firth.ErrInvalid, "names no program"},
		{[]string{"a\x00b"}, nil, firth.ErrInvalid, "NUL"},
		{[]string{"true"}, &firth.ProcessOptions{Env: []string{"nothing"}}, firth.ErrInvalid, "NAME=value"},
		{[]string{"true"}, &firth.ProcessOptions{Stderr: os.Stderr, DiscardStderr: true}, firth.ErrInvalid, ""},
	} {
		_, err := firth.CreatePipeStream(c.command, c.options)
		wantIs(t, err, c.want)
		if !strings.Contains(err.Error(), c.text) {
			t.Error(err)
		}
	}
	if after := descriptors(t); after != before {
		t.Fatal(after-before, "descriptors more")
	}
}

func TestOtherPipesHaveNoChild(t *testing.T) {
	stream, _, err := firth.CreatePipePair()
	must(t, err)
	wantIs(t, second(stream.Pid()), firth.ErrNotSupported)
	wantIs(t, second(stream.ExitStatus()), firth.ErrNotSupported)
}

func TestTheChildHasNoOtherDescriptors(t *testing.T) {
	near, _ := streams(t)
	channelOver(t, near, nil)
	said := readAll(t, spawn(t, "ls /proc/self/fd", nil))
	if said != "0\n1\n2\n3\n" { // 3 is the folder that ls reads
		t.Fatal(said)
	}
}
