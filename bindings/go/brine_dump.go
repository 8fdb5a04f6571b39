package firth

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"unicode/utf8"

	"firth.dev/firth/internal/core"
)

var (
	stringType = reflect.TypeOf("")
	byteType   = reflect.TypeOf(byte(0))
)

// dumper is a value on its way into brine.
type dumper struct {
	core.BrineDump
	digits uintptr // the limit
}

// dump puts a value into brine of d's. End must come at last if it has not failed.
func (d *dumper) dump(value any, limits []BrineLimits) error {
	given, err := brineLimits(limits)
	if err != nil {
		return err
	}
	d.digits = given.Digits
	d.Begin(given)
	if err := d.value(value); err != nil {
		d.End()
		return dumpError(err)
	}
	return nil
}

func (d *dumper) value(value any) error {
	switch v := value.(type) {
	case nil:
		return d.Put(core.BrineNone, 0, 0)
	case bool:
		return d.boolean(v)
	case int:
		return d.integer(int64(v))
	case int64:
		return d.integer(v)
	case uint64:
		return d.unsigned(v)
	case float64:
		return d.Put(core.BrineFloat, 0, math.Float64bits(v))
	case complex128:
		return d.complex(v)
	case string:
		return d.text(v, stringType)
	case []byte:
		return d.PutBytes(core.BrineBytes, v)
	case Tuple:
		return d.items(core.BrineTuple, v)
	case FrozenSet:
		return d.items(core.BrineFrozenSet, v)
	case Slice:
		return d.items(core.BrineSlice, []any{v.Start, v.Stop, v.Step})
	case Ellipsis:
		return d.Put(core.BrineEllipsis, 0, 0)
	case NotImplemented:
		return d.Put(core.BrineNotImplemented, 0, 0)
	case *big.Int:
		return d.bigInteger(v)
	case big.Int:
		return d.bigInteger(&v)
	}
	return d.byKind(reflect.ValueOf(value))
}

// byKind is for other types than the usual ones.
func (d *dumper) byKind(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Bool:
		return d.boolean(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return d.integer(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Uintptr:
		return d.unsigned(v.Uint())
	case reflect.Float32, reflect.Float64:
		return d.Put(core.BrineFloat, 0, math.Float64bits(v.Float()))
	case reflect.Complex64, reflect.Complex128:
		return d.complex(v.Complex())
	case reflect.String:
		return d.text(v.String(), v.Type())
	case reflect.Slice:
		if v.Type().Elem() == byteType {
			return d.PutBytes(core.BrineBytes, v.Bytes())
		}
	}
	return hasNoBrine(v)
}

func (d *dumper) boolean(truth bool) error {
	number := uint64(0)
	if truth {
		number = 1
	}
	return d.Put(core.BrineBool, 0, number)
}

func (d *dumper) integer(number int64) error {
	return d.Put(core.BrineInteger, 0, uint64(number))
}

func (d *dumper) unsigned(number uint64) error {
	if number <= math.MaxInt64 {
		return d.integer(int64(number))
	}
	return d.PutText(core.BrineBigInteger, strconv.FormatUint(number, 10))
}

// bigInteger does not write digits that are far over the limit.
func (d *dumper) bigInteger(number *big.Int) error {
	switch {
	case number == nil:
		return hasNoBrine(reflect.ValueOf(number))
	case number.IsInt64():
		return d.integer(number.Int64())
	}
	// A bit is 0.30102... of a digit.
	least := uint64(float64(number.BitLen()-1)*0.301) + 1
	if least > uint64(d.digits) {
		return &core.Failure{Code: core.BufferOverflow, Detail: fmt.Sprintf(
			"an integer of at least %d digits, over the limit of %d", least, d.digits)}
	}
	return d.PutText(core.BrineBigInteger, number.String())
}

func (d *dumper) complex(number complex128) error {
	return d.PutComplex(math.Float64bits(real(number)), math.Float64bits(imag(number)))
}

func (d *dumper) text(text string, of reflect.Type) error {
	if !utf8.ValidString(text) {
		return notUTF8(text, of)
	}
	return d.PutText(core.BrineString, text)
}

// items puts a container. One that holds itself comes to the limit of depth, when C has been
// handed enough of it.
func (d *dumper) items(kind uint32, items []any) error {
	if err := d.Put(kind, len(items), 0); err != nil {
		return err
	}
	for i, item := range items {
		if err := d.value(item); err != nil {
			return inside(err, kind, i)
		}
	}
	return nil
}
