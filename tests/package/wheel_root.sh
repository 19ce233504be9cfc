#!/usr/bin/env bash
# wheel_root.sh BUILD SUITE: the wheel in a new virtual environment, in a Debian root that has Python and nothing else. Its command runs, and so does
# python/examples/keras_model.py, which compares a library of a Keras model with Keras itself. The example's packages come from pip.
set -euo pipefail
build=$1 suite=$2
here=$(cd "$(dirname "$0")" && pwd)
source=$here/../..
memory=6 # GB, of them 2 for TensorFlow
. "$here/debian_root.sh"
[ -x "$build/portable/mobilith" ] || skip "no portable program in this build (scripts/bootstrap.sh package)"

new_root --include=python3,python3-venv
"$source/scripts/package.sh" --build "$build" --only wheel --out "$root/opt/wheels"
cp "$source/python/examples/keras_model.py" "$root/opt/"
version=$(inside python3 -c 'import sys; print(".".join(map(str, sys.version_info[:2])))')

# Fetched outside, where pip is set up to reach its index, and installed without one.
needs=$(sed -nE 's/^ *pip install mobilith (.*)/\1/p' "$root/opt/keras_model.py")
[ -n "$needs" ] || fail "the example no longer says what to install"
echo "pip download: $needs for Python $version"
# shellcheck disable=SC2086
python3 -m pip download --quiet --dest "$root/opt/wheels" --only-binary=:all: --implementation cp --python-version "$version" \
  --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_28_x86_64 \
  'numpy>=1.26' $needs >"$scratch/log" 2>&1 || { tail -3 "$scratch/log"; skip "pip can't fetch the example's packages"; }
inside python3 -m venv /opt/venv
# shellcheck disable=SC2086
inside /opt/venv/bin/pip install --quiet --no-index --find-links /opt/wheels mobilith $needs >"$scratch/log" 2>&1 ||
  { tail -5 "$scratch/log" >&2; fail "the wheel does not install"; }

said=$(inside /opt/venv/bin/mobilith --version)
[ "$said" = "mobilith $(basename "$root"/opt/wheels/mobilith-*.whl | cut -d- -f2)" ] || fail "the wheel's command says '$said'"
for compiler in cc gcc clang; do
  ! inside bash -c "command -v $compiler" >/dev/null || fail "the root has a compiler: the session would not be linked by the program"
done
inside env TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= sh -c 'cd /opt && /opt/venv/bin/python keras_model.py' >"$scratch/said" 2>"$scratch/log" ||
  { cat "$scratch/said"; tail -20 "$scratch/log" >&2; fail "the example failed"; }
cat "$scratch/said"
grep -q '^head .* 8 of 8$' "$scratch/said" || fail "the example compared no images with Keras"
echo "$suite: installed with pip, generated, linked, compared with Keras"
