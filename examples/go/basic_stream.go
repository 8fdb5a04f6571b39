//go:build ignore

// A payload to a peer that answers each with itself.
//
// Usage: go run basic_stream.go HOST PORT
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"

	"firth.dev/firth"
)

func run(host, portText string) error {
	port, err := strconv.Atoi(portText)
	if err != nil {
		return err
	}
	stream, err := firth.ConnectSocketStream(host, port, nil)
	if err != nil {
		return err
	}
	defer stream.Close()
	channel, err := firth.NewChannel(stream, nil)
	if err != nil {
		return err
	}

	if err := channel.Send([]byte("Hello RPyC")); err != nil {
		return err
	}
	response, err := channel.Recv()
	if err != nil {
		return err
	}
	fmt.Printf("Response: %s\n", response)
	return channel.Finish()
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: basic_stream HOST PORT")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}
