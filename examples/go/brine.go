//go:build ignore

// Calls a function of an rpyc service, request by request: rpyc's messages are values in brine.
// For servers of rpyc 6.0 and later.
// Usage: go run brine.go HOST PORT
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"

	"firth.dev/firth"
)

const (
	request = 1 // kinds of messages
	reply   = 2

	getRoot  = 3 // what a request asks for
	callAttr = 8

	byValue = 1 // what an argument is: a value, or a reference to an object
	inTuple = 2
	yours   = 3
	mine    = 4
)

func main() {
	port, _ := strconv.Atoi(os.Args[2])
	stream, err := firth.ConnectSocketStream(os.Args[1], port, nil)
	check(err)
	channel, err := firth.NewChannel(stream, nil)
	check(err)
	defer channel.Finish()

	kind, root := ask(channel, 0, getRoot, firth.Tuple{byValue, firth.Tuple{}})
	if kind != int64(mine) {
		log.Fatalf("no root, but %v", root)
	}
	none := firth.Tuple{byValue, firth.Tuple{}}
	_, answer := ask(channel, 1, callAttr, firth.Tuple{inTuple, firth.Tuple{
		firth.Tuple{yours, root}, firth.Tuple{byValue, "some_function"}, none, none,
	}})
	fmt.Println(root.(firth.Tuple)[0], "says", answer)
}

// ask is what the server answers: what it is, and the value or the reference.
func ask(channel *firth.Channel, number int64, handler int, arguments firth.Tuple) (any, any) {
	// A message is its kind, one byte, and brine of (sequence number, arguments).
	brine, err := firth.DumpBrine(firth.Tuple{number, firth.Tuple{handler, arguments}})
	check(err)
	check(channel.Send(append([]byte{request}, brine...)))
	payload, err := channel.Recv()
	check(err)
	message, err := firth.LoadBrine(payload[1:])
	check(err)
	answered := message.(firth.Tuple)
	if payload[0] != reply || answered[0] != number {
		log.Fatalf("the server refused: %v", answered[1])
	}
	result := answered[1].(firth.Tuple)
	return result[0], result[1]
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
