package core

import "unsafe"

// ScratchSize is the longest payload that one call into C receives, in bytes.
const ScratchSize = 16 << 10

// Bytes has the layout of firth_bytes: memory of C's.
type Bytes struct {
	data   unsafe.Pointer
	length uintptr
}

// take copies the bytes, never nil, and gives C its memory back.
func (b *Bytes) take() []byte {
	taken := make([]byte, b.length)
	copy(taken, unsafe.Slice((*byte)(b.data), len(taken)))
	Bytes_free(b)
	return taken
}

// Counters has the layout of firth_counters.
type Counters struct {
	BytesRead, BytesWritten, ReadCalls, WriteCalls uint64
}

// LiveCounts has the layout of firth_live.
type LiveCounts struct{ Objects, Allocations uintptr }

// Payload has the layout of firth_payload in swig/go/blocking.i.
type Payload struct {
	memory   uintptr
	capacity uint64
	length   uint64
	large    int32
	_        int32
}

// Scratch is memory for one small payload, for the time of one try.
type Scratch struct {
	payload Payload
	bytes   [ScratchSize]byte
}

// Bytes is the payload received into the scratch; it is overwritten by the next.
func (s *Scratch) Bytes() []byte { return s.bytes[:s.payload.length] }

// Length is the length of the payload in bytes.
func (s *Scratch) Length() int { return int(s.payload.length) }

// Large says that the payload is longer than the scratch and still to be taken.
func (s *Scratch) Large() bool { return s.payload.large != 0 }

// CString is text as C wants it.
func CString(s string) *byte {
	return &append([]byte(s), 0)[0]
}

// CTexts is a list of texts as C wants it: how many, room for their addresses and a NULL,
// and the texts.
func CTexts(texts []string) *uint64 {
	var bytes []byte
	for _, text := range texts {
		bytes = append(append(bytes, text...), 0)
	}
	list := make([]uint64, 2+len(texts)+(len(bytes)+7)/8)
	list[0] = uint64(len(texts))
	if len(bytes) > 0 {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(&list[2+len(texts)])), len(bytes)), bytes)
	}
	return &list[0]
}

// StaticText copies a text of C's that is never freed.
func StaticText(address uintptr) string {
	return text(*(**byte)(unsafe.Pointer(&address)))
}

var nothing byte

// start is the address of the first byte; C never looks at that of an empty slice.
func start(b []byte) unsafe.Pointer {
	if len(b) == 0 {
		return unsafe.Pointer(&nothing)
	}
	return unsafe.Pointer(&b[0])
}
