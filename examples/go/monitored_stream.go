//go:build ignore

// A stream of one's own that tells what goes through another one.
//
// Beyond the document's: it has what it does not tell of, such as deadlines and Poll, from
// the stream that it embeds.
//
// Usage: go run monitored_stream.go HOST PORT
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"firth.dev/firth"
)

type monitoredStream struct {
	*firth.SocketStream
	bytesSent, bytesReceived int
	start                    time.Time
}

func (m *monitoredStream) Read(into []byte) (int, error) {
	count, err := m.SocketStream.Read(into)
	m.bytesReceived += count
	fmt.Printf("READ: %d bytes (total: %d)\n", count, m.bytesReceived)
	return count, err
}

func (m *monitoredStream) Write(data []byte) (int, error) {
	count, err := m.SocketStream.Write(data)
	m.bytesSent += count
	fmt.Printf("WRITE: %d bytes (total: %d)\n", count, m.bytesSent)
	return count, err
}

func (m *monitoredStream) Close() error {
	fmt.Printf("Stream closed after %.2fs\n", time.Since(m.start).Seconds())
	fmt.Printf("Total sent: %d bytes\n", m.bytesSent)
	fmt.Printf("Total received: %d bytes\n", m.bytesReceived)
	return m.SocketStream.Close()
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
	channel, err := firth.NewChannel(&monitoredStream{SocketStream: base, start: time.Now()}, nil)
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
	return channel.Finish() // closes, which tells the totals
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: monitored_stream HOST PORT")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}
