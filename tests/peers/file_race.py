"""The race of model files, as they are: each engine that reads the file, on one image of random bytes. For quantised TFLite files: ours must give
LiteRT's bytes. Started by race.py for --file."""
from __future__ import annotations

import ctypes
import gc
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

import machine
import models
import report
import timing
from ai_edge_litert.interpreter import Interpreter
from arguments import Arguments
from engines.engine import Files
from engines.mobilith_engine import Mobilith
from engines.openvino_engine import OpenVino
from engines.table import OURS, TITLES
from process import run
from progress import Progress

LEFT_OUT = "ONNX Runtime and ncnn read no TFLite files"


class LiteRtFile:
    def __init__(self, path: Path, threads: int) -> None:
        self._interpreter = Interpreter(str(path), num_threads=threads)
        self._interpreter.allocate_tensors()
        if len(self._interpreter.get_input_details()) != 1 or len(self._interpreter.get_output_details()) != 1:
            raise ValueError(f"{path}: expected a file of one input and one output")
        detail = self._interpreter.get_input_details()[0]
        self.dtype, self.shape, self._input = detail["dtype"], detail["shape"], detail["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]
        self.run = self._interpreter.invoke

    def set(self, image: np.ndarray) -> None:
        self._interpreter.set_tensor(self._input, image)

    def output(self) -> np.ndarray:
        return self._interpreter.get_tensor(self._output).reshape(-1)


class MobilithFile(Mobilith):
    def __init__(self, files: Files, image: np.ndarray, threads: int, output: np.ndarray) -> None:
        super().__init__(files, image, threads)
        self._output = np.empty_like(output)
        self._arguments = (*self._arguments[:3], self._output.ctypes.data, self._output.nbytes)

    def output(self) -> np.ndarray:
        return self._output


class OpenVinoFile(OpenVino):
    """Reads the file itself, whose image is (y, x, c)."""

    def __init__(self, path: Path, image: np.ndarray, threads: int) -> None:
        super().__init__(Files(*([path] * 10)), image.transpose(0, 2, 3, 1), threads)  # which the engine turns back

    def output(self, like: np.ndarray) -> np.ndarray:
        out, data = ctypes.c_void_p(), ctypes.c_void_p()
        self._check(self._c.ov_infer_request_get_output_tensor(self._request, ctypes.byref(out)))
        self._check(self._c.ov_tensor_data(out, ctypes.byref(data)))
        return np.frombuffer(ctypes.string_at(data, like.nbytes), like.dtype)


def _image(shape: np.ndarray, dtype: type) -> np.ndarray:
    draw = np.random.default_rng(1)
    if dtype == np.float32:
        return draw.uniform(-1, 1, shape).astype(np.float32)
    least = np.iinfo(dtype).min
    return draw.integers(least, least + 256, shape).astype(dtype)


def _differs(found: np.ndarray, expected: np.ndarray) -> int:
    return int((found != expected).sum())


def _openvino_runs(path: Path, log: Path) -> bool:
    """Whether it loads and runs the file, tried in a process of its own: it ends with a damaged heap on some."""
    try:
        run([sys.executable, Path(__file__), path], log)
    except RuntimeError:
        return False
    return True


def _one(path: Path, a: Arguments, log: Path, mobilith: Path, progress: Progress) -> dict:
    threads = len(a.cores)
    folder = a.out / path.stem
    files = Files.within(folder)
    progress.say(f"{path.name}: generating the library")
    folder.mkdir(parents=True, exist_ok=True)
    run([mobilith, "generate", "--weights", path, "--name", "net", "--out", files.mobilith_tree, *a.isa.generate_options()], log)
    models.share(files, log)
    litert = LiteRtFile(path, threads)
    image = _image(litert.shape, litert.dtype)
    litert.set(image)
    litert.run()
    expected = litert.output()
    ours = MobilithFile(files, image, threads, expected)
    ours.run()
    if expected.dtype != np.float32 and _differs(ours.output(), expected):
        raise ValueError(f"{path}: {_differs(ours.output(), expected)} of {expected.size} bytes of the output differ from LiteRT's")
    engines = {OURS: ours, "litert": litert}
    apart = None
    if _openvino_runs(path, log):
        engines["openvino"] = openvino = OpenVinoFile(path, image, threads)
        openvino.run()
        apart = int(np.abs(openvino.output(expected).astype(np.float64) - expected).max())
    else:
        progress.say(f"{path.name}: OpenVINO ends with a crash on it, and is left out")
    slots: dict[str, list[timing.Slot]] = {key: [] for key in engines}
    gc.collect()
    gc.disable()
    for number, order in enumerate(timing.orders(list(engines), a.rounds), 1):
        progress.update(f"{path.name}: round {number} of {a.rounds}")
        for key in order:
            slots[key].append(timing.run_slot(engines[key].run))
    gc.enable()
    summaries = timing.summarize(slots, OURS)
    progress.say(f"{path.name}: best, ms: " + ", ".join(f"{TITLES[key]} {report.milliseconds(s.best)}" for key, s in summaries.items()))
    return {"file": path.name, "openvino_apart": apart, "summaries": {key: asdict(s) for key, s in summaries.items()}}


def _markdown(described: dict, threads: int, rounds: int, results: list[dict]) -> str:
    lines = [f"# The race of files, {described['date']}: batch 1, {threads} thread{'s' if threads > 1 else ''}", "",
             f"{described['cpu']} ({' '.join(described['flags'])}). {rounds} rounds in changing order; {LEFT_OUT}. Our bytes are LiteRT's; OpenVINO's are up to",
             "so many units off. Load when it began and ended: " + ", ".join(f"{x:.1f}" for x in described["load"]) + ".", "",
             "| file | Mobilith, ms | LiteRT (XNNPACK), ms | OpenVINO, ms | LiteRT over ours | OpenVINO over ours | OpenVINO off by |",
             "|---|---|---|---|---|---|---|"]
    for r in results:
        s = r["summaries"]
        keys = (OURS, "litert", "openvino")
        times = " | ".join(report.milliseconds(s[key]["best"]) if key in s else "crashes" for key in keys)
        ratios = " | ".join(report.ratio(timing.Quartiles(**s[key]["ratio"])) if key in s else "" for key in keys[1:])
        apart = "" if r["openvino_apart"] is None else r["openvino_apart"]
        lines.append(f"| {r['file']} | {times} | {ratios} | {apart} |")
    return "\n".join(lines) + "\n"


def race(a: Arguments, log: Path, mobilith: Path, progress: Progress) -> None:
    described = machine.describe()
    before = machine.load()
    os.sched_setaffinity(0, a.cores)
    results = [_one(path, a, log, mobilith, progress) for path in a.files]
    described["load"] = [before, machine.load()]
    text = _markdown(described, len(a.cores), a.rounds, results)
    (a.out / "files.md").write_text(text)
    (a.out / "files.json").write_text(json.dumps({"machine": described, "rounds": a.rounds, "results": results}, indent=1))
    print(text)
    progress.say(f"written: {a.out}/files.md files.json")


if __name__ == "__main__":  # _openvino_runs()
    asked = LiteRtFile(Path(sys.argv[1]), 1)
    OpenVinoFile(Path(sys.argv[1]), _image(asked.shape, asked.dtype), 1).run()
