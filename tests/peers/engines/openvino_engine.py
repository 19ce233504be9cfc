"""OpenVINO's CPU plugin, through its C interface: its Python interface costs microseconds a run."""
from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import openvino

import dtype
from engines.engine import Engine, Files, nchw

OPTIONS = {
    "PERFORMANCE_HINT": "LATENCY",
    "NUM_STREAMS": "1",
    "INFERENCE_PRECISION_HINT": dtype.current().precision,  # the default is bfloat16 where the CPU has it
}


class OpenVino(Engine):
    def __init__(self, files: Files, input_nhwc: np.ndarray, threads: int) -> None:
        folder = Path(openvino.__file__).parent / "libs"
        self._c = ctypes.CDLL(str(next(folder.glob("libopenvino_c.so*"))))
        self._c.ov_get_error_info.restype = ctypes.c_char_p
        core, compiled, self._request = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        self._check(self._c.ov_core_create(ctypes.byref(core)))
        words = [word.encode() for pair in (OPTIONS | {"INFERENCE_NUM_THREADS": str(threads)}).items() for word in pair]
        self._check(self._c.ov_core_compile_model_from_file(
            core, str(files.openvino_xml).encode(), b"CPU", ctypes.c_size_t(len(words)), ctypes.byref(compiled), *words))
        self._check(self._c.ov_compiled_model_create_infer_request(compiled, ctypes.byref(self._request)))

        entry, data = ctypes.c_void_p(), ctypes.c_void_p()
        self._check(self._c.ov_infer_request_get_input_tensor(self._request, ctypes.byref(entry)))
        self._check(self._c.ov_tensor_data(entry, ctypes.byref(data)))
        values = nchw(input_nhwc)
        ctypes.memmove(data, values.ctypes.data, values.nbytes)

    def _check(self, status: int) -> None:
        if status:
            raise RuntimeError("openvino: " + self._c.ov_get_error_info(status).decode())

    def run(self) -> None:
        self._check(self._c.ov_infer_request_infer(self._request))

    def logits(self) -> np.ndarray:
        out, data, size = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_size_t()
        self._check(self._c.ov_infer_request_get_output_tensor(self._request, ctypes.byref(out)))
        self._check(self._c.ov_tensor_data(out, ctypes.byref(data)))
        self._check(self._c.ov_tensor_get_size(out, ctypes.byref(size)))
        return np.ctypeslib.as_array(ctypes.cast(data, ctypes.POINTER(ctypes.c_float)), (size.value,))
