"""What the race asks of an engine: run() once, everything else before and after the clock."""
from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Files:
    """The network in every engine's format."""

    onnx: Path
    openvino_xml: Path
    openvino_bin: Path
    tflite: Path
    ncnn_param: Path
    ncnn_bin: Path
    mobilith_tree: Path
    mobilith_shared: Path
    input_nhwc: Path  # float32, raw
    input_nchw: Path

    @staticmethod
    def within(folder: Path) -> "Files":
        return Files(*(folder / name for name in (
            "model.onnx", "openvino.xml", "openvino.bin", "model.tflite", "ncnn.param", "ncnn.bin", "tree", "libnet.so",
            "input_nhwc.f32", "input_nchw.f32")))


class Engine(ABC):
    """Loaded by its constructor with the network and its input; single use, one thread at a time."""

    @abstractmethod
    def __init__(self, files: Files, input_nhwc: np.ndarray, threads: int) -> None: ...

    @abstractmethod
    def run(self) -> None:
        """One inference, input and output in the engine's own memory or bound to it."""

    @abstractmethod
    def logits(self) -> np.ndarray:
        """Those of the last run(), shape (classes)."""


def nchw(input_nhwc: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(input_nhwc.transpose(0, 3, 1, 2))
