package firth

import (
	"math"
	"math/big"

	"firth.dev/firth/internal/core"
)

// loader makes values of what C has read.
type loader struct {
	core.BrineLoad
	brine []byte
	at    int // of the next record
}

func (l *loader) next() core.BrineValue {
	record := l.Values[l.at]
	l.at++
	return record
}

func (l *loader) value() any {
	record := l.next()
	switch record.Kind {
	case core.BrineNotImplemented:
		return NotImplemented{}
	case core.BrineEllipsis:
		return Ellipsis{}
	case core.BrineBool:
		return record.Number != 0
	case core.BrineInteger:
		return int64(record.Number)
	case core.BrineBigInteger:
		return bigInteger(string(l.data(record)))
	case core.BrineFloat:
		return math.Float64frombits(record.Number)
	case core.BrineComplex:
		return complex(math.Float64frombits(record.Number), math.Float64frombits(l.next().Number))
	case core.BrineBytes:
		return l.bytes(record)
	case core.BrineString:
		return string(l.data(record))
	case core.BrineTuple:
		return Tuple(l.items(record))
	case core.BrineFrozenSet:
		return FrozenSet(l.items(record))
	case core.BrineSlice:
		return Slice{l.value(), l.value(), l.value()}
	}
	return nil
}

func (l *loader) data(record core.BrineValue) []byte {
	return l.brine[record.Number:][:record.Length]
}

func (l *loader) bytes(record core.BrineValue) []byte {
	data := l.data(record)
	copied := make([]byte, len(data))
	copy(copied, data)
	return copied
}

func (l *loader) items(record core.BrineValue) []any {
	items := make([]any, record.Length)
	for i := range items {
		items[i] = l.value()
	}
	return items
}

// bigInteger is of digits that C has checked.
func bigInteger(digits string) *big.Int {
	number, _ := new(big.Int).SetString(digits, 10)
	return number
}
