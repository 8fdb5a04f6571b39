module firth.dev/firth

go 1.19
