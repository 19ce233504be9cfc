"""The race's results as Markdown. Needs the standard library alone."""
from __future__ import annotations

import textwrap
from dataclasses import dataclass

import timing
from dtype import F32, Dtype
from engines.table import OURS, TABLE, TITLES
from fresh_result import Fresh

MEGABYTE = 1e6
_IN_PYTHON = """(a) in Python, for lack of a C interface in the wheel: from before ncnn's library is loaded, and the memory beyond Python's by then;
its library is the one with the Python interface.
"""


@dataclass(frozen=True)
class Result:
    """One configuration's. The dictionaries are by engine."""

    title: str
    expected: str  # whose logits all engines were compared with
    differences: dict[str, float]  # Dtype.unit says of what
    wrong: dict[str, str]  # engines that are left out because their logits differ too much: by how much
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
    peers = [entry.key for entry in TABLE if entry.key != OURS and any(entry.key in r.summaries for r in results)]
    rows = []
    for r in results:
        raced = [peer for peer in peers if peer in r.summaries]
        least = [min(r.summaries[peer].ratio.median for peer in raced), min(r.summaries[peer].best for peer in raced) / r.summaries[OURS].best] if raced else []
        rows.append([r.title, milliseconds(r.summaries[OURS].best), *(ratio(r.summaries[peer].ratio) if peer in raced else "wrong" for peer in peers),
                     *([f"{value:.2f}" for value in least] or ["", ""])])
    return table(["network", f"{TITLES[OURS]}, ms", *(TITLES[peer] for peer in peers), "best of the others", "by best runs"], rows)


def _times(results: list[Result], dtype: Dtype) -> str:
    rows = []
    for r in results:
        for key, s in r.summaries.items():
            share = f"{100 * r.share_of_peak:.0f} %" if key == OURS else ""
            rows.append([f"{r.title}: {TITLES[key]}", milliseconds(s.best), milliseconds(s.median),
                         "1" if key == OURS else ratio(s.ratio), share, f"{r.differences[key]:{dtype.difference}}"])
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


def markdown(machine: dict, versions: dict[str, str], threads: int, rounds: int, results: list[Result], dtype: Dtype = F32,
             refused: dict[str, str] | None = None, held: str = "") -> str:
    """refused: titles of networks without a library of this type, and why."""
    caches = ", ".join(f"{name} {size}" for name, size in machine["caches"].items())
    engines = ", ".join(f"{TITLES[key]} {version}" for key, version in versions.items() if key in dtype.engines())
    peak = max(r.peak_gflops_per_core for r in results)
    sources = " and ".join(sorted({r.expected for r in results}))
    conditions = [f"{engines}.", dtype.sentence(),
                  f"One process pinned to as many cores as threads; {rounds} rounds, in each of which every engine runs for 25 ms and eight times at least, in "
                  f"changing order. Load when it began and ended: {machine['load'][0]:.1f}, {machine['load'][1]:.1f} (above {threads}: other "
                  "processes disturbed it).", *([held] if held else [])]
    conditions += [f"No library of {dtype.title}: {title}: {why}." for title, why in (refused or {}).items()]
    conditions += [f"{r.title}, left out: {why}." for r in results for why in r.wrong.values()]
    many = "one thread" if threads == 1 else f"{threads} threads"
    return f"""# The race, {machine["date"]}: {dtype.title}, batch 1, {many}

{machine["cpu"]} ({" ".join(machine["flags"])}; {caches}; {machine["cores"]} cores; {dtype.peak} measured: {peak:.0f} GFLOP/s a core).
{textwrap.fill(" ".join(conditions), 130)}

## How many times as long as ours

The best run of each engine's slot over the best of ours in the same round: the median over the rounds, and the quartiles. Above 1,
ours is faster. The milliseconds are those of our best run. The last column is the best run of any other engine over ours: where others
disturb the race, it says more of runs that are longer than the system's time slices.

{_ratios(results)}
## Times

The best run of all, and the median of the rounds' medians. {dtype.compared.format(source=sources)} The share of
{dtype.peak} is from `mobilith bench`.

{_times(results, dtype)}
## Start, memory, size

Fresh processes with one thread, best of several starts, files in the page cache; C programs, the generated library linked statically.
To ship: the program, the runtime's shared libraries that it had loaded by then (the system's own are not counted), and the model.

{_starts(results)}{_IN_PYTHON if any(f.in_python for r in results for f in r.fresh.values()) else ""}"""
