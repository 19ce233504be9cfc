"""The synthetic weights and input of tests/data/golden/README.md, and batch norm folded into them, in double."""
from __future__ import annotations

import math

import numpy as np

from architecture import Configuration, Layer

BATCH_NORM_EPSILON = 1e-3
_MASK = (1 << 64) - 1


def _fnv1a64(text: str) -> int:
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & _MASK
    return value


def uniform01(name: str, count: int) -> np.ndarray:
    """r(name, 0 ... count - 1) in [0, 1), float64, multiples of 2^-24."""
    with np.errstate(over="ignore"):
        x = np.uint64((_fnv1a64(name) + 0x9E3779B97F4A7C15) & _MASK) + np.arange(count, dtype=np.uint64)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(40)).astype(np.float64) * 2.0**-24


def _vector(layer: str, role: str, count: int) -> np.ndarray:
    r = uniform01(f"{layer}/{role}", count)
    value = {"gamma": 0.5 + r, "moving_variance": 0.5 + r, "beta": (2 * r - 1) * 0.5, "moving_mean": (2 * r - 1) * 0.3,
             "bias": (2 * r - 1) * 0.1}[role]
    return value.astype(np.float32).astype(np.float64)  # Keras holds the rounded value


def _kernel(layer: Layer) -> np.ndarray:
    shape = layer.weight_shape
    fan_in = shape[0] * shape[1] if layer.kind == "depthwise" else math.prod(shape[:-1])
    r = uniform01(f"{layer.name}/kernel", math.prod(shape))
    return ((2 * r - 1) * math.sqrt(6.0 / fan_in)).astype(np.float32).astype(np.float64).reshape(shape)


def folded(layer: Layer) -> tuple[np.ndarray, np.ndarray]:
    """The layer's kernel in Keras's shape and its bias, batch norm folded in, float32."""
    kernel = _kernel(layer)
    if not layer.batch_norm:
        return kernel.astype(np.float32), _vector(layer.name, "bias", layer.out_channels).astype(np.float32)
    bn = {role: _vector(layer.batch_norm, role, layer.out_channels)
          for role in ("gamma", "beta", "moving_mean", "moving_variance")}
    scale = bn["gamma"] / np.sqrt(bn["moving_variance"] + BATCH_NORM_EPSILON)
    kernel = kernel * (scale[:, None] if layer.kind == "depthwise" else scale)  # the depthwise's last axis is 1
    return kernel.astype(np.float32), (bn["beta"] - bn["moving_mean"] * scale).astype(np.float32)


def input_nhwc(c: Configuration) -> np.ndarray:
    shape = (1, c.resolution, c.resolution, 3)
    return (2 * uniform01("input", math.prod(shape)) - 1).astype(np.float32).reshape(shape)
