"""Mobilith's generated library through its C interface, linked into a shared object so that ctypes can load it."""
from __future__ import annotations

import ctypes
import os

import numpy as np

from engines.engine import Engine, Files
from mobilith_options import LARGE_PAGES, Options


class Mobilith(Engine):
    def __init__(self, files: Files, input_nhwc: np.ndarray, threads: int) -> None:
        self._library = ctypes.CDLL(str(files.mobilith_shared))
        self._library.net_status_message.restype = ctypes.c_char_p
        self._run = self._library.net_run
        self._run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t]
        options = Options()
        self._library.net_options_init(ctypes.byref(options))
        options.threads = threads
        options.large_pages = int(os.environ.get(LARGE_PAGES, "0"))
        session = ctypes.c_void_p()
        self._check(self._library.net_session_create(ctypes.byref(options), ctypes.byref(session)))
        self._input = np.ascontiguousarray(input_nhwc)
        self._output = np.empty(1000, np.float32)
        self._arguments = (session, self._input.ctypes.data, self._input.nbytes, self._output.ctypes.data,
                           self._output.nbytes)

    def _check(self, status: int) -> None:
        if status:
            raise RuntimeError("mobilith: " + self._library.net_status_message(status).decode())

    def run(self) -> None:
        self._check(self._run(*self._arguments))

    def logits(self) -> np.ndarray:
        return self._output
