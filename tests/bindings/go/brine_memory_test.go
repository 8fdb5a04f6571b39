package firth_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"firth.dev/firth"
)

// limitMemory leaves this process so many bytes more than it has.
func limitMemory(t *testing.T, more uint64) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	must(t, err)
	var pages uint64
	_, err = fmt.Sscan(string(text), &pages)
	must(t, err)
	size := pages*uint64(os.Getpagesize()) + more
	must(t, syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: size, Max: size}))
}

// tupleOfMany is the brine of a tuple of None.
func tupleOfMany(count int) []byte {
	head := []byte{0x15, byte(count >> 24), byte(count >> 16), byte(count >> 8), byte(count)}
	return append(head, bytes.Repeat([]byte{0}, count)...)
}

// Which takes 256 MiB before anything is made of it.
func TestALoadWithoutMemorySaysForWhat(t *testing.T) {
	const child = "FIRTH_TEST_WITHOUT_MEMORY"
	if os.Getenv(child) == "" {
		again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		again.Env = append(os.Environ(), child+"=1")
		if said, err := again.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		return
	}
	brine := tupleOfMany(15 << 20)
	limitMemory(t, 96<<20)
	_, err := firth.LoadBrine(brine)
	failed := wantCode(t, err, firth.CodeNoMemory)
	if failed.Detail != "no memory for the values of brine" {
		t.Fatal(failed.Detail)
	}
	wantIs(t, err, firth.ErrNoMemory)
	unbrined(t, brined(t, firth.Tuple{"there", "is", "some", "again"}))
}
