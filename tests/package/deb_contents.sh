#!/usr/bin/env bash
# deb_contents.sh BUILD [FOLDER]: makes the .deb, in FOLDER, and looks at it: what it depends on, what it holds, and that its program
# works where it is unpacked. Exit code 77: skipped, and why.
set -euo pipefail
build=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
packages=${2:-$scratch/packages}

fail() { printf 'deb_contents: %s\n' "$*" >&2; exit 1; }
for program in dpkg-deb dpkg-shlibdeps; do
  command -v "$program" >/dev/null || { echo "skipped: no $program on this machine"; exit 77; }
done
! grep -q '^MOBILITH_SANITIZE:STRING=.' "$build/CMakeCache.txt" || { echo "skipped: a sanitizer's build is no package"; exit 77; }

echo "cpack: the .deb"
(cd "$scratch" && cpack --config "$build/CPackConfig.cmake" -G DEB -B "$packages") >"$scratch/log" 2>&1 ||
  { cat "$scratch/log" >&2; fail "cpack failed"; }
deb=$(echo "$packages"/*.deb)
dpkg-deb --field "$deb" Depends | tee "$scratch/depends"
for library in libllvm22 libboost-program-options libfmt libhdf5 libzip libc6 libstdc++6; do
  grep -q "$library" "$scratch/depends" || fail "the .deb does not depend on $library"
done

dpkg-deb --extract "$deb" "$scratch/unpacked"
for file in usr/bin/mobilith usr/share/mobilith/runtime/src/mobilith.c usr/lib/cmake/Mobilith/MobilithConfig.cmake usr/share/doc/mobilith/LICENSE; do
  [ -e "$scratch/unpacked/$file" ] || fail "the .deb has no $file"
done
mobilith=$scratch/unpacked/usr/bin/mobilith
readelf -dW "$mobilith" | grep 'FLAGS_1.*NOW.*PIE' >/dev/null || fail "the .deb's program has no full RELRO, or is no PIE"
readelf -W --dyn-syms "$mobilith" | grep __stack_chk_fail >/dev/null || fail "the .deb's program has no stack protectors"
"$mobilith" --version
"$mobilith" generate --net mobilenet_v1 --alpha 0.25 --resolution 32 --weights synthetic --name small --out "$scratch/tree" 2>/dev/null
"$mobilith" bench "$scratch/tree" --seconds 0.2 --format json | grep -q '"name": "small"' || fail "bench did not run the library"
echo "made, unpacked, generated, ran"
