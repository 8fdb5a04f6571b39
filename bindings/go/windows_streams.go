package firth

import (
	"runtime"
	"time"

	"firth.dev/firth/internal/core"
)

// Win32PipeStream is a stream over two pipes of Windows: everywhere else, whatever makes one
// gives ErrNotSupported.
type Win32PipeStream struct{ base *stream }

// NewWin32PipeStream is a stream over two handles, which it owns.
func NewWin32PipeStream(incoming, outgoing uintptr) (*Win32PipeStream, error) {
	var number uintptr
	err := core.Win32_pipe_stream_create(&number, int64(incoming), int64(outgoing))
	return win32PipeStream(number, err)
}

// Win32PipeStreamFromStd is PipeStreamFromStd on Windows.
func Win32PipeStreamFromStd() (*Win32PipeStream, error) {
	var number uintptr
	err := core.Win32_pipe_stream_from_std(&number)
	return win32PipeStream(number, err)
}

// CreateWin32PipePair is CreatePipePair on Windows.
func CreateWin32PipePair() (*Win32PipeStream, *Win32PipeStream, error) {
	var first, second uintptr
	if err := core.Win32_pipe_stream_create_pair(&first, &second); err != nil {
		return nil, nil, asError(err)
	}
	return &Win32PipeStream{newStream(first)}, &Win32PipeStream{newStream(second)}, nil
}

func win32PipeStream(number uintptr, err error) (*Win32PipeStream, error) {
	if err != nil {
		return nil, asError(err)
	}
	return &Win32PipeStream{newStream(number)}, nil
}

// NamedPipeStream is a stream over a named pipe of Windows: everywhere else, whatever makes
// one gives ErrNotSupported.
type NamedPipeStream struct{ base *stream }

// NewNamedPipeStream is a stream over one handle, which it owns.
func NewNamedPipeStream(handle uintptr, isServerSide bool) (*NamedPipeStream, error) {
	var number uintptr
	err := core.Named_pipe_stream_create(&number, int64(handle), isServerSide)
	return namedPipeStream(number, err)
}

// CreateNamedPipeServer is the server's side of a new pipe; with connect it waits for the
// client up to timeout, negative for ever.
func CreateNamedPipeServer(pipename string, connect bool,
	timeout time.Duration) (*NamedPipeStream, error) {
	if err := checkText("pipe's name", pipename); err != nil {
		return nil, err
	}
	var number uintptr
	err := core.Named_pipe_stream_create_server(&number, core.CString(pipename), connect,
		seconds(timeout))
	return namedPipeStream(number, err)
}

// CreateNamedPipeClient is the client's side of a pipe that exists.
func CreateNamedPipeClient(pipename string) (*NamedPipeStream, error) {
	if err := checkText("pipe's name", pipename); err != nil {
		return nil, err
	}
	var number uintptr
	err := core.Named_pipe_stream_create_client(&number, core.CString(pipename))
	return namedPipeStream(number, err)
}

// ConnectServer waits up to timeout for the client of a server's side that was created
// without one; negative is for ever.
func (s *NamedPipeStream) ConnectServer(timeout time.Duration) error {
	if err := s.inner().check(); err != nil {
		return err
	}
	err := core.Named_pipe_stream_connect_server(core.SwigcptrStream(s.base.handle.number),
		seconds(timeout))
	runtime.KeepAlive(s.base.handle)
	return asError(err)
}

func namedPipeStream(number uintptr, err error) (*NamedPipeStream, error) {
	if err != nil {
		return nil, asError(err)
	}
	return &NamedPipeStream{newStream(number)}, nil
}
