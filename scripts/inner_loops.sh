#!/usr/bin/env bash
# Compares the inner loops of eight networks' generated code with tests/data/inner_loops.csv; --update writes that table anew.
set -euo pipefail
exec python3 -B "$(dirname "$0")/../tests/inner_loops/check.py" "$@"
