#!/usr/bin/env bash
# clean_root.sh BUILD: the .deb in a Debian 12 root that holds nothing else: it installs with what it depends on, generates a library,
# runs it, and leaves nothing behind when it is removed.
set -euo pipefail
build=$1
suite=bookworm
here=$(dirname "$0")
. "$here/debian_root.sh"
command -v dpkg-shlibdeps >/dev/null || skip "no dpkg-shlibdeps on this machine"
grep -q -- "$suite-security" "$scratch/sources" || skip "apt here has no source of Debian 12's security updates, which hold LLVM 22"
apt-config dump 2>/dev/null | grep -iE '^Acquire::(https?|ftp)::(Proxy|CaInfo|Verify)' >"$scratch/proxy" || true

"$here/deb_contents.sh" "$build" "$scratch/packages"
deb=$(echo "$scratch"/packages/*.deb)

new_root --include=ca-certificates
sed -E 's/^(.*) (.*)$/deb \1 \2 main/' "$scratch/sources" | sort -u >"$root/etc/apt/sources.list"
cp "$scratch/proxy" "$root/etc/apt/apt.conf.d/90proxy"
cp /etc/resolv.conf /etc/hosts "$root/etc/"

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
