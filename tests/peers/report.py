"""The race's results as Markdown. Needs the standard library alone."""
from __future__ import annotations

from dataclasses import dataclass

import timing
from engines.table import OURS, TABLE, TITLES
from fresh_result import Fresh

MEGABYTE = 1e6


@dataclass(frozen=True)
class Result:
    """One configuration's. The dictionaries are by engine."""

    title: str
    expected: str  # whose logits all engines were compared with
    differences: dict[str, float]  # as a share of the largest logit
    rounds: dict[str, list[timing.Slot]]
    summaries: dict[str, timing.Summary]
    fresh: dict[str, Fresh]
    share_of_peak: float  # ours
    peak_gflops_per_core: float


def table(header: list[str], rows: list[list[str]]) -> str:
    """The first column is text, the others are numbers."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def milliseconds(seconds: float) -> str:
    """Four digits."""
    value = seconds * 1e3
    return f"{value:.3f}" if value < 10 else f"{value:.2f}" if value < 100 else f"{value:.1f}"


def ratio(q: timing.Quartiles) -> str:
    return f"{q.median:.2f} ({q.low:.2f} to {q.high:.2f})"


def _ratios(results: list[Result]) -> str:
    peers = [entry for entry in TABLE if entry.key != OURS]
    rows = [[r.title, milliseconds(r.summaries[OURS].best),
             *(ratio(r.summaries[peer.key].ratio) for peer in peers)] for r in results]
    return table(["network", f"{TITLES[OURS]}, ms", *(peer.title for peer in peers)], rows)


def _times(results: list[Result]) -> str:
    rows = []
    for r in results:
        for key, s in r.summaries.items():
            share = f"{100 * r.share_of_peak:.0f} %" if key == OURS else ""
            rows.append([f"{r.title}: {TITLES[key]}", milliseconds(s.best), milliseconds(s.median),
                         "1" if key == OURS else ratio(s.ratio), share, f"{r.differences[key]:.0e}"])
    return table(["network: engine", "best, ms", "median, ms", "time over ours (quartiles)", "share of peak",
                  "largest difference"], rows)


def _starts(results: list[Result]) -> str:
    rows = []
    for r in results:
        for key, f in r.fresh.items():
            mark = " (a)" if f.in_python else ""
            rows.append([f"{r.title}: {TITLES[key]}{mark}", milliseconds(f.first_result), f"{f.peak_bytes / MEGABYTE:.1f}",
                         f"{f.ship_bytes / MEGABYTE:.1f}"])
    return table(["network: engine", "exec to first result, ms", "peak memory, MB", "to ship, MB"], rows)


def markdown(machine: dict, versions: dict[str, str], threads: int, rounds: int, results: list[Result], held: str = "",
             numbers: str = "float32") -> str:
    caches = ", ".join(f"{name} {size}" for name, size in machine["caches"].items())
    engines = ", ".join(f"{TITLES[key]} {version}" for key, version in versions.items())
    peak = max(r.peak_gflops_per_core for r in results)
    sources = " and ".join(sorted({r.expected for r in results}))
    many = "one thread" if threads == 1 else f"{threads} threads"
    return f"""# The race, {machine["date"]}: {numbers}, batch 1, {many}

{machine["cpu"]} ({" ".join(machine["flags"])}; {caches}; {machine["cores"]} cores; FMA peak measured: {peak:.0f} GFLOP/s a core).
{engines}. Same weights, same input, one process pinned to as many cores as threads; {rounds} rounds, in each of which every
engine runs for 25 ms at least, in changing order. Load when it began and ended: {machine["load"][0]:.1f}, {machine["load"][1]:.1f}
(above {threads}: other processes disturbed it).{" " + held if held else ""}

## How many times as long as ours

The best run of each engine's slot over the best of ours in the same round: the median over the rounds, and the quartiles. Above 1,
ours is faster. The milliseconds are those of our best run.

{_ratios(results)}
## Times

The best run of all, and the median of the rounds' medians. Logits are compared with those of {sources};
the largest difference is a share of the largest logit{", and all engines have the same five largest classes" if numbers == "float32" else ""}. The share of the peak is
from `mobilith bench`.

{_times(results)}
## Start, memory, size

Fresh processes with one thread, best of several starts, files in the page cache; C programs, the generated library linked statically.
To ship: the program, the runtime's shared libraries that it had loaded by then (the system's own are not counted), and the model.

{_starts(results)}
(a) in Python, for lack of a C interface in the wheel: from before ncnn's library is loaded, and the memory beyond Python's by then;
its library is the one with the Python interface.
"""
