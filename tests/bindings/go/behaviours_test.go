package firth_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"firth.dev/firth"
)

// overKinds runs a test for each kind of stream.
func overKinds(t *testing.T, test func(t *testing.T, near, far subject)) {
	for name, open := range kinds {
		open := open
		t.Run(name, func(t *testing.T) {
			near, far := open(t)
			t.Cleanup(func() { near.Close(); far.Close() })
			test(t, near, far)
		})
	}
}

// overTimedKinds does for those that keep every time.
func overTimedKinds(t *testing.T, test func(t *testing.T, near, far subject)) {
	overKinds(t, func(t *testing.T, near, far subject) {
		if near.SetDeadline(time.Now().Add(time.Hour)) == nil {
			must(t, near.SetDeadline(time.Time{}))
			test(t, near, far)
			return
		}
		wantIs(t, near.SetDeadline(time.Now()), firth.ErrNotSupported)
	})
}

func TestExactlyTheKnownKindsKeepNoTime(t *testing.T) {
	for name, open := range kinds {
		near, far := open(t)
		if keeps := near.SetDeadline(time.Now().Add(time.Hour)) == nil; keeps == untimed[name] {
			t.Error(name, keeps)
		}
		near.Close()
		far.Close()
	}
}

// tell writes all of the text, and flushes.
func tell(t *testing.T, stream subject, text string) {
	t.Helper()
	say(t, stream, text)
	must(t, stream.Flush())
}

// waiting runs f beside, and returns when it waits.
func waiting(t *testing.T, f func() error) <-chan outcome {
	t.Helper()
	return besideAny(t, f)
}

func TestAReadGivesExactlyWhatWasAskedFor(t *testing.T) {
	overKinds(t, func(t *testing.T, near, far subject) {
		tell(t, far, "abcdef")
		hear(t, near, "ab")
		result := waiting(t, func() error {
			p := make([]byte, 6)
			err := near.ReadExactly(p)
			if err == nil && string(p) != "cdefgh" {
				err = errors.New(string(p))
			}
			return err
		})
		tell(t, far, "gh")
		must(t, outcomeOf(t, result).err)
	})
}

func TestAWriteTakesSeveralMiB(t *testing.T) {
	overKinds(t, func(t *testing.T, near, far subject) {
		data := random(4 << 20)
		before, err := near.Counters()
		must(t, err)
		_, result := start(func() ([]byte, error) {
			if err := second(near.Write(data)); err != nil {
				return nil, err
			}
			return nil, near.Flush()
		})
		arrived := make([]byte, len(data))
		must(t, far.ReadExactly(arrived))
		wantBytes(t, arrived, data)
		must(t, outcomeOf(t, result).err)
		counters, err := near.Counters()
		if err != nil || counters.BytesWritten-before.BytesWritten != uint64(len(data)) {
			t.Fatal(counters, err)
		}
	})
}

func TestBothDirectionsAreUsedAtOnce(t *testing.T) {
	overKinds(t, func(t *testing.T, near, far subject) {
		data := random(1 << 20)
		var results []<-chan outcome
		for _, stream := range []subject{near, far} {
			stream := stream
			_, writing := start(func() ([]byte, error) {
				if err := second(stream.Write(data)); err != nil {
					return nil, err
				}
				return nil, stream.Flush()
			})
			_, reading := start(func() ([]byte, error) {
				arrived := make([]byte, len(data))
				return arrived, stream.ReadExactly(arrived)
			})
			results = append(results, writing, reading)
		}
		for _, result := range results {
			o := outcomeOf(t, result)
			must(t, o.err)
			if o.payload != nil {
				wantBytes(t, o.payload, data)
			}
		}
	})
}

func TestPollSaysWhetherThereIsSomething(t *testing.T) {
	overKinds(t, func(t *testing.T, near, far subject) {
		ready, err := near.Poll(0)
		if errors.Is(err, firth.ErrNotSupported) {
			return
		}
		if ready || err != nil {
			t.Fatal(ready, err)
		}
		ready, err = near.Poll(short)
		if ready || err != nil {
			t.Fatal(ready, err)
		}
		tell(t, far, "x")
		for i := 0; i < 2; i++ {
			if ready, err = near.Poll(long); !ready || err != nil {
				t.Fatal(ready, err)
			}
		}
		hear(t, near, "x")
		must(t, far.Finish())
		if ready, err = near.Poll(long); !ready || err != nil {
			t.Fatal("at the end:", ready, err)
		}
		must(t, near.Close())
		_, err = near.Poll(0)
		wantIs(t, err, net.ErrClosed)
	})
}

func TestATimeoutOfReadingKeepsWhatCame(t *testing.T) {
	overTimedKinds(t, func(t *testing.T, near, far subject) {
		tell(t, far, "ab")
		must(t, near.SetTimeout(short))
		wantIs(t, near.ReadExactly(make([]byte, 3)), os.ErrDeadlineExceeded)
		must(t, near.SetTimeout(0))
		wantIs(t, near.ReadExactly(make([]byte, 3)), os.ErrDeadlineExceeded)
		tell(t, far, "c")
		must(t, near.SetTimeout(long))
		hear(t, near, "abc")
	})
}

func TestATimeoutOfWritingTellsWhatWasTaken(t *testing.T) {
	data := random(32 << 20)
	overTimedKinds(t, func(t *testing.T, near, far subject) {
		must(t, near.SetTimeout(short))
		count, err := near.Write(data)
		wantIs(t, err, os.ErrDeadlineExceeded)
		must(t, near.SetTimeout(firth.Forever))
		_, result := start(func() ([]byte, error) { return nil, near.Flush() })
		arrived := make([]byte, count)
		must(t, far.ReadExactly(arrived))
		wantBytes(t, arrived, data[:count])
		must(t, outcomeOf(t, result).err)
		tell(t, near, "next")
		hear(t, far, "next")
	})
}

func TestADeadlineAContextAndWakeEndWhatIsBlocked(t *testing.T) {
	overTimedKinds(t, func(t *testing.T, near, far subject) {
		reading := func() error { return near.ReadExactly(make([]byte, 1)) }
		result := waiting(t, reading)
		must(t, near.SetDeadline(time.Now()))
		wantIs(t, outcomeOf(t, result).err, os.ErrDeadlineExceeded)
		must(t, near.SetDeadline(time.Time{}))

		result = waiting(t, reading)
		must(t, near.Wake())
		wantIs(t, outcomeOf(t, result).err, firth.ErrInterrupted)

		ctx, cancel := context.WithCancel(context.Background())
		result = waiting(t, func() error { return second(near.ReadContext(ctx, make([]byte, 1))) })
		cancel()
		wantIs(t, outcomeOf(t, result).err, context.Canceled)

		tell(t, far, "still here")
		hear(t, near, "still here")
	})
}

func TestCloseEndsAReaderAndAWriterFromAnotherGoroutine(t *testing.T) {
	overKinds(t, func(t *testing.T, near, far subject) {
		reading := waiting(t, func() error { return near.ReadExactly(make([]byte, 1)) })
		writing := waiting(t, func() error { return second(near.Write(make([]byte, 64<<20))) })
		var group sync.WaitGroup
		for i := 0; i < 4; i++ {
			group.Add(1)
			go func() {
				defer group.Done()
				near.Close()
			}()
		}
		group.Wait()
		wantIs(t, outcomeOf(t, reading).err, net.ErrClosed)
		wantIs(t, outcomeOf(t, writing).err, net.ErrClosed)
		if !near.Closed() {
			t.Fatal("not closed")
		}
		wantIs(t, second(near.Write([]byte("x"))), net.ErrClosed)
		wantIs(t, second(near.Read(make([]byte, 1))), net.ErrClosed)
		must(t, near.Close())
	})
}

func TestWhatWasSaidBeforeTheEndIsReadFirst(t *testing.T) {
	overKinds(t, func(t *testing.T, near, far subject) {
		say(t, far, "last words")
		must(t, far.Finish())
		hear(t, near, "last words")
		if _, err := near.Read(make([]byte, 1)); err != io.EOF {
			t.Fatal(err)
		}
		if !near.Closed() {
			t.Fatal("not closed")
		}
		must(t, near.Close())
	})
}

func TestAnEndInsideOfWhatWasAskedForIsALoss(t *testing.T) {
	overKinds(t, func(t *testing.T, near, far subject) {
		say(t, far, "ab")
		must(t, far.Finish())
		wantIs(t, near.ReadExactly(make([]byte, 3)), io.ErrUnexpectedEOF, firth.ErrConnectionLost)
	})
}

func TestFinishDeliversEverything(t *testing.T) {
	overKinds(t, func(t *testing.T, near, far subject) {
		say(t, near, "everything")
		_, result := start(func() ([]byte, error) { return nil, near.Finish() })
		hear(t, far, "everything")
		wantIs(t, second(far.Read(make([]byte, 1))), io.EOF)
		must(t, far.Close())
		must(t, outcomeOf(t, result).err)
	})
}

func TestWhatIsUnreadComesFirst(t *testing.T) {
	overKinds(t, func(t *testing.T, near, far subject) {
		tell(t, far, "c")
		must(t, near.Unread([]byte("ab")))
		hear(t, near, "abc")
	})
}

func TestPayloadsPassInBothDirections(t *testing.T) {
	overKinds(t, func(t *testing.T, near, far subject) {
		one, other := channelOver(t, near, nil), channelOver(t, far, nil)
		for _, size := range []int{0, 1, 3001, 1 << 20} {
			arrives(t, one, other, random(size))
			arrives(t, other, one, text(size))
		}
	})
}

func TestATimeoutInsideAFrameLosesNothing(t *testing.T) {
	overTimedKinds(t, func(t *testing.T, near, far subject) {
		channel := channelOver(t, near, nil)
		whole := string(frame(0, []byte("brine")))
		for at := 0; at < len(whole); at += 3 {
			tell(t, far, whole[:at])
			_, err := channel.RecvContext(within(t, 2*time.Millisecond))
			wantIs(t, err, os.ErrDeadlineExceeded)
			tell(t, far, whole[at:])
			wantReceived(t, channel, []byte("brine"))
		}
	})
}

func TestNoKindLeavesADescriptorOpen(t *testing.T) {
	for name, open := range kinds {
		use := func() {
			near, far := open(t)
			tell(t, near, "x")
			hear(t, far, "x")
			ignoreUnsent(near.Close())
			ignoreUnsent(far.Close())
		}
		use() // what is made once
		before := descriptors(t)
		for i := 0; i < 3; i++ {
			use()
		}
		for end := time.Now().Add(long); descriptors(t) > before; runtime.Gosched() {
			if time.Now().After(end) { // a child may take its time to end
				t.Fatalf("%s: %d descriptors more", name, descriptors(t)-before)
			}
		}
	}
}
