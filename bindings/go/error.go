package firth

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"firth.dev/firth/internal/core"
)

// What errors.Is finds in an *Error, beside io.EOF (the peer closed, cleanly),
// io.ErrUnexpectedEOF (it was lost), os.ErrDeadlineExceeded (a time-out),
// net.ErrClosed (closed on this side), syscall.Errno and context.Canceled.
var (
	// ErrConnectionLost: the peer went away inside a frame, or the connection was reset.
	ErrConnectionLost = errors.New("firth: the connection was lost")
	// ErrProtocol: the peer broke the format of frames or of brine.
	ErrProtocol = errors.New("firth: the peer broke the format of frames or of brine")
	// ErrBufferOverflow: a size limit was exceeded.
	ErrBufferOverflow = errors.New("firth: a size limit was exceeded")
	// ErrCompression: a body does not inflate.
	ErrCompression = errors.New("firth: a body does not inflate")
	// ErrBusy: a time-out before this payload's turn; it was not taken.
	ErrBusy = errors.New("firth: the time ran out before this payload's turn")
	// ErrUnsent: closed with bytes unsent, Error.Count of them.
	ErrUnsent = errors.New("firth: closed with bytes unsent")
	// ErrNotSupported: not to be had here.
	ErrNotSupported = errors.New("firth: not supported here")
	// ErrInvalid: a nil pointer, a zero value, or an argument out of range.
	ErrInvalid = errors.New("firth: invalid argument")
	// ErrForked: the object belongs to the parent process.
	ErrForked = errors.New("firth: this belongs to the parent process")
	// ErrInterrupted: Wake or a cancelled context ended the call; nothing is lost.
	ErrInterrupted = errors.New("firth: interrupted")
	// ErrNoMemory: C had no memory left.
	ErrNoMemory = errors.New("firth: out of memory")
	// ErrTLS: TLS failed: its files, the hand-shake, or what came.
	ErrTLS = errors.New("firth: TLS failed")
	// ErrCertificate: the peer's certificate was refused. It is ErrTLS too.
	ErrCertificate = errors.New("firth: the peer's certificate was refused")
	// ErrTunnel: the tunnel or proxy failed.
	ErrTunnel = errors.New("firth: the tunnel or proxy failed")
	// ErrEncryption: the peer's bytes cannot be opened with this key.
	ErrEncryption = errors.New("firth: the peer's bytes cannot be opened with this key")
	// ErrWantRead: a codec has no whole frame yet and must be fed.
	ErrWantRead = errors.New("firth: more bytes must be fed first")
)

// Code says what went wrong, as firth_err does in C.
type Code int

// The codes, in C's order.
const (
	CodeEOF            Code = core.EOF
	CodeConnectionLost Code = core.ConnectionLost
	CodeTimeout        Code = core.Timeout
	CodeBusy           Code = core.Busy
	CodeClosed         Code = core.Closed
	CodeProtocol       Code = core.Protocol
	CodeBufferOverflow Code = core.BufferOverflow
	CodeCompression    Code = core.Compression
	CodeUnsent         Code = core.Unsent
	CodeRefused        Code = core.Refused
	CodeHostNotFound   Code = core.HostNotFound
	CodeFileNotFound   Code = core.FileNotFound
	CodeSystem         Code = core.System
	CodeNoMemory       Code = core.NoMemory
	CodeNotSupported   Code = core.NotSupported
	CodeInterrupted    Code = core.Interrupted
	CodeCallback       Code = core.Callback
	CodeInvalid        Code = core.Invalid
	CodeForked         Code = core.Forked
	CodeWantRead       Code = core.WantRead
	CodeWantWrite      Code = core.WantWrite
	CodeWantEither     Code = core.WantEither
	CodeTLS            Code = core.TLS
	CodeCertificate    Code = core.Certificate
	CodeTunnel         Code = core.Tunnel
	CodeEncryption     Code = core.Encryption
)

// String is the code's name as all languages have it, such as "connection_lost".
func (c Code) String() string { return core.Error_name(int(c)) }

// Error is a failure of this package.
type Error struct {
	Code   Code          // what went wrong
	Detail string        // one line: what, where, and the system's reason
	Errno  syscall.Errno // the operating system's error, or 0
	Count  int           // bytes: taken by a failed Write; left over with ErrUnsent
	cause  error         // a context's error, a *net.DNSError or a *BrineValueError, or nil
}

// Error is the detail.
func (e *Error) Error() string {
	if e == nil {
		return "<nil>"
	}
	return e.Detail
}

// Unwrap is the context's error, the *net.DNSError, the *BrineValueError or the
// syscall.Errno behind it, or nil.
func (e *Error) Unwrap() error {
	switch {
	case e == nil:
		return nil
	case e.cause != nil:
		return e.cause
	case e.Errno != 0:
		return e.Errno
	}
	return nil
}

// Timeout says whether the time ran out, ErrBusy included. It makes an *Error a net.Error.
func (e *Error) Timeout() bool {
	return e != nil && (e.Code == CodeTimeout || e.Code == CodeBusy)
}

// Temporary is the same as Timeout, for what still asks for it.
func (e *Error) Temporary() bool { return e.Timeout() }

// The errors that stand for each code.
var meanings = map[Code][]error{
	CodeEOF:            {io.EOF},
	CodeConnectionLost: {ErrConnectionLost, io.ErrUnexpectedEOF},
	CodeTimeout:        {os.ErrDeadlineExceeded},
	CodeBusy:           {ErrBusy, os.ErrDeadlineExceeded},
	CodeClosed:         {net.ErrClosed},
	CodeProtocol:       {ErrProtocol},
	CodeBufferOverflow: {ErrBufferOverflow},
	CodeCompression:    {ErrCompression},
	CodeUnsent:         {ErrUnsent},
	CodeRefused:        {syscall.ECONNREFUSED},
	CodeFileNotFound:   {os.ErrNotExist},
	CodeNoMemory:       {ErrNoMemory, syscall.ENOMEM},
	CodeNotSupported:   {ErrNotSupported},
	CodeInterrupted:    {ErrInterrupted},
	CodeInvalid:        {ErrInvalid},
	CodeForked:         {ErrForked},
	CodeWantRead:       {ErrWantRead},
	CodeTLS:            {ErrTLS},
	CodeCertificate:    {ErrCertificate, ErrTLS},
	CodeTunnel:         {ErrTunnel},
	CodeEncryption:     {ErrEncryption},
}

// Is says whether target is one of the errors that stand for the code.
func (e *Error) Is(target error) bool {
	if e == nil {
		return false
	}
	for _, meaning := range meanings[e.Code] {
		if meaning == target {
			return true
		}
	}
	return false
}

// asError is the *Error of what a call into C returned; nil stays nil.
func asError(err error) error {
	if err == nil {
		return nil
	}
	failure, ok := err.(*core.Failure)
	if !ok {
		return err
	}
	return &Error{
		Code: Code(failure.Code), Detail: failure.Detail,
		Errno: syscall.Errno(failure.OSError), Count: failure.Count,
	}
}

func invalid(detail string) error {
	return &Error{Code: CodeInvalid, Detail: detail}
}

func closedError(what string) error {
	return &Error{Code: CodeClosed, Detail: "the " + what + " is closed"}
}

// systemError is what Go's runtime or the system said about a descriptor of ours.
func systemError(detail string, err error) error {
	failed := &Error{Code: CodeSystem, Detail: detail + ": " + err.Error(), cause: err}
	errors.As(err, &failed.Errno)
	return failed
}

// contextError says that a context ended a call, before or after a payload was taken.
func contextError(ctx context.Context, code Code, doing string) error {
	cause := ctx.Err()
	if code == CodeTimeout && errors.Is(cause, context.Canceled) {
		code = CodeInterrupted
	}
	return &Error{Code: code, Detail: doing + ": " + cause.Error(), cause: cause}
}

// codeOf is the code inside an error of this package or of C, 0 for others.
func codeOf(err error) Code {
	switch e := err.(type) {
	case *Error:
		return e.Code
	case *core.Failure:
		return Code(e.Code)
	}
	return 0
}
