"""One configuration, all engines in this one process: checks their logits, times them, prints JSON.

Started by race.py, which sets the environment that thread libraries read when they load.
"""
from __future__ import annotations

import argparse
import dataclasses
import gc
import json
import os
import signal
import sys
import time
from pathlib import Path

signal.signal(signal.SIGINT, signal.SIG_DFL)  # while modules load, Ctrl-C ends the process without a traceback

import timing  # noqa: E402
from agreement import apart  # noqa: E402
from architecture import Configuration  # noqa: E402
from dtype import DTYPES, Dtype  # noqa: E402
from engines.engine import Engine, Files  # noqa: E402
from engines.table import TABLE  # noqa: E402
from expectation import EXPECTATIONS  # noqa: E402
from formula import input_nhwc  # noqa: E402
from progress import Progress, fail  # noqa: E402

SETTLE_STEP_SECONDS = 0.005
SETTLE_SECONDS = 1.0  # at most


def _settle() -> None:
    """Waits until no thread of this process runs: an engine's threads go on spinning for a while after its run, in the
    hope of another one (ONNX Runtime's for some 100 ms), and would take a core from the next engine."""
    end = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < end:
        before = time.process_time()
        time.sleep(SETTLE_STEP_SECONDS)
        if time.process_time() - before < SETTLE_STEP_SECONDS / 10:
            return
    raise RuntimeError(f"threads of an engine still run {SETTLE_SECONDS:.0f} s after its last inference")


def _loaded(c: Configuration, dtype: Dtype, files: Files, threads: int) -> dict[str, Engine]:
    values = input_nhwc(c)
    engines = {}
    for entry in TABLE:
        if entry.key in dtype.engines():
            engines[entry.key] = entry.load()(files, values, threads)
            engines[entry.key].run()
    return engines


def _rounds(engines: dict[str, Engine], rounds: int, threads: int, title: str,
            progress: Progress) -> dict[str, list[timing.Slot]]:
    slots: dict[str, list[timing.Slot]] = {key: [] for key in engines}
    gc.collect()
    gc.disable()
    for number, order in enumerate(timing.orders(list(engines), rounds), 1):
        progress.update(f"{title}: round {number} of {rounds}")
        for key in order:
            if threads > 1:
                _settle()
            slots[key].append(timing.run_slot(engines[key].run))
    return slots


def lap(c: Configuration, dtype: Dtype, folder: Path, threads: int, rounds: int, progress: Progress) -> dict:
    files = Files.within(folder)
    expected = EXPECTATIONS[dtype.key](c, files)
    engines = _loaded(c, dtype, files, threads)
    differences, wrong = apart(expected.difference, {key: engine.logits() for key, engine in engines.items()})
    for key, why in wrong.items():
        progress.say(f"{c.title}: left out: {why}")
        del engines[key]
    classes = {key: int(engine.logits().argmax()) for key, engine in engines.items()}
    progress.say(f"{c.title}: {'the others' if wrong else 'all'} agree with {expected.source} to {max(differences.values()):{dtype.difference}} {dtype.unit}")
    slots = _rounds(engines, rounds, threads, c.title, progress)
    for key, engine in engines.items():  # still right after all those runs?
        expected.difference(engine.logits(), key)
    return {"expected": expected.source, "differences": differences, "wrong": wrong, "largest_classes": classes,
            "rounds": {key: [dataclasses.asdict(slot) for slot in own] for key, own in slots.items()}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configuration", type=Configuration.parse)
    parser.add_argument("--dtype", choices=DTYPES, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="of the models")
    parser.add_argument("--cores", required=True, help="comma-separated; one thread each")
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True, help="takes what the engines print")
    a = parser.parse_args()
    cores = {int(core) for core in a.cores.split(",")}
    os.sched_setaffinity(0, cores)
    progress = Progress()
    with a.log.open("ab") as log:
        errors = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            result = lap(a.configuration, DTYPES[a.dtype], a.folder, len(cores), a.rounds, progress)
        except (ValueError, RuntimeError, OSError) as error:
            os.dup2(errors, 2)
            fail(f"{a.configuration.title}: {error}")
    print(json.dumps(result))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
