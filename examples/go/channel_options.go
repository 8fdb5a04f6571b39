//go:build ignore

// Three payloads in one write, to a peer that answers each with itself.
// Usage: go run channel_options.go HOST PORT
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"firth.dev/firth"
)

func main() {
	port, _ := strconv.Atoi(os.Args[2])
	stream, err := firth.ConnectSocketStream(os.Args[1], port,
		&firth.ConnectOptions{Timeout: 10 * time.Second})
	check(err)
	channel, err := firth.NewChannel(stream, &firth.ChannelOptions{
		Level: 6, BatchSize: 20, BatchTimeout: 50 * time.Millisecond,
		Limits: firth.Limits{Frame: 1 << 20, Inflated: 4 << 20},
	})
	check(err)
	defer channel.Finish()

	check(channel.Cork())
	for _, payload := range []string{"one", "two", strings.Repeat("three", 1000)} {
		check(channel.Send([]byte(payload)))
	}
	check(channel.Uncork())
	check(channel.SetReadDeadline(time.Now().Add(10 * time.Second)))
	for i := 0; i < 3; i++ {
		payload, err := channel.Recv()
		check(err)
		fmt.Println(len(payload), "bytes")
	}
	counters, err := stream.Counters()
	check(err)
	fmt.Println(counters.WriteCalls, "write")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
