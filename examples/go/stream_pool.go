//go:build ignore

// Four goroutines share two connections.
//
// The document's pool gives a stream back and then closes it with its connection; this one
// keeps the channels, open, and lends them.
//
// Usage: go run stream_pool.go HOST PORT
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"sync"

	"firth.dev/firth"
)

const (
	poolSize = 2
	workers  = 4
	tasks    = 5
)

// pool holds the channels that are idle.
type pool chan *firth.Channel

func newPool(host string, port int) (pool, error) {
	idle := make(pool, poolSize)
	for i := 0; i < poolSize; i++ {
		stream, err := firth.ConnectSocketStream(host, port, nil)
		if err != nil {
			return idle, err
		}
		channel, err := firth.NewChannel(stream, nil)
		if err != nil {
			return idle, err
		}
		idle <- channel
	}
	return idle, nil
}

// ask sends a payload over a channel that is idle, or will be.
func (p pool) ask(payload []byte) ([]byte, error) {
	channel := <-p
	defer func() { p <- channel }()
	if err := channel.Send(payload); err != nil {
		return nil, err
	}
	return channel.Recv()
}

func (p pool) finish() error {
	for i := 0; i < poolSize; i++ {
		if err := (<-p).Finish(); err != nil {
			return err
		}
	}
	return nil
}

func work(p pool, worker int) error {
	for task := 0; task < tasks; task++ {
		result, err := p.ask([]byte(fmt.Sprintf("Thread %d, task %d: done", worker, task)))
		if err != nil {
			return err
		}
		fmt.Printf("%s\n", result)
	}
	return nil
}

func run(host, portText string) error {
	port, err := strconv.Atoi(portText)
	if err != nil {
		return err
	}
	p, err := newPool(host, port)
	if err != nil {
		return err
	}
	var group sync.WaitGroup
	failures := make(chan error, workers)
	for i := 0; i < workers; i++ {
		group.Add(1)
		go func(worker int) {
			defer group.Done()
			failures <- work(p, worker)
		}(i)
	}
	group.Wait()
	close(failures)
	for err := range failures {
		if err != nil {
			return err
		}
	}
	fmt.Printf("%d tasks over %d connections\n", workers*tasks, poolSize)
	return p.finish()
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: stream_pool HOST PORT")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}
