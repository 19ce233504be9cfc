"""What an application pays besides the time of a run: from exec to the first result, peak memory, bytes to ship.

Every measurement is a fresh process on one core with one thread: a C program for the engines with a C interface; for ncnn
Python, counted from before it loads ncnn. The files are in the page cache.
"""
from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from pathlib import Path

import dtype
from architecture import Configuration
from engines.engine import Files
from fresh_result import Fresh
from process import pinned, run

SOURCES = Path(__file__).resolve().parent / "fresh"
STARTS = 9  # at least, and as many as fit into the time
STARTS_SECONDS = 0.5


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the package {name} is not installed")
    return Path(spec.origin).resolve().parent  # as a process maps it


def _linkable(library: Path, name: str, folder: Path) -> list[str]:
    """Compiler options for a library under the name that the loader will look for, apart from the wheel's other files."""
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / name
    link.unlink(missing_ok=True)
    link.symlink_to(library)
    return [str(link), f"-Wl,-rpath,{folder}"]


def _compile(name: str, options: list[str], folder: Path, log: Path) -> Path:
    program = folder / f"fresh_{name}"
    run(["cc", "-O2", "-s", "-o", program, SOURCES / f"{name}.c", *options], log)
    return program


def _commands(c: Configuration, files: Files, folder: Path, log: Path) -> dict[str, list[str | Path]]:
    links = folder / "libraries"
    onnxruntime = next((_package("onnxruntime") / "capi").glob("libonnxruntime.so.*"))
    openvino = _package("openvino")
    openvino_c = next((openvino / "libs").glob("libopenvino_c.so.*"))
    options = {
        "mobilith": [f"-I{files.mobilith_tree}/include", str(files.mobilith_tree / "lib" / "libnet.a"),
                     str(files.mobilith_tree / "lib" / "libmobilith_runtime.a"), "-lpthread"],
        "litert": _linkable(_package("ai_edge_litert") / "libLiteRt.so", "libLiteRt.so", links),
        "openvino": [f"-isystem{openvino}/include", str(openvino_c), f"-Wl,-rpath,{openvino_c.parent}"],
        "onnxruntime": _linkable(onnxruntime, "libonnxruntime.so.1", links),
    }
    programs = {name: _compile(name, own, folder, log) for name, own in options.items()}
    side = str(c.resolution)
    return {
        "mobilith": [programs["mobilith"], files.input_nhwc],
        "litert": [programs["litert"], files.tflite, files.input_nhwc, side],
        "openvino": [programs["openvino"], files.openvino_xml, files.input_nchw, side, dtype.current().precision],
        "onnxruntime": [programs["onnxruntime"], files.onnx, files.input_nchw, side],
        "ncnn": [sys.executable, SOURCES / "ncnn_first_result.py", files.ncnn_param, files.ncnn_bin, files.input_nchw, side],
    }


def _start(command: list[str | Path], log: Path) -> dict:
    """The process's report, its "ns" counted from just before its start, or from where it says that it began."""
    begin = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    report = json.loads(run(command, log))
    report["ns"] -= report.get("begin_ns", begin)
    return report


def _best(command: list[str | Path], core: int, log: Path) -> dict:
    with pinned([core]):
        _start(command, log)  # brings its files into the page cache
        begin = time.monotonic()
        reports: list[dict] = []
        while len(reports) < STARTS or time.monotonic() - begin < STARTS_SECONDS:
            reports.append(_start(command, log))
        return min(reports, key=lambda report: report["ns"])


def _ship_bytes(mapped: list[str], program: str, wheel: Path | None, model: list[Path]) -> int:
    loaded = {path for path in mapped if path == program or (wheel and path.startswith(str(wheel)) and ".so" in path)}
    return sum(os.path.getsize(path) for path in loaded | {str(path) for path in model})


def measure(c: Configuration, folder: Path, core: int, log: Path, expected_classes: dict[str, int]) -> dict[str, Fresh]:
    """Of the engines that expected_classes names."""
    files = Files.within(folder)
    shipped = {  # the folder that the runtime's libraries are loaded from; the model
        "mobilith": (None, []),
        "litert": (_package("ai_edge_litert"), [files.tflite]),
        "openvino": (_package("openvino"), [files.openvino_xml, files.openvino_bin]),
        "onnxruntime": (_package("onnxruntime"), [files.onnx]),
        "ncnn": (_package("ncnn"), [files.ncnn_param, files.ncnn_bin]),
    }
    results = {}
    commands = _commands(c, files, folder, log)
    for engine, expected in expected_classes.items():
        command = commands[engine]
        report = _best(command, core, log)
        if report["argmax"] != expected:
            raise RuntimeError(f"{engine}, fresh: its largest class is {report['argmax']}, expected {expected}")
        python = engine == "ncnn"
        size = _ship_bytes(report["mapped"], "" if python else str(command[0]), *shipped[engine])
        results[engine] = Fresh(report["ns"] * 1e-9, report["peak_bytes"], size, python)
    return results
