"""What the engines' logits are compared with, for each type that is raced."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

import reference
from architecture import Configuration
from engines.engine import Files
from engines.litert_engine import LiteRt
from engines.table import OURS, TITLES
from formula import input_nhwc

ALLOWED_UNITS = 64  # of 255: requantising in other ways adds up over fifty layers (18 in V2 0.35-96; 43 in V3 large; 35 where OpenVINO is held to AVX2)


class FloatLogits:
    """Those of the network in real numbers."""

    def __init__(self, c: Configuration, _: Files) -> None:
        self._logits, self.source = reference.logits(c)

    def difference(self, found: np.ndarray, engine: str) -> float:
        """ValueError if it is too large."""
        return reference.difference(self._logits, found, TITLES[engine])


class WholeLogits:
    """LiteRT's, of the same file, in units of the output's scale. Ours must be equal."""

    source = "LiteRT"

    def __init__(self, c: Configuration, files: Files) -> None:
        engine = LiteRt(files, input_nhwc(c), 1)
        engine.run()
        self._logits = engine.logits()
        self._unit = _output_scale(files.tflite)

    def difference(self, found: np.ndarray, engine: str) -> float:
        """ValueError if it is too large."""
        return units(self._logits, found, self._unit, 0 if engine == OURS else ALLOWED_UNITS, TITLES[engine])


def units(expected: np.ndarray, found: np.ndarray, unit: float, allowed: int, engine: str) -> float:
    if found.shape != expected.shape or not np.isfinite(found).all():
        raise ValueError(f"{engine}: not {expected.size} finite logits")
    apart = float(np.round(np.abs(found.astype(np.float64) - expected).max() / unit))
    if apart > allowed or (allowed == 0 and (found != expected).any()):
        raise ValueError(f"{engine}: its logits differ by {apart:.0f} units of the output's scale; at most {allowed} are allowed")
    return apart


def _output_scale(tflite: Path) -> float:
    """Of the bytes that the file's output is made of."""
    interpreter = Interpreter(str(tflite))
    details = {tensor["name"]: tensor for tensor in interpreter.get_tensor_details()}
    name = interpreter.get_output_details()[0]["name"].removesuffix("_values")  # as generate names the floats that it makes of bytes
    return float(details[name]["quantization"][0])


EXPECTATIONS: dict[str, Any] = {"f32": FloatLogits, "bf16": FloatLogits, "int8": WholeLogits}  # by Dtype.key
