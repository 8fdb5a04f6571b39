//go:build ignore

// A thousand small payloads to a peer that answers each with itself: one at a time, in
// batches, and corked.
//
// Other than the document's: its loop waits for each answer before it sends the next payload,
// and then there is never a second one to send along. The later rounds collect the answers
// afterwards.
//
// Usage: go run performance_optimized_streaming.go HOST PORT
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"firth.dev/firth"
)

const payloads = 1000

func payload(i int) string { return fmt.Sprint("operation ", i) }

func send(channel *firth.Channel, i int) error { return channel.Send([]byte(payload(i))) }

func receive(channel *firth.Channel, i int) error {
	answer, err := channel.Recv()
	if err == nil && string(answer) != payload(i) {
		err = fmt.Errorf("expected %q, got %q", payload(i), answer)
	}
	return err
}

// forAll does each thing for every payload, one thing after the other.
func forAll(channel *firth.Channel, things ...func(*firth.Channel, int) error) error {
	for _, do := range things {
		for i := 0; i < payloads; i++ {
			if err := do(channel, i); err != nil {
				return err
			}
		}
	}
	return nil
}

func oneAtATime(channel *firth.Channel) error {
	return forAll(channel, func(channel *firth.Channel, i int) error {
		if err := send(channel, i); err != nil {
			return err
		}
		return receive(channel, i)
	})
}

func batched(channel *firth.Channel) error { return forAll(channel, send, receive) }

func corked(channel *firth.Channel) error {
	if err := channel.Cork(); err != nil {
		return err
	}
	if err := forAll(channel, send); err != nil {
		return err
	}
	if err := channel.Uncork(); err != nil {
		return err
	}
	return forAll(channel, receive)
}

// count tells how many system calls it took.
func count(name string, base *firth.SocketStream, channel *firth.Channel,
	way func(*firth.Channel) error) error {
	before, err := base.Counters()
	if err != nil {
		return err
	}
	if err := way(channel); err != nil {
		return err
	}
	after, err := base.Counters()
	fmt.Printf("%s: %d payloads, %d writes, %d reads\n", name, payloads,
		after.WriteCalls-before.WriteCalls, after.ReadCalls-before.ReadCalls)
	return err
}

func run(host, portText string) error {
	port, err := strconv.Atoi(portText)
	if err != nil {
		return err
	}
	base, err := firth.ConnectSocketStream(host, port, nil)
	if err != nil {
		return err
	}
	defer base.Close()
	buffered, err := firth.NewBufferedStream(base, &firth.BufferedOptions{BufferSize: 32768})
	if err != nil {
		return err
	}
	channel, err := firth.NewBatchingChannel(buffered, 20, 50*time.Millisecond, nil)
	if err != nil {
		return err
	}
	if err := count("one_at_a_time", base, channel, oneAtATime); err != nil {
		return err
	}
	if err := count("batched", base, channel, batched); err != nil {
		return err
	}
	if err := count("corked", base, channel, corked); err != nil {
		return err
	}
	return channel.Finish()
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: performance_optimized_streaming HOST PORT")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}
