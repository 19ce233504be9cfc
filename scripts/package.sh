#!/usr/bin/env bash
# Makes the two files that run on any x86-64 Linux with glibc 2.36 or newer, and need nothing else:
#   mobilith-<version>-linux-x86_64.tar.xz                     a prefix: unpack it anywhere, run bin/mobilith
#   mobilith-<version>-py3-none-manylinux_2_36_x86_64.whl      the same prefix in a Python package, with the module
# Equal inputs give equal bytes. Options:
#   --out DIR     where they go (build/packages)
#   --build DIR   a finished build to take: nothing is fetched, configured or compiled
#   --quick       tar.xz packed in seconds, a third larger: for tests
#   --only WHAT   tar or wheel
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/build/packages build="" level=9 only=both
limit=$((120 * 1000 * 1000)) # bytes of each file
newest_glibc=36              # 2.36: Debian 12's

say() { printf 'package: %s\n' "$*"; }
fail() { printf 'package: %s\n' "$*" >&2; exit 1; }
usage() { sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//p}' "$0"; exit "$1"; }
while [ $# -gt 0 ]; do
  case "$1" in
    --out | --build | --only) [ $# -ge 2 ] || fail "$1: expected a value"; declare "${1#--}=$2"; shift 2 ;;
    --quick) level=0; shift ;;
    --help | -h) usage 0 ;;
    *) fail "unknown argument '$1'; expected --out DIR, --build DIR, --quick, --only tar|wheel or --help" ;;
  esac
done
case "$only" in tar | wheel | both) ;; *) fail "--only: expected tar or wheel, got '$only'" ;; esac
[ "$(uname -sm)" = "Linux x86_64" ] || fail "packages are made on x86-64 Linux"

if [ -z "$build" ]; then
  build=$root/build
  (cd "$root" && scripts/bootstrap.sh package && cmake --preset default >/dev/null && cmake --build --preset default --target mobilith mobilith_manual mobilith_portable)
fi
[ -x "$build/portable/mobilith" ] || fail "$build has no portable/mobilith; expected a build of the target mobilith_portable"
version=$(sed -nE 's/^project\(Mobilith VERSION ([0-9.]+).*/\1/p' "$root/CMakeLists.txt")
: "${SOURCE_DATE_EPOCH:=$(date -u -d "$(sed -nE 's/^set\(MOBILITH_DATE ([0-9-]+)\).*/\1/p' "$root/CMakeLists.txt")" +%s)}"
export SOURCE_DATE_EPOCH

mkdir -p "$out"
out=$(cd "$out" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
name=mobilith-$version-linux-x86_64
prefix=$scratch/$name
say "installing into a prefix"
for component in "" "--component portable"; do
  # shellcheck disable=SC2086
  cmake --install "$build" --prefix "$prefix" $component >"$scratch/log" || { tail -3 "$scratch/log" >&2; fail "cmake --install failed"; }
done
chmod -R u=rwX,go=rX "$prefix"

# Moved when it is whole.
finish() {  # FILE
  local bytes
  bytes=$(stat -c %s "$1")
  [ "$bytes" -lt $limit ] || fail "$(basename "$1") has $bytes bytes; expected less than $limit"
  mv "$1" "$out/"
  say "$out/$(basename "$1"): $(awk -v bytes="$bytes" 'BEGIN { printf "%.1f", bytes / 1e6 }') MB"
}

if [ "$only" != wheel ]; then
  say "packing $name.tar.xz (xz -$level)"
  tar -C "$scratch" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" |
    xz "-$level" -T2 >"$scratch/$name.tar.xz"
  finish "$scratch/$name.tar.xz"
fi

if [ "$only" != tar ]; then
  say "making the wheel"
  mkdir "$scratch/source" "$scratch/wheel"
  cp "$root/CMakeLists.txt" "$scratch/source/" # the version
  cp -r "$root/python" "$scratch/source/"
  export PYTHONPATH=$root/.deps/package_tools PYTHONDONTWRITEBYTECODE=1
  (cd "$scratch/source/python" && MOBILITH_PREFIX=$prefix python3 -m hatchling build -t wheel -d "$scratch/wheel") >"$scratch/log" 2>&1 ||
    { tail -3 "$scratch/log" >&2; fail "hatchling made no wheel"; }
  wheel=$(echo "$scratch"/wheel/*.whl)
  python3 -m auditwheel show "$wheel" >"$scratch/audit" 2>&1 || { cat "$scratch/audit" >&2; fail "auditwheel can't read the wheel"; }
  glibc=$(tr '\n' ' ' <"$scratch/audit" | sed -nE 's/.*consistent with the following platform tag: *"manylinux_2_([0-9]+)_x86_64".*/\1/p')
  [ -n "$glibc" ] && [ "$glibc" -le $newest_glibc ] || { cat "$scratch/audit" >&2; fail "auditwheel: the wheel is no manylinux_2_$newest_glibc"; }
  say "auditwheel: manylinux_2_$glibc and newer"
  finish "$wheel"
fi
