package core

// Missed has the layout of firth_go_missed in swig/go/custom_stream.i: what a try over an
// object of Go's could not do without it.
type Missed struct {
	Read      uint64 // bytes that a read asks for
	Write     uint64 // bytes staged for the object to write
	Unclaimed uint64 // bytes that the object took, of which no try has been told yet
	Poll      int32  // a poll asks
	Flush     int32  // a flush asks
	Busy      int32  // another call's bytes are staged (1), or the object has them (2)
	_         int32
}

// What a call cannot have from its object: FIRTH_GO_NO_... in swig/go/custom_stream.i.
const (
	RefusesRead  = 1
	RefusesWrite = 2
	RefusesPoll  = 4
)

// CustomArrived stages what an object gave; custom_room has made room for it.
func CustomArrived(custom uintptr, data []byte, ended bool) {
	customArrived(custom, uintptr(start(data)), len(data), ended)
}

// CustomHandOut fills the buffer with as many staged bytes.
func CustomHandOut(custom uintptr, buffer []byte) {
	customHandOut(custom, uintptr(start(buffer)), len(buffer))
}

//go:uintptrescapes
func customArrived(custom, data uintptr, length int, ended bool) {
	Custom_arrived(custom, data, int64(length), ended)
}

//go:uintptrescapes
func customHandOut(custom, buffer uintptr, capacity int) {
	Custom_hand_out(custom, buffer, int64(capacity))
}
