#!/usr/bin/env bash
# Looks whether all sources are as clang-format 22 lays them out, and their comments within 110 columns; --fix makes them so.
set -euo pipefail
exec python3 -B "$(dirname "$0")/../tests/style/format.py" "$@"
