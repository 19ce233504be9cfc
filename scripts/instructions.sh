#!/usr/bin/env bash
# Counts the instructions of an inference on AArch64 or RISC-V under qemu: scripts/instructions.sh [NET:ALPHA:RESOLUTION]... [--cpu CPU] [--riscv]
set -euo pipefail
exec python3 -B "$(dirname "$0")/../tests/instructions/count.py" "$@"
