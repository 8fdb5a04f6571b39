#!/bin/sh
# tidy.sh GO MODULE MODFILE FOLDER...: gofmt and go vet have nothing to say about the module
# MODULE, nor about the programs and tests in the FOLDERs, which use it through MODFILE.
set -eu
go=$1 module=$2 modfile=$3
shift 3

unformatted=$("$("$go" env GOROOT)/bin/gofmt" -l "$module" "$@")
if [ -n "$unformatted" ]; then
    echo "gofmt would change:" "$unformatted"
    exit 1
fi
(cd "$module" && "$go" vet ./...)
for folder in "$@"; do
    for program in "$folder"/*.go; do
        if grep -q '^//go:build ignore$' "$program"; then
            (cd "$folder" && "$go" vet -modfile "$modfile" "$program")
        else
            (cd "$folder" && "$go" vet -modfile "$modfile" .)
            break
        fi
    done
done
echo "tidy"
