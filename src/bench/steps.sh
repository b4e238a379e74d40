#!/bin/sh
# One step of one stream at width 64: rnnTimeStep of DL4J's LSTM and of DeltaProduct, and Stepper.
. "$(dirname "$0")/setup.sh"
# shellcheck disable=SC2086
exec $java_command org.dl4jext.bench.StepBench
