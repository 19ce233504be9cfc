#!/usr/bin/env bash
# Races the generated libraries against other engines on this machine: scripts/race.sh --help. Installs what it needs, once: the build's
# dependencies, and the peers' Python packages, pinned by hash, in .deps/race-packages/.
set -euo pipefail
here=$PWD
cd "$(dirname "$0")/.."
python=$(command -v /usr/bin/python3.11 || command -v python3.11) ||
  { echo "race: needs Python 3.11, for which the peers' packages are pinned (tests/peers/requirements.txt)" >&2; exit 1; }
"$python" tests/peers/arguments.py "$@"  # wrong usage ends here, before anything is installed
case " $* " in *" --help "* | *" -h "*) exit ;; esac

scripts/bootstrap.sh
if [ ! -x build/mobilith ]; then
  echo "race: building the generator"
  cmake --preset default >/dev/null
  cmake --build --preset default --target mobilith -- --quiet
fi

packages=.deps/race-packages  # not a venv: Debian has those in a package of its own
stamp=$packages/.sha256
wanted=$(sha256sum tests/peers/requirements.txt)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
  echo "race: fetching the peers (150 MB)"
  rm -rf "$packages.new"
  "$python" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --require-hashes \
    --only-binary :all: --target "$packages.new" -r tests/peers/requirements.txt ||
    { echo "race: pip could not install tests/peers/requirements.txt: is there a network?" >&2; exit 1; }
  rm -rf "$packages"
  mv "$packages.new" "$packages"
  printf '%s\n' "$wanted" >"$stamp"
fi

export PYTHONPATH="$PWD/$packages" PYTHONDONTWRITEBYTECODE=1 PYTHONNOUSERSITE=1
root=$PWD
cd "$here"
exec "$python" "$root/tests/peers/race.py" "$@"
