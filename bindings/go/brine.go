package firth

import (
	"math"

	"firth.dev/firth/internal/core"
)

const (
	// BrineDepthLimit is how many containers may be within each other, unless set otherwise.
	BrineDepthLimit = 512
	// BrineDepthMax is the most that can be set.
	BrineDepthMax = 4096
	// BrineSizeLimit is the most bytes of an encoded value, unless set otherwise.
	BrineSizeLimit = 256 << 20
	// BrineItemsLimit is the most values in an encoded value, itself and everything inside,
	// unless set otherwise.
	BrineItemsLimit = 16 << 20
	// BrineDigitsLimit is the most decimal digits of an integer, unless set otherwise.
	BrineDigitsLimit = 4300
)

// Tuple is Python's tuple.
type Tuple []any

// FrozenSet is Python's frozenset, in the order in which its items came or are to go out. No
// item may be there twice; that is the caller's to see to, and is not checked.
type FrozenSet []any

// Slice is Python's slice.
type Slice struct{ Start, Stop, Step any }

// Ellipsis is the type of Python's Ellipsis, whose value is Ellipsis{}.
type Ellipsis struct{}

// String is "Ellipsis".
func (Ellipsis) String() string { return "Ellipsis" }

// NotImplemented is the type of Python's NotImplemented, whose value is NotImplemented{}.
type NotImplemented struct{}

// String is "NotImplemented".
func (NotImplemented) String() string { return "NotImplemented" }

// BrineLimits bounds the brine of one value, made or read; 0 is the default of each.
type BrineLimits struct {
	// Depth is of containers within each other, at most BrineDepthMax; 0 means
	// BrineDepthLimit, -1 that only empty ones are let pass.
	Depth int
	// Size is in bytes, at most 4294967295; 0 means BrineSizeLimit.
	Size int
	// Items is of values, each container counted with what is in it; 0 means BrineItemsLimit.
	Items int
	// Digits is of an integer; 0 means BrineDigitsLimit.
	Digits int
}

func (l BrineLimits) inRange() error {
	switch {
	case l.Depth < -1 || l.Depth > BrineDepthMax:
		return invalid("BrineLimits.Depth is outside -1 to 4096 (0 is the default)")
	case l.Size < 0 || l.Size > math.MaxUint32:
		return invalid("BrineLimits.Size is outside 1 to 4294967295 (0 is the default)")
	case l.Items < 0:
		return invalid("BrineLimits.Items is below 0")
	case l.Digits < 0:
		return invalid("BrineLimits.Digits is below 0")
	}
	return nil
}

// brineLimits is what C gets of a call's limits, of which there may be one.
func brineLimits(limits []BrineLimits) (core.BrineLimits, error) {
	var given BrineLimits
	switch len(limits) {
	case 0:
	case 1:
		given = limits[0]
	default:
		return core.BrineLimits{}, invalid("more than one BrineLimits")
	}
	depth := orUsual(given.Depth, BrineDepthLimit)
	if depth == -1 {
		depth = 0
	}
	return core.BrineLimits{
		Depth:  uintptr(depth),
		Size:   uintptr(orUsual(given.Size, BrineSizeLimit)),
		Items:  uintptr(orUsual(given.Items, BrineItemsLimit)),
		Digits: uintptr(orUsual(given.Digits, BrineDigitsLimit)),
	}, given.inRange()
}

// DumpBrine encodes a value, as rpyc does:
//
//	nil                                           None
//	bool                                          bool
//	int, int8 to int64, uint, uint8 to uint64,
//	uintptr, *big.Int, big.Int                    int
//	float32, float64                              float
//	complex64, complex128                         complex
//	string, which must be UTF-8                   str
//	[]byte, nil too                               bytes
//	Tuple, FrozenSet, Slice                       tuple, frozenset, slice of their items
//	Ellipsis, NotImplemented                      Ellipsis, NotImplemented
//
// Other named types go by what they are made of if that is a boolean, a number, a string or
// []byte, as in encoding/json: a time.Duration goes as its nanoseconds. All else is refused,
// wherever it sits: other slices (a Python list has no brine either), arrays, maps, structs,
// and pointers but for a *big.Int that is not nil. The error, which is ErrInvalid, then tells
// where, by errors.As with a *BrineValueError. ErrBufferOverflow: over a limit.
//
// There may be one BrineLimits.
func DumpBrine(value any, limits ...BrineLimits) ([]byte, error) {
	var d dumper
	if err := d.dump(value, limits); err != nil {
		return nil, err
	}
	defer d.End()
	length, err := d.Length()
	if err != nil {
		return nil, asError(err)
	}
	brine := make([]byte, length)
	d.Take(brine)
	return brine, nil
}

// DumpableAsBrine says whether DumpBrine would succeed.
func DumpableAsBrine(value any, limits ...BrineLimits) bool {
	var d dumper
	if d.dump(value, limits) != nil {
		return false
	}
	defer d.End()
	_, err := d.Length()
	return err == nil
}

// LoadBrine decodes a value, of which data holds all and nothing behind it, into
//
//	None                        nil
//	bool                        bool
//	int                         int64, or *big.Int where 64 bits do not hold it
//	float                       float64
//	complex                     complex128
//	str                         string
//	bytes                       []byte, never nil
//	tuple, frozenset, slice     Tuple, FrozenSet (neither nil), Slice
//	Ellipsis, NotImplemented    Ellipsis{}, NotImplemented{}
//
// Nothing of data is kept. A FrozenSet has the order of the bytes, and an item twice if they
// do. ErrProtocol: bytes that no value has; ErrBufferOverflow: over a limit. Before anything is
// made of it, data has been checked to its end, which takes up to 16 bytes of memory for each of
// its bytes.
//
// There may be one BrineLimits.
func LoadBrine(data []byte, limits ...BrineLimits) (any, error) {
	given, err := brineLimits(limits)
	if err != nil {
		return nil, err
	}
	l := loader{brine: data}
	l.BrineLoad, err = core.LoadBrine(data, given)
	if err != nil {
		return nil, asError(err)
	}
	defer l.End()
	return l.value(), nil
}
