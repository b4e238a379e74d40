# Sourced by the scripts beside it: builds the benchmarks and sets java_command and python.
# JAVA_HOME, PYTHON and CC choose the programs.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
root=$(CDPATH='' cd "$here/../.." && pwd -P)
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

build() {
  log=$root/target/root-bench.log
  mkdir -p "$root/target"
  (cd "$root" && mvn -q -B -ntp -Pbench -DskipTests -pl src/bench -am package \
    dependency:build-classpath -DincludeScope=runtime -Dmdep.outputFile=target/classpath) \
    >"$log" 2>&1 </dev/null || fail "the build failed; see $log"
}

[ "${BENCH_BUILT:-}" ] || build
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classpath=$root/target/root-bench/classes:$(cat "$here/target/classpath")
java_command="$java --add-modules jdk.incubator.vector -Xms2g -Xmx3g -XX:+UseParallelGC
  -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dorg.dl4jext.threads=1
  -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp $classpath"

# A Python that has PyTorch.
find_torch() {
  for python in "${PYTHON:-python3}" /usr/bin/python3; do
    "$python" -c 'import torch' 2>/dev/null && return
  done
  fail "needs a Python with PyTorch; PYTHON names it"
}

# Where the compared programs exchange their results.
make_exchange() {
  exchange=$(mktemp -d)
  trap 'rm -rf "$exchange"' EXIT
  trap 'exit 130' INT TERM
}
