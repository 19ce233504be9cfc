#!/usr/bin/env bash
# Prints the speed table of docs/manual/speed.md for this machine: generates each network with synthetic weights and runs `mobilith bench`, pinned to
# a core, the best run of SECONDS (default 5) each.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-5}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

echo "| network | one run, ms | GFLOP/s | share of peak | library, MB | weights, MB |"
echo "|---|---|---|---|---|---|"
for configuration in v1:1.0:224 v1:0.5:160 v1:0.25:128 v2:1.0:224 v2:1.4:224 v2:0.35:96; do
  IFS=: read -r net alpha resolution <<<"$configuration"
  tree=$scratch/$configuration
  build/mobilith generate --net "mobilenet_$net" --alpha "$alpha" --resolution "$resolution" --weights synthetic --name net --out "$tree" >/dev/null
  taskset -c 0 build/mobilith bench "$tree" --seconds "$seconds" --format json 2>/dev/null >"$scratch/bench.json"
  python3 - "$configuration" "$scratch/bench.json" "$tree" <<'PY'
import json, os, sys
configuration, bench, tree = sys.argv[1:]
net, alpha, resolution = configuration.split(":")
b = json.load(open(bench))
m = json.load(open(tree + "/share/net/manifest.json"))
print(f"| {net.upper()} {alpha}-{resolution} | {1e3 * b['seconds']['min']:.3f} | {b['gflops']:.1f} | {100 * b['share_of_peak']:.0f} % | "
      f"{os.path.getsize(tree + '/lib/libnet.a') / 2**20:.2f} | {m['weights']['bytes'] / 2**20:.2f} |")
with open(os.path.join(os.path.dirname(bench), "peaks"), "a") as peaks: peaks.write(f"{b['peak_gflops_per_core']:.0f}\n")
PY
done
echo "peak: $(sort -n "$scratch/peaks" | head -1) to $(sort -n "$scratch/peaks" | tail -1) GFLOP/s of FMA a core"
