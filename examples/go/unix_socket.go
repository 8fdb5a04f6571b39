//go:build ignore

// The same over a unix socket, for peers on one machine.
//
// Usage: go run unix_socket.go PATH
package main

import (
	"fmt"
	"log"
	"os"

	"firth.dev/firth"
)

func run(path string) error {
	stream, err := firth.CreateUnixStream(path)
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
	if len(os.Args) != 2 {
		log.Fatal("usage: unix_socket PATH")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}
