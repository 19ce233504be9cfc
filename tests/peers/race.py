"""The race: generated libraries against other engines. Started by scripts/race.sh, which sets up what this needs."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

signal.signal(signal.SIGINT, signal.SIG_DFL)  # while modules load, Ctrl-C ends the process without a traceback

# Before any engine is loaded here or in a child. ONNX Runtime reports to its makers otherwise, and pays for it at start.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import arguments  # noqa: E402
import chart  # noqa: E402
import dtype  # noqa: E402
import fresh  # noqa: E402
import machine  # noqa: E402
import models  # noqa: E402
import report  # noqa: E402
import timing  # noqa: E402
from architecture import Configuration  # noqa: E402
from engines.engine import Files  # noqa: E402
from engines.table import OURS, TITLES  # noqa: E402
from int8_models import Refused  # noqa: E402
from process import pinned, run  # noqa: E402
from progress import Progress, fail  # noqa: E402

HERE = Path(__file__).resolve().parent
MOBILITH = arguments.ROOT / "build" / "mobilith"
BENCH_SECONDS = 2


def _lap(c: Configuration, folder: Path, a: arguments.Arguments, log: Path) -> dict:
    """Its one line of error and its progress go where ours go."""
    command = [sys.executable, HERE / "lap.py", c.key, "--dtype", a.dtype.key, "--folder", folder, "--cores", ",".join(map(str, a.cores)), "--rounds",
               a.rounds, "--log", log]
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                            env=os.environ | {"OMP_NUM_THREADS": str(len(a.cores))})
    if result.returncode:
        sys.exit(result.returncode if result.returncode > 0 else 1)
    return json.loads(result.stdout)


def _race(c: Configuration, a: arguments.Arguments, log: Path, progress: Progress) -> report.Result:
    folder = a.out / c.file_stem
    progress.say(f"{c.title}: generating the library, writing the models")
    models.write_all(c, a.dtype, MOBILITH, len(a.cores), folder, log, a.options())
    lap = _lap(c, folder, a, log)
    slots = {key: [timing.Slot(**slot) for slot in own] for key, own in lap["rounds"].items()}
    summaries = timing.summarize(slots, OURS)
    progress.say(f"{c.title}: best, ms: " + ", ".join(
        f"{TITLES[key]} {report.milliseconds(s.best)}" for key, s in summaries.items()))
    progress.update(f"{c.title}: fresh processes")
    starts = fresh.measure(c, folder, a.cores[0], log, lap["largest_classes"])
    progress.update(f"{c.title}: share of the peak")
    with pinned(a.cores):
        bench = json.loads(run([MOBILITH, "bench", Files.within(folder).mobilith_tree, "--threads", str(len(a.cores)),
                                "--seconds", str(BENCH_SECONDS), "--format", "json"], log))
    return report.Result(c.title, lap["expected"], lap["differences"], lap["wrong"], slots, summaries, starts, bench["share_of_peak"],
                         bench["peak_gflops_per_core"])


def main() -> None:
    a = arguments.parse()
    os.environ[dtype.VARIABLE] = a.dtype.key
    os.environ.update(a.environment())  # before any engine is loaded, here or in a child
    log = a.out / "race.log"
    try:
        a.out.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
    except OSError as error:
        fail(f"--out: {a.out}: {error.strerror}")
    progress = Progress()
    if a.files:
        import file_race  # loads engines

        return file_race.race(a, log, MOBILITH, progress)
    described = machine.describe()
    versions = machine.versions(MOBILITH)
    before = machine.load()
    if before > len(a.cores):
        progress.say(f"other processes are running (load {before:.1f}): expect spread")
    results, refused = [], {}
    for c in a.configurations:
        try:
            results.append(_race(c, a, log, progress))
        except Refused as error:
            refused[c.title] = str(error)
            progress.say(f"{c.title}: left out: {error}")
    if not results:
        fail("no configuration is left to race")
    described["load"] = [before, machine.load()]

    threads = len(a.cores)
    text = report.markdown(described, versions, threads, a.rounds, results, a.dtype, refused, a.sentences())
    (a.out / "race.md").write_text(text)
    (a.out / "race.json").write_text(json.dumps(
        {"machine": described, "versions": versions, "threads": threads, "isa": a.isa.title, "dtype": a.dtype.key, "reduce_range": a.reduce_range, "refused": refused,
         "results": [asdict(r) for r in results]}, indent=1))
    chart.draw(results, described, threads, a.dtype.title, a.out)
    print(text)
    progress.say(f"written: {a.out}/race.md race.json race.svg race.png")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        fail("interrupted", 130)
    except (RuntimeError, ValueError, OSError) as error:
        fail(str(error))
