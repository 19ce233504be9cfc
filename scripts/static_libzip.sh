#!/usr/bin/env bash
# libzip as an archive, which Debian has not, into .deps/libzip/: built from Debian's source, pinned by its SHA-256, for packages
# (scripts/package.sh). Without what encrypts: Debian's libzip.so brings OpenSSL for that, and no model file is encrypted.
set -euo pipefail
cd "$(dirname "$0")/.."
version=1.7.3-1
sha256=a60473ffdb7b4260c08bfa19c2ccea0438edac11193c3afbbb1f17fbcf6c6132
stamp=.deps/libzip/.sha256
[ "$(cat "$stamp" 2>/dev/null)" = "$sha256" ] && { echo "libzip: there"; exit 0; }
fail() { printf 'libzip: %s\n' "$*" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Sources of the archives that apt has here, in lists of their own.
mkdir -p "$scratch/parts" "$scratch/lists/partial" "$scratch/source"
apt-get update --print-uris 2>/dev/null |
  sed -nE "s,^'([^']+)/dists/(bookworm)/InRelease'.*,deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \1 \2 main,p" >"$scratch/parts/sources.list"
[ -s "$scratch/parts/sources.list" ] || fail "apt here has no source of Debian 12 (bookworm)"
from=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$scratch/parts" -o "Dir::State::lists=$scratch/lists")
echo "libzip $version: fetching the source with apt"
(cd "$scratch/source" && apt-get "${from[@]}" update -qq && apt-get "${from[@]}" source --download-only -qq "libzip=$version") >"$scratch/log" 2>&1 ||
  { tail -3 "$scratch/log" >&2; fail "apt could not fetch the source: is there a network?"; }
tar=$(echo "$scratch"/source/*.orig.tar.xz)
echo "$sha256  $tar" | sha256sum --check --status || fail "SHA-256 is $(sha256sum "$tar" | cut -d' ' -f1), expected $sha256"
tar -xf "$tar" -C "$scratch/source" --strip-components 1

options=(-DBUILD_SHARED_LIBS=OFF -DENABLE_LZMA=OFF) # bzip2 as in Debian's
for part in COMMONCRYPTO GNUTLS MBEDTLS OPENSSL; do options+=("-DENABLE_$part=OFF"); done
for part in TOOLS REGRESS EXAMPLES DOC; do options+=("-DBUILD_$part=OFF"); done
{ cmake -S "$scratch/source" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_POSITION_INDEPENDENT_CODE=ON "${options[@]}" \
    -DCMAKE_C_FLAGS="-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -ffile-prefix-map=$scratch=libzip" &&
  cmake --build "$scratch/build" --target zip; } >"$scratch/log" 2>&1 || { tail -5 "$scratch/log" >&2; fail "it does not build"; }
rm -rf .deps/libzip
mkdir -p .deps/libzip/lib
cp "$scratch/build/lib/libzip.a" .deps/libzip/lib/
printf '%s\n' "$sha256" >"$stamp"
