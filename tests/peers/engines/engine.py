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
    tflite: Path
    ncnn_param: Path
    ncnn_bin: Path
    openvino_xml: Path
    mobilith_shared: Path

    @staticmethod
    def within(folder: Path) -> "Files":
        return Files(folder / "model.onnx", folder / "model.tflite", folder / "ncnn.param", folder / "ncnn.bin",
                     folder / "openvino.xml", folder / "libnet.so")


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
