package firth_test

import (
	"errors"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"firth.dev/firth"
)

func TestCloseWakesWhoeverIsBlocked(t *testing.T) {
	for name, block := range map[string]func(*firth.Channel, *firth.SocketStream) error{
		"Recv":        func(c *firth.Channel, _ *firth.SocketStream) error { _, err := c.Recv(); return err },
		"Poll":        func(c *firth.Channel, _ *firth.SocketStream) error { _, err := c.Poll(firth.Forever); return err },
		"Send":        func(c *firth.Channel, _ *firth.SocketStream) error { return c.Send(random(4 << 20)) },
		"Read":        func(_ *firth.Channel, s *firth.SocketStream) error { _, err := s.Read(make([]byte, 1)); return err },
		"ReadExactly": func(_ *firth.Channel, s *firth.SocketStream) error { return s.ReadExactly(make([]byte, 1)) },
		"Write":       func(_ *firth.Channel, s *firth.SocketStream) error { _, err := s.Write(random(4 << 20)); return err },
	} {
		block := block
		t.Run(name, func(t *testing.T) {
			channel, _ := channels(t)
			stream := channel.Stream().(*firth.SocketStream)
			result := beside(t, func() ([]byte, error) { return nil, block(channel, stream) })
			must(t, ignoreUnsent(channel.Close()))
			wantIs(t, outcomeOf(t, result).err, net.ErrClosed)
		})
	}
}

func ignoreUnsent(err error) error {
	if errors.Is(err, firth.ErrUnsent) {
		return nil
	}
	return err
}

func TestCloseWakesWhoWaitsForATurn(t *testing.T) {
	channel, _ := channels(t)
	first, second := recvBeside(t, channel), recvBeside(t, channel)
	must(t, channel.Close())
	for _, result := range []<-chan outcome{first, second} {
		wantIs(t, outcomeOf(t, result).err, net.ErrClosed)
	}
}

func TestWhoDoesNotWaitForATurnHearsOfTheCloseToo(t *testing.T) {
	for i := 0; i < 50; i++ {
		channel, _ := channels(t)
		blocked := recvBeside(t, channel)
		must(t, channel.Close())
		_, err := channel.Poll(0)
		wantIs(t, err, net.ErrClosed)
		wantIs(t, outcomeOf(t, blocked).err, net.ErrClosed)
	}
}

func TestAllWhoWaitForATurnHearThatThePeerWasLost(t *testing.T) {
	channel, peer := channels(t)
	results := []<-chan outcome{}
	for i := 0; i < 5; i++ {
		results = append(results, recvBeside(t, channel))
	}
	must(t, peer.Close())
	for _, result := range results {
		wantIs(t, outcomeOf(t, result).err, io.EOF)
	}
}

func TestClosingTheStreamClosesItsChannel(t *testing.T) {
	channel, _ := channels(t)
	result := recvBeside(t, channel)
	must(t, channel.Stream().Close())
	wantIs(t, outcomeOf(t, result).err, net.ErrClosed)
	if !channel.Closed() || !channel.Stream().Closed() {
		t.Fatal("not closed")
	}
}

func TestCloseMayBeCalledAgain(t *testing.T) {
	channel, _ := channels(t)
	for i := 0; i < 3; i++ {
		must(t, channel.Close())
		must(t, channel.Stream().Close())
		must(t, channel.Finish())
		must(t, channel.Stream().(*firth.SocketStream).Finish())
	}
}

func TestEveryCallAfterCloseSaysClosed(t *testing.T) {
	channel, _ := channels(t)
	stream := channel.Stream().(*firth.SocketStream)
	must(t, channel.Close())
	p := make([]byte, 1)
	for name, err := range map[string]error{
		"Send": channel.Send(p), "Flush": channel.Flush(), "stream Flush": stream.Flush(),
		"Recv": second(channel.Recv()), "Poll": second(channel.Poll(0)),
		"Fileno": second(channel.Fileno()), "stream Poll": second(stream.Poll(firth.Forever)),
		"Read": second(stream.Read(p)), "ReadExactly": stream.ReadExactly(p),
		"Write": second(stream.Write(p)), "WriteSome": second(stream.WriteSome(p)),
		"stream Fileno": second(stream.Fileno()), "WriteFileno": second(stream.WriteFileno()),
	} {
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := stream.Counters(); err != nil {
		t.Error("the counters are gone")
	}
}

func second[T any](_ T, err error) error { return err }

func TestCloseTellsWhatIsUnsent(t *testing.T) {
	channel, _ := channels(t)
	fill(t, channel)
	pending := channel.Pending()
	failed := wantCode(t, channel.Close(), firth.CodeUnsent)
	wantIs(t, failed, firth.ErrUnsent)
	if failed.Count != pending || pending == 0 {
		t.Fatal(failed.Count, pending)
	}
}

func TestFinishSendsWhatIsPending(t *testing.T) {
	one, other := channels(t)
	payloads := fill(t, one)
	finished := beside(t, func() ([]byte, error) { return nil, one.Finish() })
	for i := 0; i < payloads; i++ {
		wantReceived(t, other, random(100000))
	}
	must(t, outcomeOf(t, finished).err)
	_, err := other.Recv()
	wantIs(t, err, io.EOF)
	if !one.Closed() {
		t.Fatal("not closed")
	}
}

func TestAFinishThatTakesTooLongClosesAllTheSame(t *testing.T) {
	channel, _ := channels(t)
	fill(t, channel)
	if err := channel.FinishContext(within(t, short)); err == nil {
		t.Fatal("it says that all was sent")
	}
	if !channel.Closed() {
		t.Fatal("not closed")
	}
}

func TestAPeerThatIsLostClosesTheChannel(t *testing.T) {
	one, other := channels(t)
	must(t, one.Close())
	_, err := other.Recv()
	wantIs(t, err, io.EOF)
	if !other.Closed() {
		t.Fatal("not closed")
	}
}

func TestNoDescriptorIsLeftBehind(t *testing.T) {
	settle()
	before := descriptors(t)
	for i := 0; i < 20; i++ {
		one, other := channels(t)
		blocked := recvBeside(t, other)
		must(t, one.Send([]byte("brine")))
		must(t, outcomeOf(t, blocked).err)
		fill(t, one)
		wantIs(t, one.SendContext(within(t, time.Millisecond), nil), firth.ErrBusy)
		wantIs(t, one.Close(), firth.ErrUnsent)
		must(t, other.Close())
	}
	if after := descriptors(t); after > before {
		t.Fatalf("%d descriptors before, %d after", before, after)
	}
}

func TestAPeerThatIsLostLeavesNoDescriptorBehind(t *testing.T) {
	settle()
	before := descriptors(t)
	kept := []*firth.Channel{}
	for i := 0; i < 20; i++ {
		one, other := channels(t)
		kept = append(kept, other)
		blocked := recvBeside(t, other)
		must(t, one.Close())
		wantIs(t, outcomeOf(t, blocked).err, io.EOF)
	}
	if after := descriptors(t); after > before {
		t.Fatalf("%d descriptors before, %d after", before, after)
	}
	runtime.KeepAlive(kept)
}

func TestWhatIsCollectedGivesBackItsDescriptors(t *testing.T) {
	settle()
	before := descriptors(t)
	for i := 0; i < 20; i++ {
		abandon(t)
	}
	for end := time.Now().Add(long); descriptors(t) > before; runtime.Gosched() {
		settle()
		if time.Now().After(end) {
			t.Fatalf("%d descriptors before, %d after", before, descriptors(t))
		}
	}
}

// abandon uses two channels and forgets them open.
func abandon(t *testing.T) {
	ends := [2]*firth.Channel{}
	one, other := sockets(t)
	for i, descriptor := range []int{one, other} {
		stream, err := firth.SocketStreamFromDescriptor(descriptor)
		must(t, err)
		ends[i] = channelOver(t, stream, nil)
	}
	blocked := recvBeside(t, ends[1])
	must(t, ends[0].Send([]byte("brine")))
	must(t, outcomeOf(t, blocked).err)
}

// settle collects what earlier tests have left.
func settle() {
	runtime.GC()
	runtime.GC()
}

func TestCloseAndUseMayRace(t *testing.T) {
	for i := 0; i < 200; i++ {
		one, other := channels(t)
		done := make(chan bool)
		for _, use := range []func(){
			func() { one.Send(text(100)) }, func() { other.Recv() }, func() { one.Poll(firth.Forever) },
			func() { one.SetDeadline(time.Now().Add(time.Hour)) }, func() { one.Close() },
			func() { other.Close() }, func() { one.Fileno() }, func() { one.Closed() },
		} {
			use := use
			go func() { use(); done <- true }()
		}
		for j := 0; j < 8; j++ {
			<-done
		}
	}
}
