#!/usr/bin/env bash
# Builds everything, warnings as errors, and runs all tests; the last output is ctest's summary. Arguments go to ctest:
# scripts/test.sh -L unit
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/bootstrap.sh tests
scripts/demo_inputs.sh
scripts/example_inputs.sh
cmake --preset default -DCMAKE_COMPILE_WARNING_AS_ERROR=ON >/dev/null
cmake --build --preset default
jobs=$(($(nproc) + 2)) # some tests wait: for a child, a time limit, the archive
exec ctest --test-dir build --output-on-failure --no-tests=error --parallel "$jobs" "$@"
