#!/bin/sh -e
# build.sh TREE PROGRAM: one static file without any library, as small as it gets, with musl (apt: musl-tools).
#   mobilith generate --weights my_model.keras --target x86_64-linux-musl --cpu host --name my_net --out tree
#   ./build.sh tree classify
#   ./classify <photo.ppm
# The runtime is compiled from the tree's sources, for size and without threads; with --bundle-runtime it would be in the
# archive, and its threads 12 KB of the file.
runtime=$1/src/mobilith_runtime
musl-gcc -std=c11 -Os -static -ffunction-sections -DMOBILITH_NO_THREADS -I"$1/include" \
  "$(dirname "$0")/classify.c" "$runtime/mobilith.c" "$1/lib/libmy_net.a" \
  -Wl,--gc-sections,-s,-z,noseparate-code,--build-id=none -o "$2"
