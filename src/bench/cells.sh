#!/bin/sh
# FlashLstm beside DL4J's LSTM and torch.nn.LSTM: the layer alone and in fit, alternating.
# Usage: cells.sh WIDTH [rounds] [seconds of warm-up]; WIDTH: 32, 128 or 256. Needs PyTorch.
. "$(dirname "$0")/setup.sh"
find_torch
make_exchange
"$python" "$here/peer/tables.py" "cells-${1:-256}" "$exchange" "$java_command" "${2:-7}" "${3:-8}"
