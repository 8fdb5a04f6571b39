//go:build ignore

// Sends one payload to a peer that answers each payload with itself.
// Usage: go run hello.go HOST PORT
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"

	"firth.dev/firth"
)

func main() {
	port, _ := strconv.Atoi(os.Args[2])
	stream, err := firth.ConnectSocketStream(os.Args[1], port, nil)
	check(err)
	channel, err := firth.NewChannel(stream, nil)
	check(err)
	defer channel.Finish()

	check(channel.Send([]byte("hello, brine")))
	payload, err := channel.Recv()
	check(err)
	fmt.Println(string(payload))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
