#!/usr/bin/env bash
# What tests of generated/apps and of the Python module need beside packages of apt, into .deps/examples/: NumPy (the versions that the module
# promises), Pillow and mypy for Python 3.11 (Debian 12's), and playwright-core where there is npm.
set -euo pipefail
cd "$(dirname "$0")/.."
wheels=(--python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64)
fetch() {  # NAME VERSION SHA256 [FOLDER]
  local folder=.deps/examples/${4:-$1}
  [ -d "$folder" ] || {
    echo "examples: fetching $1 $2"
    scripts/fetch_wheel.sh "$1" "$2" "$3" "$folder" "${wheels[@]}"
  }
}
fetch numpy 2.4.6 89cd468399cfd2504718f0ba50e410dca55a170b61a02ad92bb18c8a65186e93
fetch numpy 1.26.4 666dbfb6ec68962c033a450943ded891bed2d54e6755e35e5835d63f4f6931d5 numpy_1
fetch pillow 13.0.0 a625df9a2a5597fa5e5266e01aefc82604bb85d291e3547981e863560d75da6c

# mypy and what it imports, pinned by hash.
[ -d .deps/examples/mypy ] || {
  echo "examples: fetching mypy"
  rm -rf .deps/examples/mypy.new
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-compile --no-deps --require-hashes --only-binary :all: \
    --target .deps/examples/mypy.new "${wheels[@]}" --requirement python/tests/mypy.txt ||
    { echo "examples: pip could not fetch mypy: is there a network?" >&2; exit 1; }
  mv .deps/examples/mypy.new .deps/examples/mypy
}

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
