"""The table of scripts/static_tuning.sh, from the lines that static_accuracy wrote."""
import collections
import json
import math
import statistics
import sys


def ranks(values):
    """Equal values share the mean of their places."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    found, start = [0.0] * len(values), 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            found[place] = (start + end - 1) / 2
        start = end
    return found


def spearman(a, b):
    a, b = ranks(a), ranks(b)
    mean_a, mean_b = statistics.mean(a), statistics.mean(b)
    top = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    bottom = math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))
    return top / bottom if bottom else 0.0


def centred(values):
    logs = [math.log(v) for v in values]
    return [v - statistics.mean(logs) for v in logs]


def per_round(seconds):
    """The better of the two runs of each round: what disturbs a run only makes it longer."""
    return [min(pair) for pair in zip(seconds[::2], seconds[1::2])]


def time_of(candidate):
    """Best of the rounds, but not the one luckiest run."""
    return statistics.quantiles(candidate["seconds"], n=10)[0]


def main():
    with open(sys.argv[1]) as file:
        candidates = [json.loads(line) for line in file]
    kernels = collections.defaultdict(list)
    for candidate in candidates:
        kernels[candidate["kernel"]].append(candidate)
    if not any(len(group) > 3 for group in kernels.values()):
        sys.exit(f"{sys.argv[1]}: no kernel has more than three candidates; measure more random ones")
    costs, times = [c["cost"] for c in candidates], [time_of(c) for c in candidates]
    within, pooled_costs, pooled_times = [], [], []
    for group in kernels.values():
        a, b = [c["cost"] for c in group], [time_of(c) for c in group]
        if len(group) > 3:
            within.append(spearman(a, b))
        pooled_costs += centred(a)
        pooled_times += centred(b)
    print(f"{len(candidates)} candidates of {len(kernels)} kernels; rank correlation (Spearman) of the static cost with the measured time:\n"
          f"{spearman(costs, times):.3f} over all, {spearman(pooled_costs, pooled_times):.3f} over all relative to their kernel's mean, "
          f"{statistics.mean(within):.2f} mean and {statistics.median(within):.2f} median within a kernel\n")
    rows = []
    for name, group in kernels.items():
        chosen = next(c for c in group if "static" in c["label"].split(","))
        best = min(group, key=time_of)
        ratio = statistics.median(a / b for a, b in zip(per_round(chosen["seconds"]), per_round(best["seconds"])))
        rows.append((ratio, name, chosen, best))
    rows.sort(key=lambda row: -row[0])
    over = [row for row in rows if row[0] > 1.1]
    print(f"static choice over the best measured: {statistics.mean(r[0] for r in rows):.3f} in the mean, {rows[0][0]:.3f} at worst; "
          f"{len(over)} of {len(rows)} kernels more than 10 % slower\n")
    recorded = []
    for group in kernels.values():
        chosen = next(c for c in group if "static" in c["label"].split(","))
        record = [c for c in group if "tuned" in c["label"].split(",")]
        if record:
            recorded.append(statistics.median(a / b for a, b in zip(per_round(chosen["seconds"]), per_round(record[0]["seconds"]))))
    if recorded:
        print(f"static choice over the committed record: {statistics.mean(recorded):.3f} in the mean, {max(recorded):.3f} at worst; "
              f"{sum(r > 1.1 for r in recorded)} of {len(recorded)} kernels more than 10 % slower\n")
    print("| kernel | best, us | its schedule | static choice, us | static / best |\n|---|---|---|---|---|")
    for ratio, name, chosen, best in rows:
        print(f"| {name} | {1e6 * time_of(best):.1f} | {best['label']} | {1e6 * time_of(chosen):.1f} | {ratio:.3f} |")


if __name__ == "__main__":
    main()
