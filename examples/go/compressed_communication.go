//go:build ignore

// Large data to a peer that answers each payload with itself, compressed as well as zlib can.
//
// Usage: go run compressed_communication.go HOST PORT
package main

import (
	"bytes"
	"errors"
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
	channel, err := firth.NewCompressedChannel(stream, 9, nil)
	if err != nil {
		return err
	}

	var largeData []byte
	for i := 1; i <= 10000; i++ {
		largeData = append(strconv.AppendInt(largeData, int64(i), 10), ' ')
	}
	if err := channel.Send(largeData); err != nil {
		return err
	}
	answer, err := channel.Recv()
	if err != nil {
		return err
	}
	if !bytes.Equal(answer, largeData) {
		return errors.New("another answer")
	}

	counters, err := stream.Counters()
	if err != nil {
		return err
	}
	size, sent := len(largeData), int(counters.BytesWritten)
	fmt.Printf("Data: %d bytes, sent as %d bytes, %d %% saved\n", size, sent, 100-100*sent/size)
	return channel.Finish()
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: compressed_communication HOST PORT")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}
