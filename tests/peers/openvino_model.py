"""Turns the ONNX model into OpenVINO's own format, so that a start does not pay for the conversion."""
from __future__ import annotations

from pathlib import Path

import openvino


def write(onnx: Path, xml: Path) -> None:
    """Writes xml and, beside it, the weights in a .bin of the same name."""
    openvino.save_model(openvino.Core().read_model(onnx), xml, compress_to_fp16=False)
