#!/bin/sh
# Cached linear memories beside PyTorch (T x T and chunked), and over the number of steps, alternating.
# Usage: caching.sh [rounds] [seconds of warm-up]. Needs PyTorch.
. "$(dirname "$0")/setup.sh"
find_torch
make_exchange
"$python" "$here/peer/tables.py" caching "$exchange" "$java_command" "${1:-7}" "${2:-12}"
