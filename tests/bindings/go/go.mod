module firth.dev/firth/tests

go 1.19

require firth.dev/firth v0.0.0

replace firth.dev/firth => ../../../build/bindings/go
