//go:build ignore

// A child process as the peer.
//
// Usage: go run pipe_subprocess.go COMMAND ARGUMENT...
package main

import (
	"fmt"
	"log"
	"os"

	"firth.dev/firth"
)

func run(command []string) error {
	stream, err := firth.CreatePipeStream(command, nil)
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

	if err := channel.Finish(); err != nil { // the child's input ends, and then the child
		return err
	}
	status, err := stream.ExitStatus()
	if err != nil {
		return err
	}
	fmt.Println("exit status", status)
	return nil
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: pipe_subprocess COMMAND ARGUMENT...")
	}
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}
