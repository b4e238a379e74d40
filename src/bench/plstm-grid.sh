#!/bin/sh
# pLSTM on a grid beside PyTorch over anti-diagonals, and over the number of cells, alternating.
# Usage: plstm-grid.sh [rounds] [seconds of warm-up]. Needs PyTorch.
. "$(dirname "$0")/setup.sh"
find_torch
make_exchange
"$python" "$here/peer/tables.py" plstm-grid "$exchange" "$java_command" "${1:-7}" "${2:-20}"
