#!/bin/sh
# Five languages talk to real rpyc servers of 5.x and 6.x over firth, and rpyc itself runs on
# firth. On Debian 12 it first installs what is missing, as root or by sudo; on other systems
# it says what is missing. Builds the libraries, bindings and examples into build/. Exit
# status 0: every answer and every frame was as rpyc's own.
cd "$(dirname "$0")/.." || exit 1
command_name="sh examples/demo.sh"
. tests/support/prepare.sh

say "== looking for what is needed =="
install_missing need_for_building
install_peer rpyc-5.3.1
install_peer rpyc-6.0.2

say "== building the library, four bindings and the examples =="
tests=OFF
if grep -qs '^FIRTH_TESTS:BOOL=ON$' build/CMakeCache.txt; then
    tests=ON
fi
configure dev -DFIRTH_TESTS=$tests
build dev --target core/all bindings/all examples/all

say "== five languages meet rpyc ($(elapsed)) =="
python3 examples/demo/demo.py || fail "not all is as rpyc's own; see above"
say "$command_name: all is as rpyc's own ($(elapsed))"
