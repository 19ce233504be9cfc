#!/usr/bin/env bash
# package_root.sh BUILD SUITE: both files of scripts/package.sh in a Debian root that holds nothing else, no compiler and no Python: describe,
# generate, bench, inspect, autotune, libraries for other targets.
set -euo pipefail
build=$1 suite=$2
here=$(cd "$(dirname "$0")" && pwd)
source=$here/../..
. "$here/debian_root.sh"
[ -x "$build/portable/mobilith" ] || skip "no portable program in this build (scripts/bootstrap.sh package)"

new_root
"$source/scripts/package.sh" --build "$build" --quick --out "$scratch/packages"
found=$(inside bash -c 'for program in cc gcc clang python3; do command -v $program; done; ls /usr/lib/*/lib{LLVM,hdf5,zip,protobuf,fmt}* 2>/dev/null; true')
[ -z "$found" ] || fail "the root has more than a minimal one: $found"
mkdir "$root/opt/wheel" "$root/opt/models"
cp "$source"/tests/fuzz/corpus/model/* "$root/opt/models/"
tar -xf "$scratch"/packages/*.tar.xz -C "$root/opt"
python3 -m zipfile -e "$scratch"/packages/*.whl "$root/opt/wheel"
chmod +x "$root/opt/wheel/mobilith/_program/bin/mobilith" # as pip does, and zipfile does not
mv "$root"/opt/mobilith-*-linux-x86_64 "$root/opt/tar"

small=(--net mobilenet_v1 --alpha 0.25 --resolution 64 --weights synthetic --name small_net)
check() {  # WHAT PROGRAM
  local what=$1 mobilith=$2 target
  echo "the $what"
  inside "$mobilith" --version
  inside "$mobilith" generate "${small[@]}" --out "/opt/$what-tree" 2>"$scratch/log" || { cat "$scratch/log" >&2; fail "the $what's generate failed"; }
  inside "$mobilith" bench "/opt/$what-tree" --seconds 0.2 --format json | grep -q '"name": "small_net"' || fail "the $what's bench did not run the library"
  inside "$mobilith" inspect "/opt/$what-tree" 2>/dev/null | grep -q 'Halide' || fail "the $what's inspect found no loops"
  for target in aarch64-linux-gnu aarch64-macos x86_64-windows-msvc riscv64-linux-gnu wasm32-wasi; do
    inside "$mobilith" generate "${small[@]}" --target "$target" --out "/opt/$what-$target" >/dev/null 2>"$scratch/log" ||
      { cat "$scratch/log" >&2; fail "the $what makes no library for $target"; }
  done
  for file in "$root"/opt/models/*; do
    inside "$mobilith" describe "/opt/models/$(basename "$file")" || [ $? -le 2 ] || fail "the $what's describe of $(basename "$file") died"
  done >"$scratch/$what-described" 2>&1
  grep -q 'QuantizeLinear' "$scratch/$what-described" || fail "the $what describes no file"
}
check tar /opt/tar/bin/mobilith
check wheel /opt/wheel/mobilith/_program/bin/mobilith
cmp "$scratch/tar-described" "$scratch/wheel-described" || fail "the wheel's program says other things than the tar's"
diff -r "$root/opt/tar-tree" "$root/opt/wheel-tree" || fail "the wheel's program makes other libraries than the tar's"

echo "autotune, for a minute"
code=0
inside timeout --signal=INT 60 /opt/tar/bin/mobilith autotune --net mobilenet_v1 --alpha 0.25 --resolution 64 --schedules /opt/records >"$scratch/log" 2>&1 || code=$?
[ "$code" -eq 0 ] || [ "$code" -eq 124 ] || { tail -5 "$scratch/log" >&2; fail "autotune failed: $code"; }
ls "$root"/opt/records/*.json >/dev/null 2>&1 || { tail -5 "$scratch/log" >&2; fail "autotune wrote no record"; }
for file in "$root"/opt/records/*.json; do
  inside /opt/tar/bin/mobilith schedules verify "/opt/records/$(basename "$file")" || fail "autotune's records are no good"
done
echo "$suite: described, generated, ran, inspected, tuned, for other targets"
