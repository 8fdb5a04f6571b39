package firth

import "runtime"

// ownCallError says that a call would wait for itself.
func ownCallError() error {
	return invalid("an object's method uses, in the same direction, the stream that is calling it")
}

// isMine says whether the call that has the turn is this goroutine's own.
func (d *direction) isMine() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.active && d.holder != 0 && d.holder == goroutine()
}

// goroutine is the number of this goroutine, as its stack begins: "goroutine 7 [running]:".
func goroutine() (number uint64) {
	var stack [40]byte
	for _, c := range stack[len("goroutine "):runtime.Stack(stack[:], false)] {
		if c < '0' || c > '9' {
			break
		}
		number = 10*number + uint64(c-'0')
	}
	return number
}
