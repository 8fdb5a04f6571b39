#!/bin/sh
# Fuzzes every target for the given time: sh tests/fuzz/fuzz.sh SECONDS
# Needs clang with libFuzzer. A finding is written to build/fuzz and fails the script.
set -eu
seconds=${1:?usage: sh tests/fuzz/fuzz.sh SECONDS}
cd "$(dirname "$0")/../.."
cmake --preset fuzz
cmake --build --preset fuzz
for target in build/fuzz/tests/fuzz/fuzz_*; do
    [ -x "$target" ] && [ -f "$target" ] || continue
    name=$(basename "$target")
    name=${name#fuzz_}
    found=build/fuzz/found/$name
    mkdir -p "$found"
    echo "== $name for $seconds s =="
    "$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -artifact_prefix="$found/" \
        "$found" "tests/fuzz/corpus/$name"
done
