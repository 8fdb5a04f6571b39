package firth_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"firth.dev/firth"
)

type point struct{ X, Y int }
type octet byte

// refused have no brine; the error says so.
var refused = []struct {
	value any
	says  string
	path  []int
}{
	{map[string]int{}, "a map[string]int has no brine", nil},
	{point{}, "a firth_test.point has no brine", nil},
	{&point{}, "a *firth_test.point has no brine", nil},
	{(*point)(nil), "a nil *firth_test.point has no brine", nil},
	{(*big.Int)(nil), "a nil *big.Int has no brine", nil},
	{(*string)(nil), "a nil *string has no brine", nil},
	{new(any), "a *interface {} has no brine", nil},
	{big.NewFloat(1), "a *big.Float has no brine", nil},
	{[]any{1}, "a []interface {} has no brine; a firth.Tuple has", nil},
	{[]string{}, "a []string has no brine; a firth.Tuple has", nil},
	{[2]int{}, "a [2]int has no brine; a firth.Tuple has", nil},
	{[16]byte{}, "a [16]uint8 has no brine; a firth.Tuple has", nil},
	{[]octet{1}, "a []firth_test.octet has no brine; a firth.Tuple has", nil},
	{[]count{1}, "a []firth_test.count has no brine; a firth.Tuple has", nil},
	{func() {}, "a func() has no brine", nil},
	{make(chan int), "a chan int has no brine", nil},
	{&firth.Tuple{}, "a *firth.Tuple has no brine", nil},
	{"a\xffb", "a string that is not UTF-8 (byte 0xff at offset 1) has no brine; a []byte has", nil},
	{name("\xff"), "a string that is not UTF-8 (byte 0xff at offset 0) has no brine; a []byte has", nil},
	{"\xed\xa0\x80", "a string that is not UTF-8 (byte 0xed at offset 0) has no brine; a []byte has", nil},
	{"\ufffd\xc3", "a string that is not UTF-8 (byte 0xc3 at offset 3) has no brine; a []byte has", nil},
	{firth.Tuple{0, 1, 2, map[string]int{}}, "item 3 of the tuple: a map[string]int has no brine", []int{3}},
	{firth.FrozenSet{point{}}, "item 0 of the frozenset: a firth_test.point has no brine", []int{0}},
	{firth.Slice{Stop: "\x80"}, "the stop of the slice: a string that is not UTF-8 " +
		"(byte 0x80 at offset 0) has no brine; a []byte has", []int{1}},
	{firth.Tuple{firth.Tuple{0, firth.FrozenSet{firth.Slice{Step: (*big.Int)(nil)}}}},
		"the step of item 0 of item 1 of item 0 of the tuple: a nil *big.Int has no brine",
		[]int{0, 1, 0, 2}},
}

func TestWhatHasNoBrineIsNamedWithItsPlace(t *testing.T) {
	for _, c := range refused {
		_, err := firth.DumpBrine(c.value)
		if failed := wantCode(t, err, firth.CodeInvalid); failed.Detail != c.says {
			t.Errorf("%s\n  instead of %s", failed.Detail, c.says)
		}
		wantIs(t, err, firth.ErrInvalid)
	}
}

func TestTheTypeAndThePlaceOfWhatHasNoBrineAreToBeHad(t *testing.T) {
	for _, c := range refused {
		_, err := firth.DumpBrine(c.value)
		var failed *firth.BrineValueError
		if !errors.As(err, &failed) {
			t.Fatalf("%v (%T)", err, err)
		}
		if !reflect.DeepEqual(failed.Path, c.path) || failed.Error() != c.says {
			t.Errorf("%v: %v instead of %v", failed, failed.Path, c.path)
		}
		if c.path == nil && failed.Type != reflect.TypeOf(c.value) {
			t.Errorf("%v instead of %T", failed.Type, c.value)
		}
	}
}

// within each other are so many tuples; the innermost one holds the value.
func nested(depth int, value any) any {
	for ; depth > 0; depth-- {
		value = firth.Tuple{value}
	}
	return value
}

func TestAPlaceFarInsideIsToldShort(t *testing.T) {
	_, err := firth.DumpBrine(nested(500, point{}))
	failed := wantCode(t, err, firth.CodeInvalid)
	place := strings.Repeat("item 0 of ", 6) + "... of " + strings.Repeat("item 0 of ", 2) + "the tuple: "
	if failed.Detail != place+"a firth_test.point has no brine" {
		t.Fatal(failed.Detail)
	}
}

func TestALongNameOfATypeIsCutShort(t *testing.T) {
	long := reflect.StructOf([]reflect.StructField{
		{Name: "A" + strings.Repeat("a", 10000), Type: reflect.TypeOf(0)}})
	_, err := firth.DumpBrine(reflect.Zero(long).Interface())
	if failed := wantCode(t, err, firth.CodeInvalid); len(failed.Detail) > 300 {
		t.Fatal(len(failed.Detail))
	}
}

func TestDumpableSaysWhetherADumpWouldSucceed(t *testing.T) {
	for _, c := range refused {
		if firth.DumpableAsBrine(c.value) {
			t.Errorf("%v", c.value)
		}
	}
	for _, v := range values {
		if !firth.DumpableAsBrine(v.value) {
			t.Errorf("not %v", v.value)
		}
	}
	if firth.DumpableAsBrine("brine", firth.BrineLimits{Size: 5}) {
		t.Error("over the limit")
	}
	if firth.DumpableAsBrine(1, firth.BrineLimits{Size: -1}) {
		t.Error("within a limit that is none")
	}
}

func TestATupleThatHoldsItselfIsTooDeep(t *testing.T) {
	tuple := firth.Tuple{1, nil}
	tuple[1] = tuple
	_, err := firth.DumpBrine(tuple)
	wantCode(t, err, firth.CodeBufferOverflow)
	_, err = firth.DumpBrine(tuple, firth.BrineLimits{Depth: firth.BrineDepthMax})
	wantIs(t, err, firth.ErrBufferOverflow)
}

func TestATupleThatDoublesInsideIsTooLarge(t *testing.T) {
	tuple := firth.Tuple{}
	for i := 0; i < 60; i++ {
		tuple = firth.Tuple{tuple, tuple}
	}
	_, err := firth.DumpBrine(tuple, firth.BrineLimits{Items: 100000})
	wantIs(t, err, firth.ErrBufferOverflow)
}

func TestALimitIsWhatStillGoesAndComes(t *testing.T) {
	for _, c := range []struct {
		limits          firth.BrineLimits
		within, outside any
	}{
		{firth.BrineLimits{}, nested(firth.BrineDepthLimit, 1), nested(firth.BrineDepthLimit+1, 1)},
		{firth.BrineLimits{Depth: -1}, firth.Tuple{}, firth.Tuple{1}},
		{firth.BrineLimits{Depth: 1}, firth.Tuple{firth.Tuple{}}, nested(2, 1)},
		{firth.BrineLimits{Depth: firth.BrineDepthMax}, nested(firth.BrineDepthMax, 1),
			nested(firth.BrineDepthMax+1, 1)},
		{firth.BrineLimits{Size: 8}, "brine", "brines"},
		{firth.BrineLimits{Size: 3005}, random(3000), random(3001)},
		{firth.BrineLimits{Size: 20005}, random(20000), random(20001)},
		{firth.BrineLimits{Items: 2000}, numbers(1999), numbers(2000)},
		{firth.BrineLimits{}, bigInteger(strings.Repeat("9", 4300)), bigInteger(strings.Repeat("9", 4301))},
		{firth.BrineLimits{Digits: 30}, bigInteger("-" + strings.Repeat("9", 30)),
			bigInteger(strings.Repeat("9", 31))},
		{firth.BrineLimits{Digits: 20}, uint64(math.MaxUint64), bigInteger("184467440737095516150")},
	} {
		unbrined(t, brined(t, c.within, c.limits), c.limits)
		_, err := firth.DumpBrine(c.outside, c.limits)
		wantCode(t, err, firth.CodeBufferOverflow)
		wide := firth.BrineLimits{Depth: firth.BrineDepthMax, Digits: 10000}
		if c.limits.Depth == firth.BrineDepthMax {
			continue
		}
		_, err = firth.LoadBrine(brined(t, c.outside, wide), c.limits)
		wantIs(t, err, firth.ErrBufferOverflow)
	}
}

func TestTheDigitsOfAHugeIntegerAreNotWrittenToBeRefused(t *testing.T) {
	huge := new(big.Int).Lsh(big.NewInt(1), 1<<24)
	_, err := firth.DumpBrine(firth.Tuple{huge})
	failed := wantCode(t, err, firth.CodeBufferOverflow)
	if !strings.Contains(failed.Detail, "an integer of at least 5049") {
		t.Fatal(failed.Detail)
	}
}

func TestLimitsOutOfRangeAreInvalid(t *testing.T) {
	for _, limits := range [][]firth.BrineLimits{
		{{Depth: -2}}, {{Depth: firth.BrineDepthMax + 1}}, {{Size: -1}}, {{Size: 1 << 32}},
		{{Items: -1}}, {{Digits: -1}}, {{}, {}},
	} {
		_, err := firth.DumpBrine(1, limits...)
		wantIs(t, err, firth.ErrInvalid)
		_, err = firth.LoadBrine([]byte{0}, limits...)
		wantIs(t, err, firth.ErrInvalid)
	}
}

// notBrine are bytes that no value has.
var notBrine = []string{
	"", "07", "09", "1c", "1f", "f0", "ff", "0000", "10", "1405", "15ffffffff00", "0a", "0e0561",
	"0fffffffff", "1601", "160131" + "00", "16023031", "160130" + "30", "16022d30", "1601" + "2b", "1600",
	"17000000" + "00", "18000000", "1b00", "08", "0800", "08" + "50", "080aff", "080ced" + "a080",
	"1900", "191000", "19111111", "1913", "1a00", "1a50",
}

func TestBytesThatNoValueHasAreProtocolErrors(t *testing.T) {
	for _, digits := range notBrine {
		value, err := firth.LoadBrine(unhex(t, digits))
		if !errors.Is(err, firth.ErrProtocol) || value != nil {
			t.Errorf("%s: %v, %v", digits, value, err)
		}
	}
	_, err := firth.LoadBrine(nil)
	wantCode(t, err, firth.CodeProtocol)
}

func TestWhatIsWrongFarBehindIsFound(t *testing.T) {
	brine := brined(t, numbers(100000))
	_, err := firth.LoadBrine(brine[:len(brine)-1])
	wantIs(t, err, firth.ErrProtocol)
	brine[len(brine)-1] = 'x'
	_, err = firth.LoadBrine(brine)
	wantIs(t, err, firth.ErrProtocol)
}

func TestALyingLengthOfATupleTakesNoMemory(t *testing.T) {
	lying := append([]byte{0x15, 0, 0xff, 0xff, 0xff}, make([]byte, 1000)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := 0; i < 10; i++ {
		_, err := firth.LoadBrine(lying)
		wantIs(t, err, firth.ErrProtocol)
	}
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
		t.Fatalf("%d bytes", allocated)
	}
}

// dumpAndLoad takes every way through a dump and a load.
func dumpAndLoad(t *testing.T, value any) {
	t.Helper()
	brine, err := firth.DumpBrine(value)
	if err != nil {
		return
	}
	unbrined(t, brine)
	_, err = firth.LoadBrine(brine[:len(brine)-1])
	wantIs(t, err, firth.ErrProtocol)
}

func TestNothingOfBrineIsLeftBehind(t *testing.T) {
	objects, _ := firth.Live()
	for round := 0; round < 50; round++ {
		for _, value := range []any{1, numbers(2000), random(10000), nested(1500, 1),
			firth.Tuple{random(5000), point{}}} {
			dumpAndLoad(t, value)
		}
		firth.DumpableAsBrine(random(10000))
	}
	if now, _ := firth.Live(); now > objects {
		t.Fatalf("%d objects, %d before", now, objects)
	}
}

func TestTheMemoryOfManyLoadsIsGivenBack(t *testing.T) {
	before := resident(t)
	for round := 0; round < 50; round++ {
		dumpAndLoad(t, make(firth.Tuple, 100000))
	}
	if grown := resident(t) - before; grown > 40<<20 {
		t.Fatalf("%d bytes", grown)
	}
}

// resident is the memory of this process that is in use.
func resident(t *testing.T) (bytes int) {
	t.Helper()
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/statm")
	must(t, err)
	_, err = fmt.Sscanf(string(status), "%d %d", new(int), &bytes)
	must(t, err)
	return bytes * os.Getpagesize()
}
