//go:build ignore

// Two ends that share a passphrase, and encrypt what they say to each other.
//
// Usage: go run encrypted_communication.go listen PASSPHRASE SALT
//
//	go run encrypted_communication.go connect HOST PORT PASSPHRASE SALT
//
// The salt is at least 16 bytes, need not be secret, and is best random: one for each pair of
// ends that shares a passphrase.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"

	"firth.dev/firth"
)

// answer answers each payload until the peer has finished: io.EOF. A peer that only vanished
// may have had more to say: firth.ErrConnectionLost.
func answer(channel *firth.Channel) error {
	for {
		payload, err := channel.Recv()
		if err == nil {
			err = channel.Send(bytes.ToUpper(payload))
		}
		if err != nil {
			return err
		}
	}
}

func listen(key []byte) error {
	listener, err := firth.Listen("127.0.0.1", 0, nil)
	if err != nil {
		return err
	}
	defer listener.Close()
	fmt.Println("listening tcp 127.0.0.1", listener.Port())
	stream, err := listener.Accept()
	if err != nil {
		return err
	}
	defer stream.Close()
	channel, err := firth.NewEncryptedChannel(stream, key, nil)
	if err != nil {
		return err
	}
	if err := answer(channel); !errors.Is(err, io.EOF) {
		return err
	}
	fmt.Println("The peer has finished")
	return channel.Finish()
}

func connect(host, portText string, key []byte) error {
	port, err := strconv.Atoi(portText)
	if err != nil {
		return err
	}
	stream, err := firth.ConnectSocketStream(host, port, nil)
	if err != nil {
		return err
	}
	defer stream.Close()
	channel, err := firth.NewEncryptedChannel(stream, key, nil)
	if err != nil {
		return err
	}
	if err := channel.Send([]byte("hello, brine")); err != nil {
		return err
	}
	response, err := channel.Recv()
	if err != nil {
		return err
	}
	fmt.Printf("Response: %s\n", response)
	return channel.Finish()
}

func run(words []string) error {
	last := len(words) - 1
	key, err := firth.KeyFromPassphrase([]byte(words[last-1]), []byte(words[last]))
	if err != nil {
		return err
	}
	if words[0] == "listen" {
		return listen(key)
	}
	return connect(words[1], words[2], key)
}

func main() {
	log.SetFlags(0)
	words := os.Args[1:]
	if len(words) != 3 && len(words) != 5 {
		log.Fatal("usage: encrypted_communication listen|connect [HOST PORT] PASSPHRASE SALT")
	}
	if err := run(words); err != nil {
		log.Fatal(err)
	}
}
