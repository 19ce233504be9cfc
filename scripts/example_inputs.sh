#!/usr/bin/env bash
# What tests of generated/apps need beside packages of apt, into .deps/examples/: NumPy and Pillow for Python 3.11 (Debian 12's), and
# playwright-core where there is npm.
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

# playwright-core, pinned by package-lock.json, drives an installed Chromium.
web=tests/examples/web stamp=.deps/examples/web/.sha256
wanted=$(sha256sum "$web/package-lock.json" | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  if command -v npm >/dev/null; then
    echo "examples: fetching playwright-core"
    rm -rf .deps/examples/web.new
    mkdir -p .deps/examples/web.new
    cp "$web/package.json" "$web/package-lock.json" .deps/examples/web.new/
    npm ci --prefix .deps/examples/web.new --ignore-scripts --no-audit --no-fund --loglevel error >/dev/null ||
      { echo "examples: npm could not fetch playwright-core: is there a network?" >&2; exit 1; }
    printf '%s\n' "$wanted" >.deps/examples/web.new/.sha256
    rm -rf .deps/examples/web
    mv .deps/examples/web.new .deps/examples/web
  else
    echo "examples: no npm; the test of the web page will be skipped"
  fi
fi
