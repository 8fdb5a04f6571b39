package core

// As shipped, the module finds an installed firth through pkg-config. The build
// tree has cgo_build.go in this file's place.

// #cgo pkg-config: firth
import "C"
