package firth_test

import (
	"io"
	"net"
	"testing"

	"firth.dev/firth"
)

func TestAThousandBlockedReceiversAreGoroutinesAndNotThreads(t *testing.T) {
	const receivers = 1000
	senders, names, results := []*firth.Channel{}, []string{}, []<-chan outcome{}
	for i := 0; i < receivers; i++ {
		one, other := channels(t)
		name, result := start(other.Recv)
		senders, names, results = append(senders, one), append(names, <-name), append(results, result)
	}
	awaitWaiting(t, names)
	if count := threads(t); count > 50 {
		t.Errorf("%d threads", count)
	}
	for _, sender := range senders {
		must(t, sender.Send([]byte("brine")))
	}
	for _, result := range results {
		must(t, outcomeOf(t, result).err)
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

// BenchmarkRoundTrip16Bytes waits twice in each round, as real peers do.
func BenchmarkRoundTrip16Bytes(b *testing.B) {
	one, other := channels(&testing.T{})
	go func() {
		for {
			payload, err := other.Recv()
			if err != nil || other.Send(payload) != nil {
				return
			}
		}
	}()
	payload := random(16)
	for i := 0; i < b.N; i++ {
		one.Send(payload)
		if _, err := one.Recv(); err != nil {
			b.Fatal(err)
		}
	}
	one.Close()
}

func BenchmarkNetConnRoundTrip16Bytes(b *testing.B) {
	one, other := conns(&testing.T{}, "unix", b.TempDir()+"/socket")
	echo := func(from, to net.Conn) bool {
		whole := make([]byte, 22)
		_, err := io.ReadFull(from, whole[:5])
		if err == nil {
			_, err = io.ReadFull(from, whole[5:])
		}
		if err == nil && to != nil {
			_, err = to.Write(whole)
		}
		return err == nil
	}
	go func() {
		for echo(other, other) {
		}
	}()
	whole := frame(0, random(16))
	for i := 0; i < b.N; i++ {
		one.Write(whole)
		if !echo(one, nil) {
			b.Fatal("lost")
		}
	}
	one.Close()
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
