#!/usr/bin/env bash
# package_files.sh BUILD: scripts/package.sh makes both files. They are below their limit, hold the same, and install as their users install them.
# At night they hold the real program, and, made twice, they are the same bytes; by day a small one stands for it.
# Exit code 77: skipped, and why.
set -euo pipefail
build=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
skip() { printf 'skipped: %s\n' "$*"; exit 77; }
fail() { printf 'package_files: %s\n' "$*" >&2; exit 1; }
[ -x "$build/portable/mobilith" ] || skip "no portable program in this build (scripts/bootstrap.sh package)"
[ -d "$source/.deps/package_tools" ] || skip "no hatchling and auditwheel (scripts/bootstrap.sh package)"

# A script that runs the build's own program, and no libHalide.so: packing these 250 MB is most of the time. test_portable has the real ones.
if [ -z "${MOBILITH_NIGHTLY:-}" ]; then
  mkdir -p "$scratch/build/portable"
  printf '#!/bin/sh\nexec "%s/mobilith" "$@"\n' "$build" >"$scratch/build/portable/mobilith"
  chmod +x "$scratch/build/portable/mobilith"
  cat >"$scratch/build/cmake_install.cmake" <<END
include("$build/cmake_install.cmake")
file(INSTALL "$scratch/build/portable/mobilith" DESTINATION "\${CMAKE_INSTALL_PREFIX}/bin" TYPE PROGRAM)
file(REMOVE "\${CMAKE_INSTALL_PREFIX}/lib/mobilith/libHalide.so")
END
  build=$scratch/build
fi

"$source/scripts/package.sh" --build "$build" --quick --out "$scratch/one"
tar=$(echo "$scratch"/one/mobilith-*-linux-x86_64.tar.xz)
wheel=$(echo "$scratch"/one/mobilith-*-py3-none-manylinux_2_36_x86_64.whl)

mkdir "$scratch/a path"
tar -xf "$tar" -C "$scratch/a path"
prefix=$(echo "$scratch"/a\ path/*)
"$prefix/bin/mobilith" --version
python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --no-index --target "$scratch/site" "$wheel"
said=$(cd / && env -i PATH=/usr/bin PYTHONPATH="$scratch/site" "$scratch/site/bin/mobilith" --version)
[ "$said" = "mobilith $(basename "$wheel" | cut -d- -f2)" ] || fail "the wheel's command does not run"
code=0
env -i PATH=/usr/bin PYTHONPATH="$scratch/site" "$scratch/site/bin/mobilith" describe /nowhere.h5 2>/dev/null || code=$?
[ "$code" -eq 1 ] || fail "the wheel's command ended with $code; expected the program's own 1"
rm -rf "$scratch"/site/mobilith/_program/{bin,lib,share}/__pycache__
diff -r "$prefix" "$scratch/site/mobilith/_program" || fail "the wheel holds another prefix than the tar"

# What would differ from one packing to the next: time, owner, order.
tar --full-time --numeric-owner -tvf "$tar" >"$scratch/list"
[ "$(awk '{ print $2, $4, $5 }' "$scratch/list" | sort -u | wc -l)" -eq 1 ] || fail "the tar's entries have several times or owners"
awk '{ print $6 }' "$scratch/list" | sed 's,/$,,' | LC_ALL=C sort -c || fail "the tar is not sorted"
! grep -E '^.......(.w|..w)' <(awk '{ print $1 }' "$scratch/list") || fail "anyone may write to the tar's files"

[ -n "${MOBILITH_NIGHTLY:-}" ] || { echo "made, installed, ran"; exit 0; }
"$source/scripts/package.sh" --build "$build" --quick --out "$scratch/two"
for file in "$scratch"/one/*; do cmp "$file" "$scratch/two/$(basename "$file")" || fail "$(basename "$file") differs when it is made again"; done
echo "made twice, installed, ran"
