"""The race's results as a picture: for each network, a bar for each engine, ours highlighted."""
from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from engines.table import OURS, TITLES  # noqa: E402
from report import Result, milliseconds  # noqa: E402

COLUMNS = 3
OUR_COLOUR, PEER_COLOUR, TEXT_COLOUR = "#0b6e4f", "#c3c8cd", "#22272b"
ROOM_FOR_LABELS = 1.5  # the axis ends at this many times the longest bar


def _panel(axes: plt.Axes, result: Result) -> None:
    keys = list(result.summaries)
    values = [result.summaries[key].best for key in keys]
    bars = axes.barh([TITLES[key] for key in keys], values,
                     color=[OUR_COLOUR if key == OURS else PEER_COLOUR for key in keys])
    for key, bar, value in zip(keys, bars, values):
        ours = key == OURS
        label = f" {milliseconds(value)} ms" + ("" if ours else f"   {result.summaries[key].ratio.median:.2f}x")
        axes.text(value, bar.get_y() + bar.get_height() / 2, label, va="center", fontsize=9,
                  color=OUR_COLOUR if ours else TEXT_COLOUR, fontweight="bold" if ours else "normal")
    axes.set_title(result.title, loc="left", fontsize=11, fontweight="bold", color=TEXT_COLOUR)
    axes.set_xlim(0, max(values) * ROOM_FOR_LABELS)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0, labelsize=9, labelcolor=TEXT_COLOUR)
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def _vectors(machine: dict) -> str:
    return "AVX-512" if "avx512f" in machine["flags"] else "AVX2" if "avx2" in machine["flags"] else "SSE"


def draw(results: list[Result], machine: dict, threads: int, numbers: str, folder: Path) -> None:
    """Writes race.svg and race.png. numbers: their type."""
    matplotlib.rcParams.update({"svg.hashsalt": "race", "font.family": "sans-serif"})
    columns = min(COLUMNS, len(results))
    rows = -(-len(results) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(4.6 * columns, 1.9 * rows + 1.1), squeeze=False)
    for axes in grid.flat[len(results):]:
        axes.set_visible(False)
    for axes, result in zip(grid.flat, results):
        _panel(axes, result)
    many = "one core" if threads == 1 else f"{threads} cores"
    figure.suptitle(f"Time of one inference, {many}, {numbers}, batch 1: shorter is better", x=0.01, ha="left", fontsize=13,
                    fontweight="bold", color=TEXT_COLOUR)
    rounds = len(result.rounds[OURS])
    figure.text(0.01, 0.01, f"{machine['cpu']} ({_vectors(machine)}), {machine['date']}. Best run of {rounds} interleaved rounds in one "
                "process, same weights; 1.20x: takes 1.20 times as long as Mobilith (median of the rounds).",
                fontsize=8.5, color=TEXT_COLOUR)
    figure.tight_layout(rect=(0, 0.035, 1, 0.98))
    figure.savefig(folder / "race.svg", metadata={"Date": None, "Creator": None})
    figure.savefig(folder / "race.png", dpi=150)
