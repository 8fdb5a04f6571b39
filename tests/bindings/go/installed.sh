#!/bin/sh
# installed.sh CMAKE BUILD GO HELLO FOLDER: installs the build tree into FOLDER, and builds the
# program HELLO there with the module as it is committed, which finds firth by pkg-config.
set -eu
cmake=$1 build=$2 go=$3 hello=$4 folder=$5
rm -rf "$folder"
mkdir -p "$folder/program"
"$cmake" --install "$build" --prefix "$folder/prefix" >/dev/null

cd "$folder/program"
cp "$hello" .
cat >go.mod <<END
module example.com/hello

go 1.19

require firth.dev/firth v0.0.0

replace firth.dev/firth => ../prefix/share/gocode/src/firth.dev/firth
END
PKG_CONFIG_PATH=$(dirname "$(find "$folder/prefix" -name firth.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH LD_LIBRARY_PATH
"$go" build -o hello "$(basename "$hello")"
# Nobody listens there: that the program says so shows that it runs.
said=$(./hello 127.0.0.1 1 2>&1) && exit 1
echo "$said"
echo "$said" | grep -q refused
