#!/bin/sh
# generated.sh SWIG GO MODULE FOLDER: makes what is committed in MODULE from SWIG's and from
# internal/forward's output again, in FOLDER, and compares. SWIG must be 4.1.0, or else
# $FIRTH_PEERS/swig must hold it (tests/support/requirements-swig.txt).
set -eu
swig=$1 go=$2 module=$3 folder=$4

if ! "$swig" -version | grep -q '^SWIG Version 4\.1\.0$'; then
    data=$FIRTH_PEERS/swig/swig/data
    swig=$data/bin/swig
    export SWIG_LIB="$data/share/swig/4.1.0"
fi
"$swig" -version | grep '^SWIG Version 4\.1\.0$'

rm -rf "$folder"
mkdir -p "$folder"
sh "$module/generate.sh" "$swig" "$go" "$folder/core"
cp "$module"/*.go "$module/go.mod" "$folder"
cp -r "$module/internal" "$folder"
rm "$folder"/*_methods.go
(cd "$folder" && "$go" run ./internal/forward)

for file in core/firth.go core/firth_wrap.c; do
    diff -u "$module/internal/$file" "$folder/$file"
done
for file in "$module"/*_methods.go "$folder"/*_methods.go; do
    name=$(basename "$file")
    diff -u "$module/$name" "$folder/$name"
done
echo "the committed files are as generated"
