#!/usr/bin/env bash
# Prints, as Markdown, what two, four and eight threads can bring at most: the tasks of each network's kernels are timed on one thread
# and dealt out as the runtime does, without barriers and with memory of their own.
#   scripts/threads_bound.sh [NET:ALPHA:RESOLUTION...]    # v2:1.0:224; without any, the six of docs/performance.md and V3
# GENERATE: options for `mobilith generate`, "--cpu znver3".
set -euo pipefail
cd "$(dirname "$0")/.."
networks=("$@")
[ ${#networks[@]} -gt 0 ] || networks=(v1:1.0:224 v1:0.5:160 v1:0.25:128 v2:1.0:224 v2:1.4:224 v2:0.35:96 v3_large:1.0:224 v3_small:1.0:224)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo "| network | one thread, ms | parallel loops | tasks | 2 threads | 4 | 8 |"
echo "|---|---|---|---|---|---|---|"
for network in "${networks[@]}"; do
  IFS=: read -r net alpha resolution <<<"$network"
  # shellcheck disable=SC2086
  build/mobilith generate --net "mobilenet_$net" --alpha "$alpha" --resolution "$resolution" --weights synthetic --name net --out "$scratch/tree" \
    ${GENERATE:-} >/dev/null 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 1; }
  cc -O2 -Wall -Wextra -DMODEL=net -Iruntime/include -Iruntime/src -o "$scratch/bound" scripts/threads_bound.c "$scratch/tree/lib/libnet.a" -pthread -lm
  taskset -c 0 "$scratch/bound" 200 | awk -v name="$network" '{
    printf "| %s | %s | %s | %s | %.2f | %.2f | %.2f |\n", name, $1, $2, $3, $1 / $4, $1 / $5, $1 / $6 }'
done
