#!/usr/bin/env bash
# Compares the table of targets in docs/manual/targets.md with what the tests of targets (ctest -L targets) ran in this build; --update writes it anew.
set -euo pipefail
exec python3 -B "$(dirname "$0")/../tests/targets/table.py" "$@"
