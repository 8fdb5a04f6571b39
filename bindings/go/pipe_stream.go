package firth

import (
	"io"
	"os"
	"syscall"
	"time"

	"firth.dev/firth/internal/core"
)

// PipeStream is a stream over two simplex pipes, one for each direction.
type PipeStream struct{ base *stream }

func pipeStream(number uintptr) *PipeStream { return &PipeStream{newStream(number)} }

// CreatePipePair makes two streams over two anonymous pipes: what one writes the other
// reads.
func CreatePipePair() (*PipeStream, *PipeStream, error) {
	var first, second uintptr
	if err := core.Pipe_stream_create_pair(&first, &second); err != nil {
		return nil, nil, asError(err)
	}
	return pipeStream(first), pipeStream(second), nil
}

// PipeStreamFromStd is a stream over this process's standard input and output.
// Afterwards descriptors 0 and 1, and so os.Stdin and os.Stdout, are the null device.
func PipeStreamFromStd() (*PipeStream, error) {
	var number uintptr
	if err := core.Pipe_stream_from_std(&number); err != nil {
		return nil, asError(err)
	}
	return pipeStream(number), nil
}

// PipeStreamFromDescriptors is a stream that reads from one descriptor and writes to
// another, which may be the same: pipes, sockets, terminals, files. It owns both and
// closes them; their flags stay as they are. ErrInvalid: not open, or not open in that
// direction; the descriptors are then still the caller's.
func PipeStreamFromDescriptors(incoming, outgoing int) (*PipeStream, error) {
	if err := checkInts("descriptor", incoming, outgoing); err != nil {
		return nil, err
	}
	var number uintptr
	err := core.Pipe_stream_from_descriptors(&number, incoming, outgoing, true)
	if err != nil {
		return nil, asError(err)
	}
	return pipeStream(number), nil
}

// NewPipeStream is a stream that reads from one file and writes to another, which may
// be the same, such as a command's pipes. It owns the files, keeps them alive and
// closes them; they hold nothing back. To end a blocked call close the stream, not the
// file. After a failure the files are still the caller's.
func NewPipeStream(incoming, outgoing *os.File) (*PipeStream, error) {
	in, err := rawOf("incoming file", incoming)
	if err != nil {
		return nil, err
	}
	out, err := rawOf("outgoing file", outgoing)
	if err != nil {
		return nil, err
	}
	var number uintptr
	err = descriptorOf("incoming file", in, func(reading int) error {
		return descriptorOf("outgoing file", out, func(writing int) error {
			err := core.Pipe_stream_from_descriptors(&number, reading, writing, false)
			return asError(err)
		})
	})
	if err != nil {
		return nil, err
	}
	s := emptyStream(number)
	s.hosts = []io.Closer{incoming, outgoing}
	s.incoming.init("stream", s.filePoller(in, incoming.SetReadDeadline, core.WantsRead), true)
	s.outgoing.init("stream", s.filePoller(out, outgoing.SetWriteDeadline, core.WantsWrite), true)
	return &PipeStream{s}, nil
}

// filePoller waits with the file itself if that is in Go's poller, else with a
// descriptor of ours.
func (s *stream) filePoller(raw syscall.RawConn, until func(time.Time) error, own int) poller {
	if until(time.Time{}) == nil {
		return s.hostPoller(raw, until, own)
	}
	guarding := func(f func()) error { return raw.Control(func(uintptr) { f() }) }
	return &epollPoller{
		descriptors: s.descriptors, usual: own, crowded: &s.crowded, guarding: guarding,
	}
}
