#!/bin/sh
# Fuzzes every target, or those named, for the given time: sh tests/fuzz/fuzz.sh SECONDS [TARGET...]
# Needs clang with libFuzzer. A finding is written to build/fuzz and fails the script.
set -eu
seconds=${1:?usage: sh tests/fuzz/fuzz.sh SECONDS [TARGET...]}
shift
cd "$(dirname "$0")/../.."
cmake --preset fuzz
cmake --build --preset fuzz
if [ $# -eq 0 ]; then
    for target in build/fuzz/tests/fuzz/fuzz_*; do
        [ -x "$target" ] && [ -f "$target" ] || continue
        name=$(basename "$target")
        set -- "$@" "${name#fuzz_}"
    done
fi
for name in "$@"; do
    target=build/fuzz/tests/fuzz/fuzz_$name
    found=build/fuzz/found/$name
    mkdir -p "$found"
    echo "== $name for $seconds s =="
    "$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -artifact_prefix="$found/" \
        "$found" "tests/fuzz/corpus/$name"
done
