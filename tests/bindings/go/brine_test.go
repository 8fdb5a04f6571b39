package firth_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"firth.dev/firth"
)

// brined is a value's brine.
func brined(t *testing.T, value any, limits ...firth.BrineLimits) []byte {
	t.Helper()
	brine, err := firth.DumpBrine(value, limits...)
	must(t, err)
	return brine
}

func unbrined(t *testing.T, brine []byte, limits ...firth.BrineLimits) any {
	t.Helper()
	value, err := firth.LoadBrine(brine, limits...)
	must(t, err)
	return value
}

// wantValue fails unless both are the same in type and value.
func wantValue(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%.200v (%T) instead of %.200v (%T)", got, got, want, want)
	}
}

func unhex(t *testing.T, digits string) []byte {
	t.Helper()
	data, err := hex.DecodeString(digits)
	must(t, err)
	return data
}

func bigInteger(digits string) *big.Int {
	number, _ := new(big.Int).SetString(digits, 10)
	return number
}

// digits is the brine of an integer of less than 256 characters.
func digits(text string) string {
	return hex.EncodeToString(append([]byte{0x16, byte(len(text))}, text...))
}

// values have one brine each, from which they load as they are.
var values = []struct {
	value any
	brine string
}{
	{nil, "00"},
	{true, "03"},
	{false, "04"},
	{firth.NotImplemented{}, "05"},
	{firth.Ellipsis{}, "06"},
	{int64(0), "50"},
	{int64(-48), "20"},
	{int64(159), "ef"},
	{int64(-49), digits("-49")},
	{int64(160), digits("160")},
	{int64(math.MaxInt64), digits("9223372036854775807")},
	{int64(math.MinInt64), digits("-9223372036854775808")},
	{bigInteger("9223372036854775808"), digits("9223372036854775808")},
	{bigInteger("-9223372036854775809"), digits("-9223372036854775809")},
	{bigInteger("18446744073709551616"), digits("18446744073709551616")},
	{1.5, "183ff8000000000000"},
	{math.Inf(-1), "18fff0000000000000"},
	{complex(1.5, -2), "1b3ff8000000000000c000000000000000"},
	{"", "0801"},
	{"h\u00e9", "080c68c3a9"},
	{"a\x00b", "080c610062"},
	{"\U0010ffff", "080df48fbfbf"},
	{[]byte{}, "01"},
	{[]byte("abcd"), "0d61626364"},
	{[]byte("abcde"), "0e056162636465"},
	{firth.Tuple{}, "02"},
	{firth.Tuple{nil}, "1000"},
	{firth.Tuple{int64(1), int64(2), int64(3), int64(4), int64(5)}, "14055152535455"},
	{firth.Tuple{firth.Tuple{}, firth.Tuple{nil}, "x"}, "120210000" + "80a78"},
	{firth.FrozenSet{}, "1a02"},
	{firth.FrozenSet{int64(2), int64(1)}, "1a115251"},
	{firth.Slice{}, "1912000000"},
	{firth.Slice{Stop: int64(2), Step: firth.Tuple{}}, "1912005202"},
}

func TestAValueHasTheBytesOfRpyc(t *testing.T) {
	for _, v := range values {
		wantBytes(t, brined(t, v.value), unhex(t, v.brine))
	}
}

func TestAValueLoadsAsWhatItWas(t *testing.T) {
	for _, v := range values {
		wantValue(t, unbrined(t, unhex(t, v.brine)), v.value)
	}
}

type (
	truth   bool
	count   int16
	mask    uint64
	ratio   float32
	phase   complex64
	name    string
	content []byte
)

func TestOtherTypesLoadAsTheUsualOneOfTheirKind(t *testing.T) {
	for _, c := range []struct{ value, loaded any }{
		{-7, int64(-7)},
		{int8(math.MinInt8), int64(math.MinInt8)},
		{int16(math.MinInt16), int64(math.MinInt16)},
		{int32(math.MinInt32), int64(math.MinInt32)},
		{uint(7), int64(7)},
		{uint8(math.MaxUint8), int64(math.MaxUint8)},
		{uint16(math.MaxUint16), int64(math.MaxUint16)},
		{uint32(math.MaxUint32), int64(math.MaxUint32)},
		{uint64(math.MaxInt64), int64(math.MaxInt64)},
		{uint64(math.MaxInt64 + 1), bigInteger("9223372036854775808")},
		{uint64(math.MaxUint64), bigInteger("18446744073709551615")},
		{uintptr(7), int64(7)},
		{big.NewInt(-7), int64(-7)},
		{*big.NewInt(300), int64(300)},
		{*bigInteger("-18446744073709551616"), bigInteger("-18446744073709551616")},
		{big.Int{}, int64(0)},
		{float32(0.1), float64(float32(0.1))},
		{complex64(complex(0.5, 0.1)), complex(0.5, float64(float32(0.1)))},
		{'x', int64('x')},
		{truth(true), true},
		{count(-7), int64(-7)},
		{mask(math.MaxUint64), bigInteger("18446744073709551615")},
		{ratio(0.5), 0.5},
		{phase(complex(1, 2)), complex(1, 2)},
		{name("brine"), "brine"},
		{content("brine"), []byte("brine")},
		{time.Second, int64(time.Second)},
		{[]byte(nil), []byte{}},
		{firth.Tuple(nil), firth.Tuple{}},
		{firth.FrozenSet(nil), firth.FrozenSet{}},
	} {
		wantValue(t, unbrined(t, brined(t, c.value)), c.loaded)
	}
}

func TestFloatsKeepTheirBits(t *testing.T) {
	for _, bits := range []uint64{0, 1 << 63, 1, 0x7ff0000000000001, 0xfff8000000000001} {
		number := math.Float64frombits(bits)
		if got := unbrined(t, brined(t, number)).(float64); math.Float64bits(got) != bits {
			t.Errorf("%016x instead of %016x", math.Float64bits(got), bits)
		}
		got := unbrined(t, brined(t, complex(1, number))).(complex128)
		if real(got) != 1 || math.Float64bits(imag(got)) != bits {
			t.Errorf("%016x instead of %016x", math.Float64bits(imag(got)), bits)
		}
	}
}

func TestWhatWasLoadedKeepsNothingOfTheBytes(t *testing.T) {
	brine := brined(t, firth.Tuple{"text", []byte("data"), bigInteger(strings.Repeat("7", 30))})
	loaded := unbrined(t, brine)
	for i := range brine {
		brine[i] = 0xff
	}
	wantValue(t, loaded, firth.Tuple{"text", []byte("data"), bigInteger(strings.Repeat("7", 30))})
}

func TestWhatWasDumpedIsTheCallers(t *testing.T) {
	value := []byte("data")
	one := brined(t, value)
	copy(value, "brine")
	brined(t, []byte("others"))
	wantValue(t, unbrined(t, one), []byte("data"))
}

// Sizes around what goes over to C, and comes back, in one piece.
var sizes = []int{0, 1, 255, 256, 1022, 1023, 1024, 1025, 2047, 2048, 8191, 8192, 8193, 100000}

func TestTextAndBytesOfEverySizeGoAndCome(t *testing.T) {
	for _, size := range sizes {
		value := firth.Tuple{string(text(size)), random(size), "behind"}
		wantValue(t, unbrined(t, brined(t, value)), value)
	}
}

func TestBrineOfEverySizeIsTheCallersInFull(t *testing.T) {
	const head = 5 // bytes before the data
	for _, size := range sizes[4:] {
		value := random(size - head)
		if brine := brined(t, value); len(brine) != size {
			t.Fatalf("%d bytes of brine, not %d", len(brine), size)
		} else {
			wantValue(t, unbrined(t, brine), value)
		}
	}
}

func TestTuplesOfEverySizeGoAndCome(t *testing.T) {
	for _, size := range sizes {
		tuple := make(firth.Tuple, size)
		for i := range tuple {
			tuple[i] = []any{int64(i), complex(float64(i), 1), "brine", firth.Slice{Stop: int64(i)}}[i%4]
		}
		wantValue(t, unbrined(t, brined(t, tuple)), tuple)
	}
}

func TestATupleOfComplexNumbersFillsTheRecordsToTheLast(t *testing.T) {
	for _, ahead := range []int{0, 1} {
		tuple := make(firth.Tuple, 3000)
		for i := range tuple {
			tuple[i] = complex(float64(i), -float64(i))
		}
		tuple = append(tuple[:ahead:ahead], tuple...)
		wantValue(t, unbrined(t, brined(t, tuple)), tuple)
	}
}

func TestManyTextsOfTheSameSizeGoInOrder(t *testing.T) {
	for _, size := range []int{10, 100, 1000} {
		tuple := make(firth.Tuple, 300)
		for i := range tuple {
			tuple[i] = strings.Repeat(string(rune('a'+i%26)), size)
		}
		wantValue(t, unbrined(t, brined(t, tuple)), tuple)
	}
}

func TestManyTextsOfAllSizesGoInOrder(t *testing.T) {
	tuple := make(firth.Tuple, 3000)
	for i := range tuple {
		tuple[i] = strings.Repeat(string(rune('a'+i%26)), i%90)
		if i%7 == 0 {
			tuple[i] = bytes.Repeat([]byte{byte(i)}, 1020+i%9)
		}
	}
	wantValue(t, unbrined(t, brined(t, tuple)), tuple)
}

func TestAnIntegerOfTheMostDigitsGoesAndComes(t *testing.T) {
	for _, sign := range []string{"", "-"} {
		number := bigInteger(sign + strings.Repeat("9", firth.BrineDigitsLimit))
		wantValue(t, unbrined(t, brined(t, number)), number)
	}
}

func TestASetKeepsItsOrderAndWhatIsThereTwice(t *testing.T) {
	set := firth.FrozenSet{"b", "a", "b", int64(1), true}
	wantValue(t, unbrined(t, brined(t, set)), set)
}

func TestTheSingletonsSayTheirNames(t *testing.T) {
	if fmt.Sprint(firth.Tuple{firth.Ellipsis{}, firth.NotImplemented{}}) != "[Ellipsis NotImplemented]" {
		t.Fatal("they do not")
	}
}
