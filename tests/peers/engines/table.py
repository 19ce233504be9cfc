"""The engines of the race, ours first. Needs the standard library alone: engines are imported where they run."""
from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

OURS = "mobilith"


@dataclass(frozen=True)
class Entry:
    key: str
    title: str
    module: str
    class_name: str
    package: str  # on PyPI; empty: ours

    def load(self) -> Any:
        """The Engine's class."""
        return getattr(importlib.import_module(self.module), self.class_name)


TABLE = (
    Entry(OURS, "Mobilith", "engines.mobilith_engine", "Mobilith", ""),
    Entry("litert", "LiteRT (XNNPACK)", "engines.litert_engine", "LiteRt", "ai-edge-litert"),
    Entry("openvino", "OpenVINO", "engines.openvino_engine", "OpenVino", "openvino"),
    Entry("onnxruntime", "ONNX Runtime", "engines.onnxruntime_engine", "OnnxRuntime", "onnxruntime"),
    Entry("ncnn", "ncnn", "engines.ncnn_engine", "Ncnn", "ncnn"),
)
TITLES = {entry.key: entry.title for entry in TABLE}
