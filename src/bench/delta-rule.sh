#!/bin/sh
# The delta product alone: this library, plain Java, PyTorch and C, alternating.
# Usage: delta-rule.sh [rounds] [seconds of warm-up]. Needs PyTorch and a C compiler.
. "$(dirname "$0")/setup.sh"
find_torch
make_exchange
"${CC:-cc}" -O3 -march=native -o "$exchange/delta_rule" "$here/peer/delta_rule.c"
"$python" "$here/peer/tables.py" delta-rule "$exchange" "$java_command" "${1:-7}" "${2:-8}"
