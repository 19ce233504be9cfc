#!/usr/bin/env bash
# Installs what the build needs, and only what is missing: packages with apt (with sudo where we are not root), and the Halide wheel,
# pinned by its SHA-256, through pip into .deps/. Once done, it needs no network. `bootstrap.sh tests` adds what the tests run with:
# linkers and C libraries of other targets, emulators, a browser; `bootstrap.sh package` what scripts/package.sh needs, which tests run, too.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'bootstrap: %s\n' "$*"; }
fail() { printf 'bootstrap: %s\n' "$*" >&2; exit 1; }

packages=(g++ cmake ninja-build pkg-config python3 llvm-22-dev liblld-22-dev clang-22 libboost-program-options-dev libfmt-dev nlohmann-json3-dev
  libhdf5-dev libzip-dev libflatbuffers-dev flatbuffers-compiler libprotobuf-dev protobuf-compiler libstb-dev catch2)
test_packages=(llvm-22 lld-22 libpolly-22-dev clang-format-22 clang-tidy-22 musl-tools wasi-libc libclang-rt-22-dev libclang-rt-22-dev-wasm32 qemu-user
  gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-riscv64-linux-gnu libc6-dev-riscv64-cross chromium valgrind debootstrap dpkg-dev mandoc groff-base)
[ "${1:-}" = package ] && packages+=(llvm-22 lld-22 libpolly-22-dev xz-utils)
if [ "${1:-}" = tests ]; then
  packages+=("${test_packages[@]}")
  command -v node >/dev/null || packages+=(nodejs npm)
fi

install_packages() {
  command -v dpkg-query >/dev/null || fail "this system has no apt; install by hand: ${packages[*]}"
  local missing=() package
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
  [ ${#missing[@]} -eq 0 ] && { say "packages: all there"; return; }
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "packages missing (${missing[*]}): run as root, or install sudo"
    sudo=(sudo)
  fi
  say "packages: installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq || fail "apt-get update failed: is there a network?"
  for package in "${missing[@]}"; do
    apt-cache show "$package" >/dev/null 2>&1 || fail "this distribution has no package '$package' (Debian 12 with its security updates has; see README.md)"
  done
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get install failed: ${missing[*]}"
}

halide_version=21.0.0
case "$(uname -m)" in
  x86_64) halide_platform=manylinux_2_28_x86_64
          halide_sha256=3686c2b4c9aed1e26e1e55631608b2c4a4c3fe2d4386505ba1921859adb683ab ;;
  *) fail "no pinned Halide for $(uname -m) yet: the generator runs on x86-64" ;;
esac

install_halide() {
  local stamp=.deps/halide/.sha256
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$halide_sha256" ]; then say "Halide $halide_version: there"; return; fi
  say "Halide $halide_version: fetching the wheel with pip"
  scripts/fetch_wheel.sh halide "$halide_version" "$halide_sha256" .deps/halide.new \
    --python-version 3.11 --implementation cp --abi cp311 --platform "$halide_platform" || fail "Halide could not be fetched"
  printf '%s\n' "$halide_sha256" >.deps/halide.new/halide/.sha256
  rm -rf .deps/halide
  mv .deps/halide.new/halide .deps/halide
  rm -rf .deps/halide.new
}

# libzip as an archive, and the tools that make a wheel and look at it.
install_package_tools() {
  scripts/static_libzip.sh || return 1
  local stamp=.deps/package_tools/.sha256 wanted
  wanted=$(sha256sum scripts/package_tools.txt | cut -d' ' -f1)
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && { say "package tools: there"; return; }
  say "package tools: fetching hatchling and auditwheel with pip"
  rm -rf .deps/package_tools
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --only-binary :all: --require-hashes --target .deps/package_tools \
    -r scripts/package_tools.txt || return 1
  printf '%s\n' "$wanted" >"$stamp"
}

mkdir -p .deps
install_packages
install_halide
case "${1:-}" in
  package) install_package_tools || fail "what scripts/package.sh needs could not be fetched" ;;
  tests) install_package_tools || say "no packages can be made here; their tests will be skipped" ;;
esac
say "done"
