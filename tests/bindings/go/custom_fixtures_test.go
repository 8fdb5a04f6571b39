package firth_test

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"firth.dev/firth"
)

// plain is an object with nothing but what a stream must have, over a connection of Go's.
type plain struct {
	conn   net.Conn
	reads  atomic.Int64 // bytes that Read was asked for
	writes atomic.Int64 // calls of Write
	closes atomic.Int64
}

func (p *plain) Read(into []byte) (int, error) {
	p.reads.Add(int64(len(into)))
	return p.conn.Read(into)
}

func (p *plain) Write(data []byte) (int, error) {
	p.writes.Add(1)
	return p.conn.Write(data)
}

func (p *plain) Close() error { p.closes.Add(1); return p.conn.Close() }

func (p *plain) Closed() bool { return p.closes.Load() != 0 }

// timed is an object that keeps deadlines, too.
type timed struct{ plain }

func (p *timed) SetReadDeadline(t time.Time) error  { return p.conn.SetReadDeadline(t) }
func (p *timed) SetWriteDeadline(t time.Time) error { return p.conn.SetWriteDeadline(t) }

// polled is an object over a stream of firth's, which can be polled but keeps no deadline.
type polled struct{ stream *firth.SocketStream }

func (p polled) Read(into []byte) (int, error)            { return p.stream.Read(into) }
func (p polled) Write(data []byte) (int, error)           { return p.stream.Write(data) }
func (p polled) Poll(timeout time.Duration) (bool, error) { return p.stream.Poll(timeout) }
func (p polled) Close() error                             { return p.stream.Close() }
func (p polled) Closed() bool                             { return p.stream.Closed() }

// embedding is an object that has all of a stream of firth's, but reads and writes itself.
type embedding struct {
	*firth.SocketStream
	read, written atomic.Int64
}

func (e *embedding) Read(into []byte) (int, error) {
	count, err := e.SocketStream.Read(into)
	e.read.Add(int64(count))
	return count, err
}

func (e *embedding) Write(data []byte) (int, error) {
	count, err := e.SocketStream.Write(data)
	e.written.Add(int64(count))
	return count, err
}

// scripted is an object whose methods are what a test wants.
type scripted struct {
	read   func([]byte) (int, error)
	write  func([]byte) (int, error)
	close  func() error
	closed func() bool
}

func (s *scripted) Read(into []byte) (int, error) { return s.read(into) }

func (s *scripted) Write(data []byte) (int, error) {
	if s.write == nil {
		return len(data), nil
	}
	return s.write(data)
}

func (s *scripted) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}

func (s *scripted) Closed() bool { return s.closed != nil && s.closed() }

// flushing is scripted, with a Flush.
type flushing struct {
	scripted
	flush func() error
}

func (f *flushing) Flush() error { return f.flush() }

// objects are the kinds of objects over one end of a connection, and its other end.
var objects = map[string]func(t *testing.T) (firth.Stream, *firth.SocketStream){
	"plain": func(t *testing.T) (firth.Stream, *firth.SocketStream) {
		object, far := plainAndPeer(t)
		return object, far
	},
	"timed": func(t *testing.T) (firth.Stream, *firth.SocketStream) {
		object, far := timedAndPeer(t)
		return object, far
	},
	"polled": func(t *testing.T) (firth.Stream, *firth.SocketStream) {
		near, far := streams(t)
		return polled{near}, far
	},
	"embedding": func(t *testing.T) (firth.Stream, *firth.SocketStream) {
		near, far := streams(t)
		return &embedding{SocketStream: near}, far
	},
	"custom stream": func(t *testing.T) (firth.Stream, *firth.SocketStream) {
		object, far := timedAndPeer(t)
		return custom(t, object), far
	},
	"over a custom stream": func(t *testing.T) (firth.Stream, *firth.SocketStream) {
		object, far := timedAndPeer(t)
		return struct{ *firth.CustomStream }{custom(t, object)}, far
	},
}

// overObjects runs a test over each of them, and with a buffered stream between.
func overObjects(t *testing.T, test func(*testing.T, firth.Stream, *firth.SocketStream)) {
	for name, open := range objects {
		open := open
		t.Run(name, func(t *testing.T) {
			object, far := open(t)
			test(t, object, far)
		})
		t.Run(name+" buffered", func(t *testing.T) {
			object, far := open(t)
			test(t, bufferedOver(t, object, 64), far)
		})
	}
}

func connAndPeer(t *testing.T) (net.Conn, *firth.SocketStream) {
	t.Helper()
	one, other := conns(t, "unix", socketPath(t))
	far, err := firth.NewSocketStream(other)
	must(t, err)
	return one, far
}

func plainAndPeer(t *testing.T) (*plain, *firth.SocketStream) {
	conn, far := connAndPeer(t)
	return &plain{conn: conn}, far
}

func timedAndPeer(t *testing.T) (*timed, *firth.SocketStream) {
	conn, far := connAndPeer(t)
	return &timed{plain{conn: conn}}, far
}

func custom(t *testing.T, object firth.Stream) *firth.CustomStream {
	t.Helper()
	stream, err := firth.NewCustomStream(object)
	must(t, err)
	return stream
}
