package firth_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"math/rand"
	"strings"
	"sync"
	"testing"

	"firth.dev/firth"
)

// randomValue is any value, with few items around few items.
func randomValue(random *rand.Rand, depth int) any {
	makers := []func() any{
		func() any { return nil },
		func() any { return random.Intn(2) == 0 },
		func() any { return firth.Ellipsis{} },
		func() any { return firth.NotImplemented{} },
		func() any { return int64(random.Intn(400) - 200) },
		func() any { return int64(random.Uint64()) },
		func() any { return randomBigInteger(random) },
		func() any { return math.Float64frombits(random.Uint64() &^ (1 << 62)) },
		func() any { return complex(random.NormFloat64(), random.NormFloat64()) },
		func() any { return randomText(random) },
		func() any { return randomBytes(random) },
		func() any { return firth.Tuple(randomValues(random, random.Intn(7), depth)) },
		func() any { return firth.FrozenSet(randomValues(random, random.Intn(2), depth)) },
		func() any {
			values := randomValues(random, 3, depth)
			return firth.Slice{Start: values[0], Stop: values[1], Step: values[2]}
		},
	}
	if depth == 0 {
		makers = makers[:11]
	}
	return makers[random.Intn(len(makers))]()
}

func randomValues(random *rand.Rand, count, depth int) []any {
	values := make([]any, count)
	for i := range values {
		values[i] = randomValue(random, depth-1)
	}
	return values
}

// randomBigInteger is one that 64 bits do not hold.
func randomBigInteger(random *rand.Rand) *big.Int {
	number := new(big.Int).Rand(random, new(big.Int).Lsh(big.NewInt(1), uint(random.Intn(900))))
	number.Add(number, new(big.Int).Lsh(big.NewInt(1), 64))
	if random.Intn(2) == 0 {
		number.Neg(number)
	}
	return number
}

func randomText(random *rand.Rand) string {
	var text strings.Builder
	for i := random.Intn(1 << random.Intn(10)); i > 0; i-- {
		if character := rune(random.Intn(1 << random.Intn(22))); character <= 0x10ffff {
			text.WriteRune(character)
		}
	}
	return text.String()
}

func randomBytes(random *rand.Rand) []byte {
	data := make([]byte, random.Intn(1<<random.Intn(12)))
	random.Read(data)
	return data
}

func TestRandomValuesGoAndCome(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for i := 0; i < 2000; i++ {
		value := randomValue(random, 4)
		wantValue(t, unbrined(t, brined(t, value)), value)
	}
}

// A slice inside a frozenset has no hash before Python 3.12, and rpyc could not load it.
func hashable(value any) bool {
	switch v := value.(type) {
	case firth.Tuple:
		return holdsForAll(v, hashable)
	case firth.FrozenSet:
		return holdsForAll(v, hashable) && holdsForAll(v, func(item any) bool {
			return !strings.Contains(fmt.Sprintf("%T %#v", item, item), "firth.Slice")
		})
	case firth.Slice:
		return holdsForAll([]any{v.Start, v.Stop, v.Step}, hashable)
	}
	return true
}

func holdsForAll(values []any, holds func(any) bool) bool {
	for _, value := range values {
		if !holds(value) {
			return false
		}
	}
	return true
}

func TestRpycDumpsWhatItLoadsOfRandomValuesWithTheSameBytes(t *testing.T) {
	for _, version := range []string{"4.1.5", "5.3.1", "6.0.2"} {
		random := rand.New(rand.NewSource(2))
		channel := rpycBrine(t, version, "echo")
		for i := 0; i < 1000; i++ {
			if value := randomValue(random, 4); hashable(value) {
				sent := brined(t, value)
				must(t, channel.Send(sent))
				wantReceived(t, channel, sent)
			}
		}
	}
}

func TestRandomValuesOfRpycComeAndGoWithTheSameBytes(t *testing.T) {
	for _, version := range []string{"4.1.5", "5.3.1", "6.0.2"} {
		channel := rpycBrine(t, version, "make", "3", "500")
		for i := 0; i < 500; i++ {
			made := receivedBy(t, channel)
			wantBytes(t, brined(t, unbrined(t, made)), made)
		}
	}
}

// rpycBrine is a channel to tests/support/peers/brine.py.
func rpycBrine(t *testing.T, version string, words ...string) *firth.Channel {
	t.Helper()
	child := rpycPeer(t, version, "brine.py", words...)
	stream, err := firth.SpawnPipeStream(child.Args, &firth.ProcessOptions{Env: child.Env})
	must(t, err)
	return channelOver(t, stream, nil)
}

func TestGoroutinesDumpAndLoadSideBySide(t *testing.T) {
	var done sync.WaitGroup
	defer done.Wait()
	for worker := int64(0); worker < 4; worker++ {
		random := rand.New(rand.NewSource(worker))
		done.Add(1)
		go func() {
			defer done.Done()
			for i := 0; i < 200; i++ {
				if !goesAndComes(randomValue(random, 4)) {
					t.Error("a value came back as another one")
				}
			}
		}()
	}
}

func goesAndComes(value any) bool {
	brine, err := firth.DumpBrine(firth.Tuple{value, numbers(1500)})
	if err != nil {
		return false
	}
	loaded, err := firth.LoadBrine(brine)
	if err != nil {
		return false
	}
	again, err := firth.DumpBrine(loaded)
	return err == nil && bytes.Equal(again, brine)
}

func FuzzLoadBrine(f *testing.F) {
	for _, v := range values {
		seed, _ := hex.DecodeString(v.brine)
		f.Add(seed)
	}
	for _, digits := range notBrine {
		seed, _ := hex.DecodeString(digits)
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		value, err := firth.LoadBrine(data)
		if err != nil {
			if code := wantCodeIn(t, err, firth.CodeProtocol, firth.CodeBufferOverflow); value != nil {
				t.Fatalf("%v with a value: %v", code, value)
			}
			return
		}
		brine := brined(t, value)
		wantBytes(t, brined(t, unbrined(t, brine)), brine)
	})
}

func wantCodeIn(t *testing.T, err error, codes ...firth.Code) firth.Code {
	t.Helper()
	for _, code := range codes {
		if failed, ok := err.(*firth.Error); ok && failed.Code == code {
			return code
		}
	}
	t.Fatalf("%v (%T)", err, err)
	return 0
}
