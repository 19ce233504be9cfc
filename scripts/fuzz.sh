#!/usr/bin/env bash
# fuzz.sh HOURS [HARNESS...]: fuzzes the readers with libFuzzer, ASan and UBSan, all harnesses of tests/fuzz/ one after the
# other, each for its share of the hours. Needs clang 22 with its runtime (libclang-rt-22-dev). New inputs go to
# build-fuzz/corpus/, findings to build-fuzz/findings/; with one of these the script ends with 1.
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

seconds=$(awk -v hours="$hours" -v count=${#harnesses[@]} 'BEGIN { printf "%d", hours * 3600 / count }')
mkdir -p build-fuzz/findings
for harness in "${harnesses[@]}"; do
  mkdir -p "build-fuzz/corpus/$harness"
  seeds=("tests/fuzz/corpus/$harness")
  [ "$harness" = model ] && seeds+=(tests/data/state_dicts)
  build-fuzz/fuzz_"$harness" "build-fuzz/corpus/$harness" "${seeds[@]}" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=4096 \
    -max_len=65536 -print_final_stats=1 -artifact_prefix="build-fuzz/findings/$harness-" 2>&1 | tail -n 15 | sed "s/^/$harness: /" || true
done
if [ -n "$(ls build-fuzz/findings)" ]; then
  ls build-fuzz/findings
  exit 1
fi
