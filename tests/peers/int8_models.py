"""Writes one configuration in int8: our library, calibrated with the race's input, and the same whole numbers for the other engines."""
from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

import openvino_model
import qdq_model
from architecture import Configuration
from engines.engine import Files
from formula import input_nhwc


class Refused(RuntimeError):
    """The network has no int8 library, or no model of the same numbers for the others: why."""


def write(c: Configuration, files: Files, generate: list[str | Path], folder: Path, log: Path) -> None:
    """Refused, where the network has no int8 library."""
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
    np.save(pictures / "input.npy", input_nhwc(c))
    command = [*generate, "--dtype", "int8", "--calibrate", pictures, "--quantised-model", files.tflite]
    result = subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    with log.open("a") as errors:
        errors.write(result.stderr)
    if result.returncode:
        line = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        if "--dtype: int8: " in line:
            raise Refused(line.split("--dtype: int8: ")[1])
        raise RuntimeError(f"mobilith failed with {result.returncode}: {line}")
    try:
        qdq_model.write(files.tflite, files.onnx)
    except ValueError as error:
        raise Refused(f"as a model for ONNX Runtime and OpenVINO: {error}") from error
    openvino_model.write(files.onnx, files.openvino_xml)
