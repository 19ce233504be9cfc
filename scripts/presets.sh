#!/usr/bin/env bash
# presets.sh [PRESET...]: builds dev, asan, ubsan and tsan (or those given) whole, one after the other, and runs tests under each: `unit` under
# dev, all that are not `slow` under the others. Goes on where one fails; prints a row for each at the end, and
# ends with 1 where a build or a test failed. Builds' outputs are in build-PRESET/build.log, tests' in build-PRESET/tests.log and tests.xml.
set -uo pipefail
cd "$(dirname "$0")/.."
presets=("$@")
[ ${#presets[@]} -gt 0 ] || presets=(dev asan ubsan tsan)
unset MOBILITH_NIGHTLY # a sanitizer's tests take three times as long: CI's choice of cases
jobs=$(($(nproc) + 1))
failed=0
rows=()

# An attribute of the test suite, which CTest writes in a line of its own or beside others.
of_suite() { tr '\n' ' ' <"$2" | sed -n "s/.*<testsuite [^>]*\b$1=\"\([0-9]*\)\".*/\1/p"; }

for preset in "${presets[@]}"; do
  case $preset in
    dev) choice=(-L unit) ;;
    *) choice=(-LE slow) ;;
  esac
  folder=build-$preset
  mkdir -p "$folder"
  SECONDS=0
  echo "$preset: building"
  if ! { cmake --preset "$preset" && cmake --build --preset "$preset" -- -k 0; } >"$folder/build.log" 2>&1; then
    grep -E '^FAILED:|error:|^CMake Error' "$folder/build.log" | head -n 20
    rows+=("$preset: the build failed after $SECONDS s: $folder/build.log")
    failed=1
    continue
  fi
  built=$SECONDS
  echo "$preset: testing"
  rm -f "$folder/tests.xml"
  ctest --preset "$preset" "${choice[@]}" --no-tests=error --parallel "$jobs" --output-junit tests.xml >"$folder/tests.log" 2>&1 || failed=1
  if [ ! -s "$folder/tests.xml" ]; then
    rows+=("$preset: built in $built s; no test ran: $folder/tests.log")
    failed=1
    continue
  fi
  grep -E '\*\*\*(Failed|Timeout|Exception|Not Run)' "$folder/tests.log"
  all=$(of_suite tests "$folder/tests.xml") wrong=$(of_suite failures "$folder/tests.xml") skipped=$(of_suite skipped "$folder/tests.xml")
  rows+=("$preset: built in $built s; of $all tests (${choice[*]}) $wrong failed and $skipped were skipped, in $((SECONDS - built)) s")
done
printf '%s\n' "${rows[@]}"
exit $failed
