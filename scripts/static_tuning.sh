#!/usr/bin/env bash
# Static tuning on the CPU that is here, as Markdown: the rank correlation of the static cost with measured times, and for each kernel of
# the six networks the time of the static choice over that of the best schedule measured (the committed records' among them).
#   scripts/static_tuning.sh [CANDIDATES_A_KERNEL [RANDOM_ONES_TO_MEASURE [ROUNDS]]]   (default 16 4 40: six minutes on two quiet cores)
# Measures on the last core that this process may use.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cmake --build build --target mobilith static_accuracy >/dev/null
for configuration in v1:1.0:224 v1:0.5:160 v1:0.25:128 v2:1.0:224 v2:1.4:224 v2:0.35:96; do
  IFS=: read -r net alpha resolution <<<"$configuration"
  build/mobilith autotune --static --net "mobilenet_$net" --alpha "$alpha" --resolution "$resolution" --budget 1h --candidates "${1:-16}" \
    --schedules "$scratch/records" >"$scratch/log"
done
build/static_accuracy "$scratch/measured.jsonl" "${2:-4}" "${3:-40}" 0 1 "$scratch/records"
python3 -B scripts/static_accuracy.py "$scratch/measured.jsonl"
