#!/bin/sh
# The QKAN-LSTM beside the same cell in PyTorch, and over the number of steps, alternating.
# Usage: qkan.sh [rounds] [seconds of warm-up]. Needs PyTorch.
. "$(dirname "$0")/setup.sh"
find_torch
make_exchange
"$python" "$here/peer/tables.py" qkan "$exchange" "$java_command" "${1:-7}" "${2:-8}"
