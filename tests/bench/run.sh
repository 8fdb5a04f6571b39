#!/bin/sh
# Measures firth, as built in build/, beside what users would pick instead: `--help` says
# more. Wants what tests/run.sh has installed into build/peers, or FIRTH_PEERS.
here=$(dirname "$0")
exec "${PYTHON:-python3}" "$here/bench.py" "$@"
