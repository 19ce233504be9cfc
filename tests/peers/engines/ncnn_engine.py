"""ncnn on the CPU at float32, with its defaults for float32: Winograd, sgemm, packed layouts."""
from __future__ import annotations

import ncnn
import numpy as np

from engines.engine import Engine, Files, nchw


NOT_FLOAT32 = ("use_vulkan_compute", "use_fp16_packed", "use_fp16_storage", "use_fp16_arithmetic", "use_bf16_packed",
               "use_bf16_storage")


class Ncnn(Engine):
    def __init__(self, files: Files, input_nhwc: np.ndarray, threads: int) -> None:
        self._net = ncnn.Net()
        options = self._net.opt
        options.num_threads = threads
        for name in NOT_FLOAT32:
            setattr(options, name, False)
        if self._net.load_param(str(files.ncnn_param)) or self._net.load_model(str(files.ncnn_bin)):
            raise RuntimeError("ncnn: the model does not load")
        self._array = nchw(input_nhwc)[0]  # the Mat does not own it
        self._input = ncnn.Mat(self._array)
        self._result: np.ndarray | None = None

    def run(self) -> None:
        extractor = self._net.create_extractor()
        extractor.input("input", self._input)
        status, self._result = extractor.extract("logits")
        if status:
            raise RuntimeError(f"ncnn: extract gave {status}")

    def logits(self) -> np.ndarray:
        return np.array(self._result).reshape(-1)
