#!/bin/sh
# Fuzzes every target, or those named, for the given time: sh tests/fuzz/fuzz.sh SECONDS [TARGET...]
# Needs clang with libFuzzer. A finding is written to build/fuzz/found and fails the script.
set -eu

fail() {
    echo "fuzz.sh: $1" >&2
    exit 1
}

cd "$(dirname "$0")/../.."
case ${1:-} in
    "" | 0* | *[!0-9]*) fail "SECONDS is '${1:-}', expected a whole number above 0: fuzz.sh SECONDS [TARGET...]" ;;
esac
seconds=$1
shift
for name in "$@"; do
    [ -f "tests/fuzz/fuzz_$name.c" ] || fail "there is no target '$name', that is, no tests/fuzz/fuzz_$name.c"
done
command -v clang >/dev/null || fail "clang is missing (Debian: clang)"
echo "int LLVMFuzzerTestOneInput(const char *data, unsigned long size) { return data && size == 0; }" |
    clang -fsanitize=fuzzer,address,undefined -x c - -o /dev/null ||
    fail "clang cannot link libFuzzer (Debian: libclang-rt-VERSION-dev)"

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
