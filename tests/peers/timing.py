"""The race's clock and its arithmetic. Needs the standard library alone.

In a round every engine has one slot: one run that is not counted, to bring its weights and code back into the caches that
the engine before it filled, then back-to-back runs. Engines are compared within rounds, by the best run of their slots:
what disturbs the machine for less than a slot touches some runs of it only, what lasts longer than a round all engines.
"""
from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Callable, Sequence

SLOT_SECONDS = 0.025
SLOT_RUNS = 8  # at least: where others take time slices of a few milliseconds, most runs as long as these are interrupted


@dataclass(frozen=True)
class Slot:
    """Seconds of one engine's runs in one round."""

    best: float
    median: float
    runs: int


@dataclass(frozen=True)
class Quartiles:
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Summary:
    best: float  # seconds: of all runs
    median: float  # seconds: of the rounds' medians
    ratio: Quartiles  # the best of this engine's slot over the best of ours, round by round; above 1: ours is faster


def orders(engines: Sequence[str], rounds: int) -> list[list[str]]:
    """Every round's order: each engine comes at each place, and after each other one."""
    result = []
    for r in range(rounds):
        start = (r // 2) % len(engines)
        turned = [*engines[start:], *engines[:start]]
        result.append(turned[::-1] if r % 2 else turned)
    return result


def run_slot(run: Callable[[], None]) -> Slot:
    run()
    seconds: list[float] = []
    begin = time.perf_counter()
    while len(seconds) < SLOT_RUNS or time.perf_counter() - begin < SLOT_SECONDS:
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return Slot(min(seconds), statistics.median(seconds), len(seconds))


def quartiles(values: Sequence[float]) -> Quartiles:
    """Interpolated linearly between the values, the ends included."""
    if len(values) == 1:
        return Quartiles(values[0], values[0], values[0])
    return Quartiles(*statistics.quantiles(values, n=4, method="inclusive"))


def summarize(slots: dict[str, list[Slot]], ours: str) -> dict[str, Summary]:
    """slots: for every engine, one a round, in the order of the rounds."""
    base = slots[ours]
    summaries = {}
    for engine, own in slots.items():
        if len(own) != len(base):
            raise ValueError(f"{engine} has {len(own)} rounds, {ours} has {len(base)}")
        ratios = [slot.best / reference.best for slot, reference in zip(own, base)]
        summaries[engine] = Summary(min(s.best for s in own), statistics.median(s.median for s in own), quartiles(ratios))
    return summaries
