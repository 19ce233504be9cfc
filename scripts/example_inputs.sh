#!/usr/bin/env bash
# What tests of generated/apps need beside packages of apt, into .deps/examples/: NumPy and Pillow, for Python 3.11 (Debian 12's).
set -euo pipefail
cd "$(dirname "$0")/.."
fetch() {  # NAME VERSION SHA256
  [ -d ".deps/examples/$1" ] || {
    echo "examples: fetching $1 $2"
    scripts/fetch_wheel.sh "$1" "$2" "$3" ".deps/examples/$1" \
      --python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_28_x86_64
  }
}
fetch numpy 2.4.6 89cd468399cfd2504718f0ba50e410dca55a170b61a02ad92bb18c8a65186e93
fetch pillow 13.0.0 a625df9a2a5597fa5e5266e01aefc82604bb85d291e3547981e863560d75da6c
