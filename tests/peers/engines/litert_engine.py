"""LiteRT's interpreter with its default delegate, XNNPACK; the input stays in the interpreter's own tensor."""
from __future__ import annotations

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from engines.engine import Engine, Files


class LiteRt(Engine):
    def __init__(self, files: Files, input_nhwc: np.ndarray, threads: int) -> None:
        self._interpreter = Interpreter(str(files.tflite), num_threads=threads)
        self._interpreter.allocate_tensors()
        self._output = self._interpreter.tensor(self._interpreter.get_output_details()[0]["index"])
        np.copyto(self._interpreter.tensor(self._interpreter.get_input_details()[0]["index"])(), input_nhwc)
        self._invoke = self._interpreter.invoke

    def run(self) -> None:
        self._invoke()

    def logits(self) -> np.ndarray:
        return self._output().reshape(-1).copy()  # a view of it would forbid the next invoke
