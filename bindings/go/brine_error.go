package firth

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"firth.dev/firth/internal/core"
)

// BrineValueError is behind the *Error of a value that has no brine: its type has none, it is a
// nil *big.Int, or it is a string that is not UTF-8.
type BrineValueError struct {
	// Type is the type of the value.
	Type reflect.Type
	// Path is where it sits, from outside: positions in Tuples and FrozenSets; in a Slice, 0 is
	// Start, 1 Stop and 2 Step. Empty for the value that was to be dumped.
	Path []int

	text string
}

// Error is where it sits, and what is wrong with it.
func (e *BrineValueError) Error() string {
	if e == nil {
		return "<nil>"
	}
	return e.text
}

// unplaced is a BrineValueError whose Path is being found, from inside.
type unplaced struct {
	BrineValueError
	around []uint32 // kinds of the containers
}

// inside adds where the value of an error sits.
func inside(err error, kind uint32, at int) error {
	if e, ok := err.(*unplaced); ok {
		e.Path = append(e.Path, at)
		e.around = append(e.around, kind)
	}
	return err
}

// dumpError is the *Error of a value that was not dumped.
func dumpError(err error) error {
	e, ok := err.(*unplaced)
	if !ok {
		return asError(err)
	}
	if len(e.Path) > 0 {
		e.text = e.place() + ": " + e.text
	}
	for i, j := 0, len(e.Path)-1; i < j; i, j = i+1, j-1 {
		e.Path[i], e.Path[j] = e.Path[j], e.Path[i]
	}
	cause := e.BrineValueError
	return &Error{Code: CodeInvalid, Detail: cause.text, cause: &cause}
}

// What an error names of a place far inside.
const (
	placesInside  = 6
	placesOutside = 2
)

func (e *unplaced) place() string {
	var places []string
	depth := len(e.Path)
	for i, kind := range e.around {
		if i < placesInside || i >= depth-placesOutside {
			places = append(places, placeIn(kind, e.Path[i]))
		} else if i == placesInside {
			places = append(places, "...")
		}
	}
	return strings.Join(places, " of ") + " of " + containers[e.around[depth-1]]
}

var containers = map[uint32]string{
	core.BrineTuple: "the tuple", core.BrineFrozenSet: "the frozenset", core.BrineSlice: "the slice",
}

func placeIn(kind uint32, at int) string {
	if kind == core.BrineSlice {
		return [...]string{"the start", "the stop", "the step"}[at]
	}
	return fmt.Sprintf("item %d", at)
}

func hasNoBrine(v reflect.Value) error {
	e := &unplaced{BrineValueError: BrineValueError{Type: v.Type()}}
	what := "a "
	if v.Kind() == reflect.Pointer && v.IsNil() {
		what = "a nil "
	}
	e.text = what + typeName(e.Type) + " has no brine"
	if kind := e.Type.Kind(); kind == reflect.Slice || kind == reflect.Array {
		e.text += "; a firth.Tuple has"
	}
	return e
}

func notUTF8(text string, of reflect.Type) error {
	at := 0
	for {
		character, size := utf8.DecodeRuneInString(text[at:])
		if character == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	return &unplaced{BrineValueError: BrineValueError{
		Type: of,
		text: fmt.Sprintf("a string that is not UTF-8 (byte 0x%02x at offset %d) has no brine;"+
			" a []byte has", text[at], at),
	}}
}

// typeName is a type as Go writes it, cut short.
func typeName(of reflect.Type) string {
	const most = 200
	if name := of.String(); len(name) > most {
		return name[:most] + "..."
	}
	return of.String()
}
