#!/usr/bin/env bash
# fuzz.sh HOURS [HARNESS...]: fuzzes the readers with libFuzzer, ASan and UBSan, all harnesses of tests/fuzz/, as many at a time
# as there are cores, each for its share of the hours. Needs clang 22 with its runtime (libclang-rt-22-dev). New inputs go to
# build-fuzz/corpus/, findings to build-fuzz/findings/. Ends with 1 if there is one, or if a harness did not run to its end.
set -euo pipefail
cd "$(dirname "$0")/.."
hours=${1:?usage: fuzz.sh HOURS [HARNESS...]}
shift
harnesses=("$@")
[ ${#harnesses[@]} -gt 0 ] || harnesses=(model records json archive weights_file command_line)

clang=$(command -v clang++-22 || command -v clang++) || { echo "fuzz: clang++ is missing" >&2; exit 1; }
cc=$(command -v clang-22 || command -v clang)
targets=("${harnesses[@]/#/fuzz_}")
# Reports go to the error output, which a sanitizer's child keeps; fuzzer-no-link counts branches in all code.
cmake --preset asan -B build-fuzz -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$clang" -DMOBILITH_FUZZ=ON \
  -DMOBILITH_SANITIZE=address,undefined,fuzzer-no-link -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
cmake --build build-fuzz --target "${targets[@]}"

jobs=$(($(nproc) < ${#harnesses[@]} ? $(nproc) : ${#harnesses[@]}))
seconds=$(awk -v hours="$hours" -v count=${#harnesses[@]} -v jobs="$jobs" 'BEGIN { printf "%d", hours * 3600 * jobs / count }')
mkdir -p build-fuzz/findings build-fuzz/logs

# Paths are absolute: a harness may go to another folder.
one() {
  local harness=$1 seeds=("$PWD/tests/fuzz/corpus/$1")
  [ "$harness" = model ] && seeds+=("$PWD/tests/data/state_dicts")
  mkdir -p "build-fuzz/corpus/$harness"
  local ended=0
  build-fuzz/fuzz_"$harness" "$PWD/build-fuzz/corpus/$harness" "${seeds[@]}" -max_total_time="$seconds" -timeout=60 -report_slow_units=60 \
    -rss_limit_mb=4096 -max_len=65536 -print_final_stats=1 -artifact_prefix="$PWD/build-fuzz/findings/$harness-" >"build-fuzz/logs/$harness" 2>&1 || ended=$?
  local runs
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build-fuzz/logs/$harness")
  echo "$harness: ${runs:-no} executions in $seconds s, exit code $ended: build-fuzz/logs/$harness"
  [ "$ended" -eq 0 ] && [ -n "$runs" ]
}
export -f one
export seconds
echo "fuzz: $jobs at a time, each for $seconds s"
failed=0
printf '%s\n' "${harnesses[@]}" | xargs -P "$jobs" -I{} bash -c 'one {}' || failed=1
[ -z "$(ls build-fuzz/findings)" ] || { ls build-fuzz/findings; failed=1; }
exit $failed
