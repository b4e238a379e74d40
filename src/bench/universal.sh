#!/bin/sh
# The Universal Transformer beside the same model in PyTorch, alternating.
# Usage: universal.sh [rounds] [seconds of warm-up]. Needs PyTorch.
. "$(dirname "$0")/setup.sh"
find_torch
make_exchange
"$python" "$here/peer/tables.py" universal "$exchange" "$java_command" "${1:-7}" "${2:-30}"
