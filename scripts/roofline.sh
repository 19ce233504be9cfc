#!/usr/bin/env bash
# Prints docs/performance.md's roofline of a network on this machine, as Markdown: for each kernel the time that the FMA peak alone would
# take, the time that its bytes alone would take from far memory, which of the two bounds it, and the time it takes.
#   scripts/roofline.sh v1:1.0:224 [GENERATE OPTIONS]
set -euo pipefail
cd "$(dirname "$0")/.."
IFS=: read -r net alpha resolution <<<"${1:?usage: scripts/roofline.sh NET:ALPHA:RESOLUTION [GENERATE OPTIONS]}"
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Bytes a second that one core reads from a buffer larger than any cache, four streams at once.
cat >"$scratch/read.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec; }
int main(void) {
  const size_t n = (size_t)64 << 20; /* floats */
  float *p = malloc(n * sizeof *p), sum = 0;
  double best = 1e9;
  for (size_t i = 0; i < n; i++) p[i] = 1;
  for (int round = 0; round < 8; round++) {
    const double start = now();
    float s[4][16] = {{0}};
    for (size_t i = 0; i < n / 4; i += 16)
      for (int q = 0; q < 4; q++)
        for (int lane = 0; lane < 16; lane++) s[q][lane] += p[(size_t)q * (n / 4) + i + (size_t)lane];
    const double seconds = now() - start;
    for (int q = 0; q < 4; q++) sum += s[q][round];
    if (seconds < best) best = seconds;
  }
  printf("%.0f\n", sum > 0 ? (double)(n * sizeof *p) / best : 0);
}
C
cc -O3 -march=native -ffast-math -o "$scratch/read" "$scratch/read.c"
build/mobilith generate --net "mobilenet_$net" --alpha "$alpha" --resolution "$resolution" --weights synthetic --name net --out "$scratch/tree" "$@" >/dev/null
taskset -c 0 build/mobilith bench "$scratch/tree" --seconds 5 --format json 2>/dev/null >"$scratch/bench.json"
python3 - "$net $alpha-$resolution" "$scratch/bench.json" "$(taskset -c 0 "$scratch/read")" <<'PY'
import json, sys
name, path, bandwidth = sys.argv[1], sys.argv[2], float(sys.argv[3])
b = json.load(open(path))
peak = b["peak_gflops_per_core"] * 1e9
print(f"{name.upper()}: {peak / 1e9:.0f} GFLOP/s, {bandwidth / 1e9:.1f} GB/s from memory, balance {peak / bandwidth:.1f} FLOP/byte; "
      f"{1e3 * b['seconds']['min']:.3f} ms a run, {100 * b['share_of_peak']:.0f} % of the peak\n")
print("| block | FMA, us | bytes, us | FLOP/byte | bound by | measured, us | of the bound |")
print("|---|---|---|---|---|---|---|")
for k in b["kernels"]:
    fma, memory, measured = 2e6 * k["madds"] / peak, 1e6 * k["bytes"] / bandwidth, 1e6 * k["seconds"]["min"]
    print(f"| {k['block']} | {fma:.1f} | {memory:.1f} | {2 * k['madds'] / k['bytes']:.1f} | {'FMA' if fma > memory else 'memory'} | {measured:.1f} | "
          f"{100 * max(fma, memory) / measured:.0f} % |")
PY
