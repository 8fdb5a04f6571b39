package firth_test

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"firth.dev/firth"
)

func TestATimeOutOfRecvKeepsWhatArrived(t *testing.T) {
	channel, peer := channelAndPeer(t, nil)
	sent := frame(0, []byte("brine"))
	for _, b := range sent[:len(sent)-1] {
		write(t, peer, []byte{b})
		_, err := channel.RecvContext(within(t, time.Millisecond))
		wantIs(t, err, os.ErrDeadlineExceeded, context.DeadlineExceeded)
	}
	write(t, peer, sent[len(sent)-1:])
	wantReceived(t, channel, []byte("brine"))
}

func TestATimeOutInALargePayloadKeepsWhatArrived(t *testing.T) {
	channel, peer := channelAndPeer(t, nil)
	sent := random(3 << 20)
	whole := frame(0, sent)
	must(t, peer.SetTimeout(0))
	for len(whole) > 0 {
		count, err := peer.Write(whole)
		if whole = whole[count:]; err == nil {
			break
		}
		wantCode(t, err, firth.CodeTimeout)
		for ready := true; ready; {
			_, err = channel.RecvContext(within(t, time.Millisecond))
			wantIs(t, err, os.ErrDeadlineExceeded)
			ready, err = channel.Poll(0)
			must(t, err)
		}
	}
	wantReceived(t, channel, sent)
}

func TestASendThatTimedOutIsFinishedByFlush(t *testing.T) {
	one, other := channels(t)
	payloads := fill(t, one)
	if one.Pending() == 0 {
		t.Fatal("nothing is pending")
	}
	flushed := beside(t, func() ([]byte, error) { return nil, one.Flush() })
	for i := 0; i < payloads; i++ {
		wantReceived(t, other, random(100000))
	}
	must(t, outcomeOf(t, flushed).err)
	if one.Pending() != 0 {
		t.Fatal(one.Pending())
	}
}

func TestAPayloadBehindAnUnsentOneIsBusyAndNotTaken(t *testing.T) {
	one, other := channels(t)
	payloads := fill(t, one)
	err := one.SendContext(within(t, short), []byte("not taken"))
	wantIs(t, err, firth.ErrBusy, os.ErrDeadlineExceeded, context.DeadlineExceeded)
	go one.Send([]byte("taken"))
	for i := 0; i < payloads; i++ {
		_, err := other.Recv()
		must(t, err)
	}
	wantReceived(t, other, []byte("taken"))
}

func TestASendThatIsWokenBehindAnUnsentOneIsBusyAndNotTaken(t *testing.T) {
	one, other := channels(t)
	payloads := fill(t, one)
	sending := beside(t, func() ([]byte, error) { return nil, one.Send([]byte("not taken")) })
	must(t, one.Stream().(*firth.SocketStream).Wake())
	wantIs(t, outcomeOf(t, sending).err, firth.ErrBusy, firth.ErrInterrupted)
	go one.Send([]byte("taken"))
	for i := 0; i < payloads; i++ {
		_, err := other.Recv()
		must(t, err)
	}
	wantReceived(t, other, []byte("taken"))
}

func TestASendThatIsWokenWhileGoingOutWasTaken(t *testing.T) {
	one, other := channels(t)
	sent := random(4 << 20)
	sending := beside(t, func() ([]byte, error) { return nil, one.Send(sent) })
	must(t, one.Stream().(*firth.SocketStream).Wake())
	wantCode(t, outcomeOf(t, sending).err, firth.CodeInterrupted)
	go one.Flush()
	wantReceived(t, other, sent)
}

func TestASenderWhoseTurnDoesNotComeIsBusy(t *testing.T) {
	one, _ := channels(t)
	fill(t, one)
	first := beside(t, func() ([]byte, error) { return nil, one.Flush() })
	err := one.SendContext(within(t, short), nil)
	wantIs(t, err, firth.ErrBusy, os.ErrDeadlineExceeded)
	must(t, one.Stream().(*firth.SocketStream).SetTimeout(0))
	wantIs(t, one.Send(nil), firth.ErrBusy)
	one.Close()
	wantIs(t, outcomeOf(t, first).err, net.ErrClosed)
}

func TestASendThatIsCancelledWhileGoingOutWasTaken(t *testing.T) {
	one, other := channels(t)
	sent := random(4 << 20)
	ctx, cancel := context.WithCancel(context.Background())
	sending := beside(t, func() ([]byte, error) { return nil, one.SendContext(ctx, sent) })
	cancel()
	err := outcomeOf(t, sending).err
	wantIs(t, err, context.Canceled, firth.ErrInterrupted)
	if errors.Is(err, firth.ErrBusy) {
		t.Fatal("it says that the payload was not taken")
	}
	go one.Flush()
	wantReceived(t, other, sent)
}

func TestCancellationWakesABlockedRecv(t *testing.T) {
	channel, _ := channels(t)
	ctx, cancel := context.WithCancel(context.Background())
	result := beside(t, func() ([]byte, error) { return channel.RecvContext(ctx) })
	cancel()
	wantIs(t, outcomeOf(t, result).err, context.Canceled, firth.ErrInterrupted)
}

func TestCancellationWakesWhoWaitsForATurn(t *testing.T) {
	channel, _ := channels(t)
	first := recvBeside(t, channel)
	ctx, cancel := context.WithCancel(context.Background())
	second := beside(t, func() ([]byte, error) { return channel.RecvContext(ctx) })
	cancel()
	wantIs(t, outcomeOf(t, second).err, context.Canceled)
	channel.Close()
	wantIs(t, outcomeOf(t, first).err, net.ErrClosed)
}

func TestACallWithADoneContextDoesNothing(t *testing.T) {
	one, other := channels(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	wantIs(t, one.SendContext(ctx, []byte("not taken")), firth.ErrBusy, context.Canceled)
	must(t, one.Send([]byte("taken")))
	_, err := other.RecvContext(ctx)
	wantIs(t, err, context.Canceled)
	wantReceived(t, other, []byte("taken"))
}

func TestANilContextIsNone(t *testing.T) {
	one, other := channels(t)
	var none context.Context
	must(t, one.SendContext(none, nil))
	_, err := other.RecvContext(none)
	must(t, err)
}

func TestADeadlineWakesABlockedRecv(t *testing.T) {
	one, other := channels(t)
	result := recvBeside(t, other)
	must(t, other.SetReadDeadline(time.Now()))
	wantIs(t, outcomeOf(t, result).err, os.ErrDeadlineExceeded)

	must(t, other.SetReadDeadline(time.Time{}))
	must(t, one.Send([]byte("brine")))
	wantReceived(t, other, []byte("brine"))
}

func TestADeadlineWakesWhoWaitsForATurn(t *testing.T) {
	channel, _ := channels(t)
	first, second := recvBeside(t, channel), recvBeside(t, channel)
	must(t, channel.SetDeadline(time.Now().Add(short)))
	for _, result := range []<-chan outcome{first, second} {
		wantIs(t, outcomeOf(t, result).err, os.ErrDeadlineExceeded)
	}
}

func TestAWriteDeadlineEndsABlockedSend(t *testing.T) {
	channel, _ := channels(t)
	payload := random(4 << 20)
	must(t, channel.SetCompress(false))
	must(t, channel.SetWriteDeadline(time.Now().Add(10*short)))
	err := channel.Send(payload)
	failed := wantCode(t, err, firth.CodeTimeout)
	if !failed.Timeout() || !failed.Temporary() || channel.Pending() == 0 {
		t.Fatal(failed, channel.Pending())
	}
}

func TestTheStreamsTimeOutHoldsForCallsThatGiveNone(t *testing.T) {
	channel, _ := channels(t)
	stream := channel.Stream().(*firth.SocketStream)
	if stream.Timeout() >= 0 {
		t.Fatal(stream.Timeout())
	}
	for _, timeout := range []time.Duration{0, time.Nanosecond, short} {
		must(t, stream.SetTimeout(timeout))
		if stream.Timeout() != timeout {
			t.Fatal(stream.Timeout())
		}
		start := time.Now()
		_, err := channel.Recv()
		wantIs(t, err, os.ErrDeadlineExceeded)
		if time.Since(start) < timeout {
			t.Fatal("too early")
		}
	}
}

func TestATimeOutOfZeroTakesWhatIsThere(t *testing.T) {
	one, other := channels(t)
	for _, timeout := range []time.Duration{0, time.Nanosecond} {
		must(t, other.Stream().(*firth.SocketStream).SetTimeout(timeout))
		must(t, one.Send([]byte("brine")))
		wantReceived(t, other, []byte("brine"))
		_, err := other.Recv()
		wantIs(t, err, os.ErrDeadlineExceeded)
	}
}

func TestReadExactlyKeepsWhatArrivedBeforeATimeOut(t *testing.T) {
	one, other := streams(t)
	write(t, one, []byte("bri"))
	p := make([]byte, 5)
	wantIs(t, other.ReadExactlyContext(within(t, short), p), os.ErrDeadlineExceeded)
	write(t, one, []byte("ne"))
	must(t, other.ReadExactly(p))
	wantBytes(t, p, []byte("brine"))
}

func TestAWriteThatTimesOutTellsTheCountTaken(t *testing.T) {
	one, other := streams(t)
	data := random(4 << 20)
	count, err := one.WriteContext(within(t, 10*short), data)
	failed := wantCode(t, err, firth.CodeTimeout)
	if count == len(data) || failed.Count != count {
		t.Fatal(count, failed.Count)
	}
	got := make([]byte, count)
	must(t, other.ReadExactly(got))
	wantBytes(t, got, data[:count])
	more, err := other.Poll(0)
	must(t, err)
	if more {
		t.Fatal("more was taken than told")
	}
}

func TestWakeEndsTheCallsThatAreBlockedAndNoOthers(t *testing.T) {
	one, other := channels(t)
	first, second := recvBeside(t, other), recvBeside(t, other)
	must(t, other.Stream().(*firth.SocketStream).Wake())
	for _, result := range []<-chan outcome{first, second} {
		wantCode(t, outcomeOf(t, result).err, firth.CodeInterrupted)
	}
	third := recvBeside(t, other)
	must(t, one.Send([]byte("brine")))
	must(t, outcomeOf(t, third).err)
}

func TestAWakeWithoutABlockedCallEndsTheNextThatWouldBlock(t *testing.T) {
	one, other := channels(t)
	must(t, one.Send([]byte("brine")))
	must(t, other.Stream().(*firth.SocketStream).Wake())
	_, err := other.Recv()
	must(t, err)
	_, err = other.Recv()
	wantCode(t, err, firth.CodeInterrupted)
}
