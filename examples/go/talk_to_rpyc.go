//go:build ignore

// Talks to real rpyc: requests to a server, payloads to an echo.
//
// Usage: go run talk_to_rpyc.go SERVER DIALECT ECHO
//
//	SERVER   an rpyc server: tcp:HOST:PORT or unix:PATH
//	DIALECT  5 or 6, the major version of its rpyc
//	ECHO     a peer that answers each payload with itself
package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"firth.dev/firth"
)

func connect(address string) (*firth.Channel, error) {
	stream, err := open(address)
	if err != nil {
		return nil, err
	}
	return firth.NewChannel(stream, nil)
}

func open(address string) (*firth.SocketStream, error) {
	kind, where, _ := strings.Cut(address, ":")
	if kind == "unix" {
		return firth.UnixConnectSocketStream(where, firth.ConnectTimeout)
	}
	colon := strings.LastIndex(where, ":")
	if kind != "tcp" || colon < 0 {
		return nil, errors.New("an address is tcp:HOST:PORT or unix:PATH")
	}
	port, err := strconv.Atoi(where[colon+1:])
	if err != nil {
		return nil, err
	}
	return firth.ConnectSocketStream(where[:colon], port, nil)
}

// rpyc's messages, written in brine: \x02 is the empty tuple; \x10, \x11 and \x12 begin
// tuples of one, two and three; \x50, \x51, ... are the integers 0, 1, ...; \x08\x0e and
// a length begin a string.
const (
	// A request's arguments: (handler, (1, (...))), 1 for "these are values".
	getroot = "\x11\x53\x11\x51\x02"                        // handler 3, ()
	ping    = "\x11\x51\x11\x51\x10\x08\x0e\x0bmeets brine" // handler 1, ("meets brine",)
	// A reply's: (4, (name, two ids)) for a reference, (1, value) for a value.
	root = "\x11\x54\x12"
	pong = "\x11\x51\x08\x0e\x0bmeets brine"

	request, reply = 1, 2
)

// message is (kind, sequence number, arguments); from 6.0 on the kind is one byte before
// the brine.
func message(dialect string, kind, sequence byte, arguments string) []byte {
	start := []byte{0x12, 0x50 + kind}
	if dialect == "6" {
		start = []byte{kind, 0x11}
	}
	return append(append(start, 0x50+sequence), arguments...)
}

func talk(server, dialect string) error {
	channel, err := connect(server)
	if err != nil {
		return err
	}
	defer channel.Close()
	answer, err := ask(channel, message(dialect, request, 0, getroot))
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(answer, message(dialect, reply, 0, root)) {
		return fmt.Errorf("getroot: an unexpected reply %x", answer)
	}
	fmt.Println("getroot ok")

	answer, err = ask(channel, message(dialect, request, 1, ping))
	if err != nil {
		return err
	}
	if !bytes.Equal(answer, message(dialect, reply, 1, pong)) {
		return fmt.Errorf("ping: an unexpected reply %x", answer)
	}
	fmt.Println("ping ok")
	return nil
}

func ask(channel *firth.Channel, payload []byte) ([]byte, error) {
	if err := channel.Send(payload); err != nil {
		return nil, err
	}
	return channel.Recv()
}

var sizes = []int{0, 1, 16, 2999, 3000, 3001, 64000, 65536, 1 << 20, 4 << 20}

func text(size int) []byte {
	const line = "firth meets brine\n"
	return bytes.Repeat([]byte(line), size/len(line)+1)[:size]
}

func random(size int) []byte {
	payload := make([]byte, size)
	rand.Read(payload)
	return payload
}

func echo(channel *firth.Channel, kind string, payload []byte) error {
	answer, err := ask(channel, payload)
	if err != nil {
		return err
	}
	if !bytes.Equal(answer, payload) {
		return fmt.Errorf("echo: another payload came back for %s %d", kind, len(payload))
	}
	fmt.Printf("echo %s %d ok\n", kind, len(payload))
	return nil
}

// roundTrip is the median of 2000 round trips of 16 bytes.
func roundTrip(channel *firth.Channel) (time.Duration, error) {
	payload, times := random(16), []time.Duration{}
	for i := -200; i < 2000; i++ {
		start := time.Now()
		if _, err := ask(channel, payload); err != nil {
			return 0, err
		}
		if i >= 0 {
			times = append(times, time.Since(start))
		}
	}
	sort.Slice(times, func(a, b int) bool { return times[a] < times[b] })
	return (times[999] + times[1000]) / 2, nil
}

func exchange(peer string) error {
	channel, err := connect(peer)
	if err != nil {
		return err
	}
	defer channel.Close()
	for _, size := range sizes {
		if err := echo(channel, "text", text(size)); err != nil {
			return err
		}
		if err := echo(channel, "random", random(size)); err != nil {
			return err
		}
	}
	median, err := roundTrip(channel)
	if err != nil {
		return err
	}
	fmt.Printf("round_trip_us %.1f\n", float64(median.Nanoseconds())/1000)
	return nil
}

func run(arguments []string) error {
	if len(arguments) != 3 || arguments[1] != "5" && arguments[1] != "6" {
		return errors.New("usage: talk_to_rpyc SERVER 5|6 ECHO")
	}
	if err := talk(arguments[0], arguments[1]); err != nil {
		return err
	}
	return exchange(arguments[2])
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
