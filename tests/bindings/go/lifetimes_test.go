package firth_test

import (
	"math/rand"
	"runtime"
	"sync"
	"testing"
	"time"

	"firth.dev/firth"
)

func TestWhatExistsIsCounted(t *testing.T) {
	codecs := make([]*firth.FrameCodec, 100)
	for i := range codecs {
		var err error
		codecs[i], err = firth.NewFrameCodec(nil)
		must(t, err)
	}
	if objects, allocations := firth.Live(); objects < len(codecs) || allocations < len(codecs) {
		t.Fatal(objects, allocations)
	}
	runtime.KeepAlive(codecs)
}

func TestStreamsAreUsedAndEndedInAnyOrderByAnyGoroutine(t *testing.T) {
	for _, name := range []string{"unix", "net.Conn", "pipes", "tunnel", "buffered", "custom",
		"custom, untimed", "tls", "tls, custom"} {
		open := kinds[name]
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewSource(1))
			for round := 0; round < 10; round++ {
				near, far := open(t)
				useInAnyOrder(channelOver(t, near, nil), channelOver(t, far, nil), random.Perm(8))
			}
		})
	}
}

// useInAnyOrder has goroutines do all of this at once, begun in that order.
func useInAnyOrder(one, other *firth.Channel, order []int) {
	uses := []func(){
		func() { one.Recv() },
		func() { one.Send(make([]byte, 100)); one.Flush() },
		func() { one.Finish() },
		func() { one.Stream().Close() },
		func() { other.Recv() },
		func() { other.Send(make([]byte, 100)); other.Flush() },
		func() { other.Close() },
		runtime.GC,
	}
	var group sync.WaitGroup
	for _, i := range order {
		group.Add(1)
		go func(use func()) {
			defer group.Done()
			use()
		}(uses[i])
	}
	group.Wait()
}

func TestWhatIsNeverClosedIsCollected(t *testing.T) {
	for _, open := range kinds {
		near, far := open(t)
		channelOver(t, near, nil)
		channelOver(t, far, nil)
	} // TestMain sees that nothing remains
}

// Go puts tiny objects without pointers into shared blocks, and one that lives would keep
// the finalisers of the others from running.
func TestACodecIsFreedWhateverTinyObjectLivesOn(t *testing.T) {
	objects, _ := firth.Live()
	var kept []*uintptr
	for i := 0; i < 1000; i++ {
		kept = append(kept, new(uintptr))
		_, err := firth.NewFrameCodec(nil)
		must(t, err)
	}
	for end := time.Now().Add(long); ; runtime.Gosched() {
		runtime.GC()
		left, _ := firth.Live()
		if left <= objects {
			break
		}
		if time.Now().After(end) {
			t.Fatal(left-objects, "codecs still live")
		}
	}
	runtime.KeepAlive(kept)
}
