"""Values of weights and inputs from their names: the same ones that tests/models/formula.cpp makes.

r(name, i) is tests/data/golden/README.md's; a tensor's value number i is low + (high - low) r(key, i), in double and
rounded once to the tensor's type; whole numbers are rounded down.
"""
import math

import numpy as np

MASK = (1 << 64) - 1


def uniform01(name, count):
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        x = np.uint64(h) + np.arange(count, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(40)).astype(np.float64) * 2.0**-24


# Chosen so that many values of each layer are beyond 6 and many below 0, and so that epsilon counts.
RANGES = {
    "gamma": (0.1, 0.4),
    "beta": (-2.0, 7.0),
    "v1 gamma": (0.2, 0.55),
    "v1 beta": (-2.0, 6.5),
    "moving_mean": (-0.3, 0.3),
    "moving_variance": (0.002, 0.12),
    "bias": (-0.5, 0.5),
    "mean": (-0.2, 0.4),
    "variance": (0.3, 0.8),
    "alpha": (0.1, 0.4),
    "int8": (-127.0, 128.0),
    "whole": (1.0, 1000.0),
    "other": (0.5, 1.5),
}


def rule_of(role, owner, shape, dtype, depthwise):
    """The name of a variable's range, and the range itself. owner: the layer's name."""
    if dtype == "int8":
        rule = "int8"
    elif np.dtype(dtype).kind in "iu":
        rule = "whole"
    elif role.endswith("kernel") or role.startswith("lora_"):
        kind = "depthwise" if depthwise else "classifier" if len(shape) == 2 or owner == "conv_preds" else ""
        fan_in = math.prod(shape[:2] if depthwise else shape[:-1])
        bound = math.sqrt(6.0 / fan_in) * (0.25 if kind == "classifier" else 1.0)
        return f"{kind} kernel {fan_in}".strip(), (-bound, bound)
    else:
        v1 = f"v1 {role}" if owner.startswith("conv") else ""
        rule = v1 if v1 in RANGES else role if role in RANGES else "other"
    return rule, RANGES[rule]


def values(key, span, shape, dtype):
    low, high = span
    v = low + (high - low) * uniform01(key, math.prod(shape)).reshape(shape)
    if np.dtype(dtype).kind in "iu":
        v = np.floor(v)
    return v.astype(dtype)


def model_input(shape, name="input"):
    """NHWC, one picture, in [-1, 1); colours differ, as a picture's do."""
    return (2 * uniform01(name, math.prod(shape)) - 1).astype(np.float32).reshape((1, *shape))
