"""ONNX Runtime's CPU provider, input and output bound."""
from __future__ import annotations

import numpy as np
import onnxruntime

from engines.engine import Engine, Files, nchw


class OnnxRuntime(Engine):
    def __init__(self, files: Files, input_nhwc: np.ndarray, threads: int) -> None:
        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(files.onnx), options, providers=["CPUExecutionProvider"])
        self._input = onnxruntime.OrtValue.ortvalue_from_numpy(nchw(input_nhwc))
        self._output = np.empty((1, self._session.get_outputs()[0].shape[1]), np.float32)
        self._bound = onnxruntime.OrtValue.ortvalue_from_numpy(self._output)
        self._binding = self._session.io_binding()
        self._binding.bind_ortvalue_input("input", self._input)
        self._binding.bind_ortvalue_output("logits", self._bound)

    def run(self) -> None:
        self._session.run_with_iobinding(self._binding)

    def logits(self) -> np.ndarray:
        return self._bound.numpy().reshape(-1)
