#!/bin/sh -e
# build.sh TREE PROGRAM: one static file without any library, as small as it gets, with musl (apt: musl-tools).
#   mobilith generate --weights my_model.keras --name my_net --out tree
#   ./build.sh tree classify
#   ./classify <photo.ppm
# RUNTIME names the runtime's source, which musl-gcc compiles: the tree's libmobilith_runtime.a is made for glibc.
here=$(dirname "$0")
runtime=${RUNTIME:-$here/../../../runtime}
musl-gcc -std=c11 -Os -static -ffunction-sections -fdata-sections -DMOBILITH_NO_THREADS \
  -I"$1/include" -I"$runtime/include" "$here/classify.c" "$runtime/src/mobilith.c" "$1/lib/libmy_net.a" \
  -Wl,--gc-sections,-s,-z,noseparate-code,--build-id=none -o "$2"
