package main

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"firth.dev/firth"
)

// simple are the words for single values.
var simple = map[string]any{
	"none": nil, "true": true, "false": false,
	"not-implemented": firth.NotImplemented{}, "ellipsis": firth.Ellipsis{},
}

// notation is words that tell values.
type notation struct{ words []string }

// parsed is the value that words tell.
func parsed(words []byte) any {
	n := &notation{strings.Split(string(words), " ")}
	return n.value()
}

func (n *notation) value() any {
	kind, text, _ := strings.Cut(n.words[0], ":")
	n.words = n.words[1:]
	switch kind {
	case "int":
		return integer(text)
	case "float":
		return real64(text)
	case "complex":
		realPart, imaginary, _ := strings.Cut(text, ",")
		return complex(real64(realPart), real64(imaginary))
	case "bytes":
		return unhex(text)
	case "str":
		return string(unhex(text))
	case "tuple":
		return firth.Tuple(n.items(text))
	case "frozenset":
		return firth.FrozenSet(n.items(text))
	case "slice":
		return firth.Slice{Start: n.value(), Stop: n.value(), Step: n.value()}
	}
	return simple[kind]
}

func (n *notation) items(count string) []any {
	length, _ := strconv.Atoi(count)
	items := make([]any, length)
	for i := range items {
		items[i] = n.value()
	}
	return items
}

func integer(digits string) any {
	if number, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return number
	}
	number, _ := new(big.Int).SetString(digits, 10)
	return number
}

func real64(digits string) float64 {
	bits, _ := strconv.ParseUint(digits, 16, 64)
	return math.Float64frombits(bits)
}

func unhex(digits string) []byte {
	data, _ := hex.DecodeString(digits)
	return data
}

// shown are the words that tell a value.
func shown(value any) []byte { return []byte(strings.Join(show(nil, value), " ")) }

// show appends them. Another type than LoadBrine gives is no word of the notation.
func show(words []string, value any) []string {
	switch v := value.(type) {
	case int64:
		return append(words, fmt.Sprintf("int:%d", v))
	case *big.Int:
		return append(words, "int:"+v.String())
	case float64:
		return append(words, "float:"+bits(v))
	case complex128:
		return append(words, "complex:"+bits(real(v))+","+bits(imag(v)))
	case []byte:
		return append(words, "bytes:"+hex.EncodeToString(v))
	case string:
		return append(words, "str:"+hex.EncodeToString([]byte(v)))
	case firth.Tuple:
		return showItems(append(words, fmt.Sprintf("tuple:%d", len(v))), v)
	case firth.FrozenSet:
		return showItems(append(words, fmt.Sprintf("frozenset:%d", len(v))), v)
	case firth.Slice:
		return showItems(append(words, "slice"), []any{v.Start, v.Stop, v.Step})
	case nil, bool, firth.Ellipsis, firth.NotImplemented:
		return append(words, simpleWord(value))
	}
	return append(words, fmt.Sprintf("%T", value))
}

func showItems(words []string, items []any) []string {
	for _, item := range items {
		words = show(words, item)
	}
	return words
}

func simpleWord(value any) string {
	for word, single := range simple {
		if single == value {
			return word
		}
	}
	return ""
}

func bits(number float64) string { return fmt.Sprintf("%016x", math.Float64bits(number)) }
