package core

import (
	"runtime"
	"sync"
	"unsafe"
)

// The kinds of firth_brine_kind, in its order, which is part of the ABI.
const (
	BrineNone = iota
	BrineNotImplemented
	BrineEllipsis
	BrineBool
	BrineInteger
	BrineBigInteger
	BrineFloat
	BrineComplex
	BrineBytes
	BrineString
	BrineTuple
	BrineFrozenSet
	BrineSlice
)

const (
	brineRecords = 1024      // that one call into C takes over
	brineBytes   = 8 << 10   // of data that go over with them, and of brine that comes back
	brineApart   = 1 << 10   // longer data is not copied to go over
	brineMost    = 1<<32 - 1 // items or bytes of one value
)

// BrineLimits has the layout of firth_brine_limits.
type BrineLimits struct{ Depth, Size, Items, Digits uintptr }

// BrineValue has the layout of firth_go_value in swig/go/brine_values.i, as the two below.
type BrineValue struct {
	Kind   uint32
	Length uint32
	Number uint64
}

type brineDump struct {
	limits   BrineLimits
	encoder  uintptr
	values   uintptr
	count    uint64
	data     uintptr
	memory   uintptr
	capacity uint64
	length   uint64
}

type brineLoad struct {
	limits   BrineLimits
	memory   uintptr
	capacity uint64
	larger   unsafe.Pointer
	count    uint64
}

// brineScratch is memory for what goes over in one call.
type brineScratch struct {
	dump   brineDump
	load   brineLoad
	values [brineRecords]BrineValue
	data   [brineBytes]byte
	brine  [brineBytes]byte
}

var brineScratches = sync.Pool{New: func() any { return new(brineScratch) }}

// BrineDump makes brine of values that it is given one by one. Once Put has failed, every
// later call is the same failure. End must come at last.
type BrineDump struct {
	scratch *brineScratch
	count   int // records
	filled  int // bytes of data
	failed  error
}

// Begin begins a value.
func (d *BrineDump) Begin(limits BrineLimits) {
	scratch := brineScratches.Get().(*brineScratch)
	scratch.dump = brineDump{limits: limits, capacity: brineBytes}
	*d = BrineDump{scratch: scratch}
}

// Put is for what has no data; the length is that of a container.
func (d *BrineDump) Put(kind uint32, length int, number uint64) error {
	if uint64(length) > brineMost {
		return d.tooLong()
	}
	if d.count > brineRecords-2 {
		if err := d.add(0, false); err != nil {
			return err
		}
	}
	d.scratch.values[d.count] = BrineValue{kind, uint32(length), number}
	d.count++
	return nil
}

// PutComplex is for complex numbers.
func (d *BrineDump) PutComplex(realPart, imaginary uint64) error {
	err := d.Put(BrineComplex, 0, realPart)
	if err == nil {
		d.scratch.values[d.count] = BrineValue{Number: imaginary}
		d.count++
	}
	return err
}

// PutText is for strings and integers in digits.
func (d *BrineDump) PutText(kind uint32, text string) error {
	if len(text) > brineApart {
		return d.putApart(kind, *(*unsafe.Pointer)(unsafe.Pointer(&text)), len(text))
	}
	err := d.room(kind, len(text))
	if err == nil {
		d.filled += copy(d.scratch.data[d.filled:], text)
	}
	return err
}

// PutBytes is for bytes.
func (d *BrineDump) PutBytes(kind uint32, data []byte) error {
	if len(data) > brineApart {
		return d.putApart(kind, start(data), len(data))
	}
	err := d.room(kind, len(data))
	if err == nil {
		d.filled += copy(d.scratch.data[d.filled:], data)
	}
	return err
}

// room is for data that is copied to go over.
func (d *BrineDump) room(kind uint32, length int) error {
	if d.filled+length > brineBytes {
		if err := d.add(0, false); err != nil {
			return err
		}
	}
	return d.Put(kind, length, 0)
}

func (d *BrineDump) putApart(kind uint32, data unsafe.Pointer, length int) error {
	if err := d.Put(kind, length, 1); err != nil {
		return err
	}
	return d.add(uintptr(data), false)
}

// Length is the bytes of the brine, which is then complete.
func (d *BrineDump) Length() (int, error) {
	err := d.add(0, true)
	return int(d.scratch.dump.length), err
}

// Take copies the brine, as many bytes as Length told.
func (d *BrineDump) Take(brine []byte) {
	if len(brine) <= brineBytes {
		copy(brine, d.scratch.brine[:])
		return
	}
	brineTake(&d.scratch.dump, uintptr(start(brine)), len(brine))
}

// End gives back what the dump has taken up.
func (d *BrineDump) End() {
	if d.scratch.dump.encoder != 0 {
		Brine_dump_end(&d.scratch.dump)
	}
	brineScratches.Put(d.scratch)
	d.scratch = nil
}

func (d *BrineDump) tooLong() error {
	return &Failure{Code: BufferOverflow, Detail: "brine of more than the most of 4294967295 bytes"}
}

//go:uintptrescapes
func (d *BrineDump) add(apart uintptr, last bool) error {
	if d.failed != nil {
		return d.failed
	}
	call := &d.scratch.dump
	call.values = uintptr(unsafe.Pointer(&d.scratch.values))
	call.data = uintptr(unsafe.Pointer(&d.scratch.data))
	call.memory = uintptr(unsafe.Pointer(&d.scratch.brine))
	call.count = uint64(d.count)
	d.count, d.filled = 0, 0
	d.failed = Brine_dump_add(call, apart, last)
	runtime.KeepAlive(d.scratch)
	return d.failed
}

//go:uintptrescapes
func brineTake(call *brineDump, brine uintptr, length int) {
	Brine_dump_take(call, brine, int64(length))
}

// BrineLoad is the values of a piece of brine: a container is followed by its items. The
// number of what has data is its offset in the brine. End must come at last.
type BrineLoad struct {
	Values  []BrineValue
	scratch *brineScratch
}

// LoadBrine reads brine.
func LoadBrine(brine []byte, limits BrineLimits) (BrineLoad, error) {
	l := BrineLoad{scratch: brineScratches.Get().(*brineScratch)}
	call := &l.scratch.load
	*call = brineLoad{
		limits: limits, memory: uintptr(unsafe.Pointer(&l.scratch.values)), capacity: brineRecords,
	}
	if err := brineLoadAll(call, uintptr(start(brine)), len(brine)); err != nil {
		l.End()
		return l, err
	}
	l.Values = l.scratch.values[:]
	if call.larger != nil {
		l.Values = unsafe.Slice((*BrineValue)(call.larger), call.count)
	}
	l.Values = l.Values[:call.count]
	return l, nil
}

// End gives back what the load has taken up.
func (l *BrineLoad) End() {
	if l.scratch.load.larger != nil {
		Brine_load_end(&l.scratch.load)
		l.scratch.load.larger = nil
	}
	brineScratches.Put(l.scratch)
	*l = BrineLoad{}
}

//go:uintptrescapes
func brineLoadAll(call *brineLoad, brine uintptr, length int) error {
	return Brine_load_all(call, brine, int64(length))
}
