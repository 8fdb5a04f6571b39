package firth

import (
	"context"
	"os"
	"syscall"

	"firth.dev/firth/internal/core"
)

// ProcessOptions is how a child process is started. The zero value, and nil, mean the
// defaults.
type ProcessOptions struct {
	// Cwd is the child's working folder; "" is this process's.
	Cwd string
	// Env is the child's environment, "NAME=value" each; nil is this process's.
	Env []string
	// Stderr is where the child's standard error goes, and stays the caller's; nil is
	// where this process's goes.
	Stderr *os.File
	// DiscardStderr drops the child's standard error.
	DiscardStderr bool
}

func (o *ProcessOptions) check(cmdArgs []string) error {
	if len(cmdArgs) == 0 {
		return invalid("cmdArgs names no program")
	}
	if o.DiscardStderr && o.Stderr != nil {
		return invalid("both Stderr and DiscardStderr")
	}
	texts := append(append([]string{o.Cwd}, cmdArgs...), o.Env...)
	for _, text := range texts {
		if err := checkText("arguments, environment or folder", text); err != nil {
			return err
		}
	}
	return nil
}

// withStderr calls f with the number that C has for the child's standard error.
func (o *ProcessOptions) withStderr(f func(int) error) error {
	switch {
	case o.DiscardStderr:
		return f(core.STDERR_DISCARD)
	case o.Stderr == nil:
		return f(core.STDERR_INHERIT)
	}
	raw, err := rawOf("file for standard error", o.Stderr)
	if err != nil {
		return err
	}
	return descriptorOf("file for standard error", raw, f)
}

// CreatePipeStream starts a child process, whose standard input and output are the stream:
// cmdArgs[0], looked up in PATH unless it has a slash, with the arguments behind it. Nil
// options are the defaults. os.ErrNotExist: no such program, or folder.
//
// Finish closes the child's input and waits for its end; after half of its time it sends
// SIGTERM, at its end SIGKILL, and returns a time-out. Close waits for nothing. Neither
// leaves a zombie.
func CreatePipeStream(cmdArgs []string, options *ProcessOptions) (*PipeStream, error) {
	var o ProcessOptions
	if options != nil {
		o = *options
	}
	if err := o.check(cmdArgs); err != nil {
		return nil, err
	}
	var cwd *byte
	if o.Cwd != "" {
		cwd = core.CString(o.Cwd)
	}
	var env *uint64
	if o.Env != nil {
		env = core.CTexts(o.Env)
	}
	var number uintptr
	err := o.withStderr(func(stderr int) error {
		return asError(core.Pipe_stream_spawn(&number, core.CTexts(cmdArgs), cwd, env, stderr))
	})
	if err != nil {
		return nil, err
	}
	return pipeStream(number), nil
}

// SpawnPipeStream is CreatePipeStream, which all languages have under both names.
func SpawnPipeStream(cmdArgs []string, options *ProcessOptions) (*PipeStream, error) {
	return CreatePipeStream(cmdArgs, options)
}

// Pid is the number of the child process. ErrNotSupported: there is none.
func (s *PipeStream) Pid() (int, error) {
	if err := s.inner().check(); err != nil {
		return 0, err
	}
	var pid int32
	err := s.base.use(func(c core.SwigcptrStream) error {
		return core.Pipe_stream_process_id(c, &pid)
	})
	return int(pid), asError(err)
}

// ExitStatus waits until the child process has ended, as long as the stream's time-out
// says: its exit status, or the negative number of the signal that killed it. It can be
// asked after Close and Finish too. ErrNotSupported: there is no child.
func (s *PipeStream) ExitStatus() (int, error) {
	if err := s.inner().check(); err != nil {
		return 0, err
	}
	return s.base.exitStatus(s.base.call())
}

// ExitStatusContext is ExitStatus for as long as the context lasts.
func (s *PipeStream) ExitStatusContext(ctx context.Context) (int, error) {
	if err := s.inner().check(); err != nil {
		return 0, err
	}
	return s.base.exitStatus(within(ctx))
}

var verbExit = verb{"waiting for the child process to end", CodeTimeout}

// exiting waits for the end of the stream's child.
type exiting struct {
	stream     *stream
	status     int32
	descriptor int // readable when the child has ended; -1: not open
}

func (e *exiting) try() error {
	var status int32 // on its own: C may not see an object that holds pointers
	err := e.stream.use(func(c core.SwigcptrStream) error {
		return core.Pipe_stream_exit_status(c, 0, &status)
	})
	e.status = status
	return err
}

func (e *exiting) descriptors() (reading, writing int, err error) {
	if e.descriptor < 0 {
		var descriptor int32
		err = e.stream.use(func(c core.SwigcptrStream) error {
			return core.Pipe_stream_exit_descriptor(c, &descriptor)
		})
		if err != nil {
			return -1, -1, asError(err)
		}
		e.descriptor = int(descriptor)
	}
	return e.descriptor, e.descriptor, nil
}

func (e *exiting) close() {
	if e.descriptor >= 0 {
		syscall.Close(e.descriptor)
	}
}

// exitStatus waits beside whatever else the stream does, and beside others who ask.
func (s *stream) exitStatus(c call) (int, error) {
	e := &exiting{stream: s, descriptor: -1}
	defer e.close()
	var d direction
	d.init("process", &epollPoller{descriptors: e.descriptors, usual: core.WantsRead}, false)
	if err := d.enter(c, verbExit); err != nil {
		return 0, err
	}
	err := d.perform(e)
	d.leave()
	d.close()
	return int(e.status), err
}

// hasChild says whether ending the stream means to wait for a child process.
func (s *stream) hasChild() bool {
	for ; s != nil; s = s.lower {
		if s.child {
			return true
		}
	}
	return false
}

// isOfChild finds out whether a stream of C's is that of a child process.
func isOfChild(number uintptr) bool {
	var pid int32
	return core.Pipe_stream_process_id(core.SwigcptrStream(number), &pid) == nil
}
