package firth_test

import (
	"math/big"
	"testing"

	"firth.dev/firth"
)

// numbers is a tuple of integers, most of them with digits.
func numbers(count int) firth.Tuple {
	tuple := make(firth.Tuple, count)
	for i := range tuple {
		tuple[i] = i
	}
	return tuple
}

// request is what an rpyc call looks like: message, sequence, handler and its arguments.
var request = firth.Tuple{1, 4711, firth.Tuple{
	5, firth.Tuple{4, firth.Tuple{firth.Tuple{1, firth.Tuple{"firth.Service", 94203, 140512}}, "brine"}},
}}

var measured = []struct {
	name  string
	value any
}{
	{"Integer", 1},
	{"String", "answer"},
	{"BigInteger", new(big.Int).Lsh(big.NewInt(1), 100)},
	{"Request", request},
	{"Numbers1000", numbers(1000)},
	{"Numbers100000", numbers(100000)},
	{"Bytes1MiB", make([]byte, 1<<20)},
}

func BenchmarkDumpBrine(b *testing.B) {
	for _, m := range measured {
		b.Run(m.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				if _, err := firth.DumpBrine(m.value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoadBrine(b *testing.B) {
	for _, m := range measured {
		brine, err := firth.DumpBrine(m.value)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(m.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				if _, err := firth.LoadBrine(brine); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
