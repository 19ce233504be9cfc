"""The logits that every engine must reach: Keras's where tests/data/golden has them, else computed here in float64."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np

import dtype
from architecture import Configuration, Layer, layers_of
from formula import folded, input_nhwc

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "golden"


def logits(c: Configuration) -> tuple[np.ndarray, str]:
    """And where they come from."""
    golden = GOLDEN / (c.file_stem + ".json")
    if golden.exists():
        return np.array(json.loads(golden.read_text())["logits"]), "Keras"
    return _computed(c), "NumPy, float64"


def _windowed(layer: Layer, x: np.ndarray) -> np.ndarray:
    kernel, bias = (values.astype(np.float64) for values in folded(layer))
    before, after = layer.pad
    x = np.pad(x, ((before, after), (before, after), (0, 0)))
    span = (layer.out_side - 1) * layer.stride + 1
    total = np.zeros((layer.out_side, layer.out_side, layer.out_channels))
    for ky in range(layer.kernel):
        for kx in range(layer.kernel):
            tap = x[ky:ky + span:layer.stride, kx:kx + span:layer.stride]
            total += tap * kernel[ky, kx, :, 0] if layer.kind == "depthwise" else tap @ kernel[ky, kx]
    total += bias
    return _activated(layer, total)


def _activated(layer: Layer, x: np.ndarray) -> np.ndarray:
    gate = np.clip(x + 3, 0, 6) / 6
    return {"": x, "relu": np.maximum(x, 0), "relu6": np.clip(x, 0, 6), "hard_swish": x * gate, "hard_sigmoid": gate}[layer.activation]


def _computed(c: Configuration) -> np.ndarray:
    values = {"input": input_nhwc(c)[0].astype(np.float64)}
    for layer in layers_of(c):
        inputs = [values[name] for name in layer.inputs]
        if layer.kind == "add":
            out = inputs[0] + inputs[1]
        elif layer.kind == "multiply":
            out = inputs[0] * inputs[1]
        elif layer.kind == "pool":
            out = inputs[0].mean(axis=(0, 1), keepdims=True)
        elif layer.kind == "dense":
            kernel, bias = folded(layer)
            out = inputs[0].reshape(-1) @ kernel.astype(np.float64) + bias
        else:
            out = _windowed(layer, inputs[0])
        values[layer.name] = out
    return out


def difference(expected: np.ndarray, found: np.ndarray, engine: str) -> float:
    """The largest, as a share of the largest logit; ValueError if that, or in float32 one of the five largest classes, is not as expected."""
    if found.shape != expected.shape or not np.isfinite(found).all():
        raise ValueError(f"{engine}: not {expected.size} finite logits")
    share = float(np.abs(found - expected).max() / np.abs(expected).max())
    allowed = dtype.current().tolerance
    if share > allowed:
        raise ValueError(f"{engine}: its logits differ by {share:.1e} of the largest; at most {allowed:.0e} is allowed")
    if dtype.current().key == "f32" and (top := _top5(found)) != (right := _top5(expected)):
        raise ValueError(f"{engine}: its five largest classes are {top}, expected {right}")
    return share


def _top5(values: np.ndarray) -> list[int]:
    return [int(i) for i in np.argsort(-values, kind="stable")[:5]]
