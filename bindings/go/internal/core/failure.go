package core

import "unsafe"

// The codes of firth_err, in its order, which is part of the ABI.
const (
	OK = iota
	EOF
	ConnectionLost
	Timeout
	Busy
	Closed
	Protocol
	BufferOverflow
	Compression
	Unsent
	Refused
	HostNotFound
	FileNotFound
	System
	NoMemory
	NotSupported
	Interrupted
	Callback
	Invalid
	Forked
	WantRead
	WantWrite
	WantEither
	TLS
	Certificate
	Tunnel
	Encryption
	CodeCount
)

// What a try that would have blocked waits for.
const (
	WantsRead   = 1
	WantsWrite  = 2
	WantsEither = 3
)

// Failure is what one call into C told about its failure.
type Failure struct {
	Code          int
	OSError       int
	ResolverError int
	Wants         int
	Count         int
	Detail        string
}

// Error is the detail.
func (f *Failure) Error() string { return f.Detail }

// record has the layout of firth_go_record in swig/go/errors.i.
type record struct {
	code          int32
	osError       int32
	resolverError int32
	wants         int32
	count         uint64
	shared        int32
	detail        [516]byte
}

// The failures of firth_go_shared in swig/go/errors.i, at the same positions.
var shared = [...]Failure{
	{Code: Timeout},
	{Code: Timeout, Wants: WantsRead},
	{Code: Timeout, Wants: WantsWrite},
	{Code: Timeout, Wants: WantsEither},
	{Code: Busy, Wants: WantsWrite},
	{Code: WantRead, Wants: WantsRead, Detail: "more bytes must be fed first"},
	{Code: NoMemory, Detail: "out of memory"},
}

// WouldBlock is what a try says that has to wait for reading.
var WouldBlock error = &shared[1]

// WouldBlockEither is what a try says that can go on after either direction has.
var WouldBlockEither error = &shared[3]

// failure is the error of a generated function's result.
func failure(result *byte) error {
	if result == nil {
		return nil
	}
	return failed((*record)(unsafe.Pointer(result)))
}

func failed(r *record) error {
	if r.shared != 0 {
		return &shared[r.shared-1]
	}
	f := &Failure{
		Code: int(r.code), OSError: int(r.osError), ResolverError: int(r.resolverError),
		Wants: int(r.wants), Count: int(r.count), Detail: text(&r.detail[0]),
	}
	Record_free(unsafe.Pointer(r))
	return f
}

// text copies a string of C's.
func text(start *byte) string {
	if start == nil {
		return ""
	}
	length := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(start), length)) != 0 {
		length++
	}
	return string(unsafe.Slice(start, length))
}
