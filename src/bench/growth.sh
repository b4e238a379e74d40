#!/bin/sh
# How the delta layer's cost grows. Usage: growth.sh time | resident | states.
. "$(dirname "$0")/setup.sh"
# shellcheck disable=SC2086
exec $java_command org.dl4jext.bench.GrowthBench "${1:-time}"
