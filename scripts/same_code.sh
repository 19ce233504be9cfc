#!/usr/bin/env bash
# Compares the kernels of two generators, machine code and packed weights, in networks for seven CPUs: a change that is not
# meant to change code shows that it does not.
#   scripts/same_code.sh OLD_MOBILITH NEW_MOBILITH [--cpu CPU]... [--quick] [--keep DIR]   (--help: all options)
set -euo pipefail
exec python3 -B "$(dirname "$0")/../tests/same_code/same_code.py" "$@"
