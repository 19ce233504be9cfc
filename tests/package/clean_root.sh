#!/usr/bin/env bash
# clean_root.sh BUILD: the .deb in a Debian 12 root that holds nothing else: it installs with what it depends on, generates a library,
# runs it, and leaves nothing behind when it is removed. The root comes from this machine's own apt sources.
# Exit code 77: skipped, and why.
set -euo pipefail
build=$1
suite=bookworm
keys=/usr/share/keyrings/debian-archive-keyring.gpg

skip() { printf 'skipped: %s\n' "$*"; exit 77; }
fail() { printf 'clean_root: %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || skip "needs root, for a root of its own"
for program in debootstrap dpkg-shlibdeps apt-get unshare; do
  command -v "$program" >/dev/null || skip "no $program on this machine"
done
[ -e "$keys" ] || skip "no keys of Debian's archive on this machine"
# Mounts in a name space of their own: they go with the process, whatever ends it.
if [ -z "${MOBILITH_UNSHARED:-}" ]; then
  unshare --mount true 2>/dev/null || skip "no mount name spaces here"
  MOBILITH_UNSHARED=1 exec unshare --mount "$0" "$@"
fi

scratch=$(mktemp -d)
cleanup() {
  umount "$scratch/debian/proc" 2>/dev/null || true
  umount "$scratch" 2>/dev/null || true
  rm -rf --one-file-system "$scratch"
}
trap cleanup EXIT
root=$scratch/debian
# In memory, where there is enough of it: dpkg waits for the disk after each package.
if awk '/^MemAvailable/ { exit $2 < 4000000 }' /proc/meminfo; then mount -t tmpfs -o size=3g tmpfs "$scratch" 2>/dev/null || true; fi

# "URI SUITE" of each Debian 12 source that apt has here.
apt-get update --print-uris 2>/dev/null | sed -nE "s,^'([^']+)/dists/($suite[^/]*)/InRelease'.*,\1 \2,p" >"$scratch/sources"
mirror=$(awk -v suite=$suite '$2 == suite { print $1; exit }' "$scratch/sources")
[ -n "$mirror" ] || skip "apt here has no source of Debian 12 ($suite)"
grep -q -- "$suite-security" "$scratch/sources" || skip "apt here has no source of Debian 12's security updates, which hold LLVM 22"
apt-config dump 2>/dev/null | grep -iE '^Acquire::(https?|ftp)::(Proxy|CaInfo|Verify)' >"$scratch/proxy" || true
proxy() { apt-config shell P "Acquire::$1::Proxy" 2>/dev/null | sed -nE "s/^P='(.*)'$/\1/p"; }
: "${http_proxy:=$(proxy http)}" "${https_proxy:=$(proxy https)}"
export http_proxy https_proxy

echo "cpack: the .deb"
(cd "$scratch" && cpack --config "$build/CPackConfig.cmake" -G DEB -B "$scratch/packages") >"$scratch/log" 2>&1 ||
  { cat "$scratch/log" >&2; fail "cpack failed"; }
deb=$(echo "$scratch"/packages/*.deb)
dpkg-deb --field "$deb" Depends | tee "$scratch/depends"
for library in libllvm22 libboost-program-options libfmt libhdf5 libzip libc6 libstdc++6; do
  grep -q "$library" "$scratch/depends" || fail "the .deb does not depend on $library"
done
dpkg-deb --fsys-tarfile "$deb" | tar -xO ./usr/bin/mobilith >"$scratch/program"
readelf -dW "$scratch/program" | grep -q 'FLAGS_1.*NOW.*PIE' || fail "the .deb's program has no full RELRO, or is no PIE"
readelf -W --dyn-syms "$scratch/program" | grep -q __stack_chk_fail || fail "the .deb's program has no stack protectors"

echo "debootstrap: $suite"
debootstrap --variant=minbase --keyring=$keys --include=ca-certificates $suite "$root" "$mirror" >"$scratch/log" 2>&1 || {
  grep -qiE 'unable to (connect|download)|invalid Release|Failed getting release|couldn.t (download|retrieve)|wget' "$scratch/log" "$root/debootstrap/debootstrap.log" 2>/dev/null &&
    skip "debootstrap can't reach the archive"
  tail -5 "$scratch/log" >&2
  fail "debootstrap failed"
}
sed -E 's/^(.*) (.*)$/deb \1 \2 main/' "$scratch/sources" | sort -u >"$root/etc/apt/sources.list"
cp "$scratch/proxy" "$root/etc/apt/apt.conf.d/90proxy"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
mount -t proc proc "$root/proc" 2>/dev/null || mount --bind /proc "$root/proc" || skip "can't mount /proc in a root"
inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/opt LC_ALL=C DEBIAN_FRONTEND=noninteractive \
  ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} chroot "$root" "$@"; }

echo "apt-get install ./mobilith.deb"
cp "$deb" "$root/opt/mobilith.deb"
inside apt-get update -qq -o APT::Update::Error-Mode=any >"$scratch/log" 2>&1 || { tail -3 "$scratch/log"; skip "apt can't reach the archive from the root"; }
inside apt-get install -y -qq --no-install-recommends /opt/mobilith.deb >"$scratch/log" 2>&1 || { tail -20 "$scratch/log" >&2; fail "the .deb does not install"; }

inside mobilith --version
inside mobilith generate --net mobilenet_v1 --alpha 0.25 --resolution 32 --weights synthetic --name small --out /opt/tree
inside mobilith bench /opt/tree --seconds 0.2 --format json | grep -q '"name": "small"' || fail "bench did not run the library"
for file in usr/share/mobilith/runtime/src/mobilith.c usr/lib/cmake/Mobilith/MobilithConfig.cmake usr/share/doc/mobilith/LICENSE; do
  [ -e "$root/$file" ] || fail "the .deb has no $file"
done

inside dpkg --purge mobilith >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; fail "the package can't be removed"; }
left=$(find "$root/usr" -iname '*mobilith*')
[ -z "$left" ] || fail "left behind: $left"
echo "installed, generated, ran, removed"
