#!/bin/sh
# The delta layer in fit beside DL4J's LSTM and the same layers in PyTorch, alternating.
# Usage: layer-fit.sh WIDTH [rounds] [seconds of warm-up]; WIDTH: 32, 128 or 256. Needs PyTorch.
. "$(dirname "$0")/setup.sh"
find_torch
make_exchange
"$python" "$here/peer/tables.py" "layer-fit-${1:-256}" "$exchange" "$java_command" "${2:-7}" "${3:-8}"
