#!/bin/sh
# generate.sh SWIG GO FOLDER: writes SWIG's output for Go into FOLDER, formatted, and the
# same whatever the checkout is called. What is committed comes from SWIG 4.1.0.
set -eu
swig=$1 go=$2
mkdir -p "$3"
folder=$(cd "$3" && pwd)
cd "$(dirname "$0")/../.."
"$swig" -go -cgo -intgosize 64 -package core -Wall -Werror -Iswig -Iswig/go -Icore/include \
    -outdir "$folder" -o "$folder/firth_wrap.c" swig/firth.i
"$(dirname "$("$go" env GOROOT)/bin/go")/gofmt" -w "$folder/firth.go"
