# Sourced by the tests in clean roots of Debian, with `suite` set, and `memory` where 3 GB are too few: skip(), fail(), `scratch`, `root`, sources() and new_root(), inside(). The root comes
# from this machine's own apt sources. Takes a minute and the archive, so scripts/nightly.sh alone runs it: MOBILITH_NIGHTLY.
# Exit code 77: skipped, and why.
keys=/usr/share/keyrings/debian-archive-keyring.gpg
skip() { printf 'skipped: %s\n' "$*"; exit 77; }
fail() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; exit 1; }

[ -n "${MOBILITH_NIGHTLY:-}" ] || skip "scripts/nightly.sh runs it"
[ "$(id -u)" -eq 0 ] || skip "needs root, for a root of its own"
for program in debootstrap apt-get unshare; do
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
  umount --lazy "$scratch/debian/proc" 2>/dev/null || true
  umount --lazy "$scratch" 2>/dev/null || true
  rm -rf --one-file-system "$scratch"
}
trap cleanup EXIT
root=$scratch/debian
# In memory, where there is enough of it: dpkg waits for the disk after each package.
if awk -v gb="${memory:=3}" '/^MemAvailable/ { exit $2 < (gb + 1) * 1e6 }' /proc/meminfo; then mount -t tmpfs -o size="${memory}g" tmpfs "$scratch" 2>/dev/null || true; fi

# "URI SUITE" of each Debian 12 source that apt has here.
apt-get update --print-uris 2>/dev/null | sed -nE "s,^'([^']+)/dists/(bookworm[^/]*)/InRelease'.*,\1 \2,p" >"$scratch/sources"
mirror=$(awk '$2 == "bookworm" { print $1; exit }' "$scratch/sources") # its archive has the other suites, too
[ -n "$mirror" ] || skip "apt here has no source of Debian 12 (bookworm)"
proxy() { apt-config shell P "Acquire::$1::Proxy" 2>/dev/null | sed -nE "s/^P='(.*)'$/\1/p"; }
: "${http_proxy:=$(proxy http)}" "${https_proxy:=$(proxy https)}"
export http_proxy https_proxy

new_root() {  # [DEBOOTSTRAP OPTIONS]
  echo "debootstrap: $suite"
  debootstrap --variant=minbase --keyring=$keys "$@" "$suite" "$root" "$mirror" >"$scratch/log" 2>&1 || {
    grep -qiE 'unable to (connect|download)|invalid Release|Failed getting release|couldn.t (download|retrieve)|wget' "$scratch/log" "$root/debootstrap/debootstrap.log" 2>/dev/null &&
      skip "debootstrap can't reach $suite in the archive"
    tail -5 "$scratch/log" >&2
    fail "debootstrap failed"
  }
  mount -t proc proc "$root/proc" 2>/dev/null || mount --bind /proc "$root/proc" || skip "can't mount /proc in a root"
}

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/opt LC_ALL=C DEBIAN_FRONTEND=noninteractive \
  ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} chroot "$root" "$@"; }
