package firth_test

import (
	"io"
	"testing"

	"firth.dev/firth"
)

func TestAThousandBlockedReceiversAreGoroutinesAndNotThreads(t *testing.T) {
	const receivers = 1000
	senders := make([]*firth.Channel, receivers)
	results := make(chan outcome, receivers)
	before := waiting()
	for i := range senders {
		one, other := channels(t)
		senders[i] = one
		go func() {
			payload, err := other.Recv()
			results <- outcome{payload, err}
		}()
	}
	awaitWaiting(t, before+receivers)
	if count := threads(t); count > 50 {
		t.Errorf("%d threads", count)
	}
	for _, sender := range senders {
		must(t, sender.Send([]byte("brine")))
	}
	for range senders {
		must(t, outcomeOf(t, results).err)
	}
}

func BenchmarkSendAndRecv16Bytes(b *testing.B) {
	benchmark(b, 16)
}

func BenchmarkSendAndRecv64KiB(b *testing.B) {
	benchmark(b, 64<<10)
}

// The same bytes, without firth: what there is to compare with.
func BenchmarkNetConn16Bytes(b *testing.B) {
	one, other := conns(&testing.T{}, "unix", b.TempDir()+"/socket")
	whole, head, body := frame(0, random(16)), make([]byte, 5), make([]byte, 17)
	for i := 0; i < b.N; i++ {
		one.Write(whole)
		io.ReadFull(other, head)
		if _, err := io.ReadFull(other, body); err != nil {
			b.Fatal(err)
		}
	}
}

// benchmark sends and receives one payload after another over a unix socket pair.
func benchmark(b *testing.B, size int) {
	t := &testing.T{}
	one, other := channels(t)
	must(t, one.SetCompress(false))
	payload := random(size)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if err := one.Send(payload); err != nil {
			b.Fatal(err)
		}
		if _, err := other.Recv(); err != nil {
			b.Fatal(err)
		}
	}
}
