"""Types of numbers that a race is in. Needs the standard library alone.

A further type is a row here, its name in arguments.py's --dtype by itself, a writer in models.py's WRITERS, and what its outputs are compared
with in expectation.py's EXPECTATIONS."""
from __future__ import annotations

import os
from dataclasses import dataclass, field

from engines.table import OURS, TABLE, TITLES

VARIABLE = "MOBILITH_RACE_DTYPE"  # its key, read where engines are loaded


@dataclass(frozen=True)
class Dtype:
    key: str
    title: str  # of the numbers, in reports
    model: str  # what each engine computes, a sentence
    compared: str  # what the largest difference says, a sentence; {source}: where the expected logits come from
    peak: str  # whose share of the peak is told
    difference: str  # how a difference is written, and of what it is
    unit: str
    left_out: dict[str, str] = field(default_factory=dict)  # by engine: why it does not take part
    options: tuple[str, ...] = ()  # of `mobilith generate`
    precision: str = "f32"  # of floats, OpenVINO's hint
    tolerance: float = 1e-3  # of floats, of the largest logit

    def engines(self) -> list[str]:
        return [entry.key for entry in TABLE if entry.key not in self.left_out]

    def sentence(self) -> str:
        left_out = "".join(f" {TITLES[key]} is left out: {why}." for key, why in self.left_out.items())
        return self.model + left_out


F32 = Dtype(
    "f32", "float32", "Same weights, same input.",
    "Logits are compared with those of {source}; the largest difference is a share of the largest logit, and all engines have the same five "
    "largest classes.", "the peak of FMAs", ".0e", "of the largest logit")
INT8 = Dtype(
    "int8", "int8",
    "Same whole weights, a scale for each channel, and same input, in float at both ends: `generate --dtype int8` calibrates the network with that "
    "input, LiteRT reads its TFLite file, ONNX Runtime a QDQ ONNX model of the file's tensors (activations as u8, weights of the whole range), OpenVINO that "
    "model, too, on which it is faster than on the file.",
    f"Logits are compared with those of {{source}}: {TITLES[OURS]}'s are the same, and the largest difference of others is in units of the "
    "output's scale.", "the peak of products of bytes", ".0f", "units of the output's scale", {"ncnn": "it reads neither file"})
BF16 = Dtype(
    "bf16", "bfloat16",
    "Same weights, same input. Ours (`generate --dtype bf16`) and OpenVINO, by a hint of precision, multiply in bfloat16; all others have no such arithmetic "
    "and compute in float32.",
    "Logits are compared with those of {source}; the largest difference is a share of the largest logit.", "the peak of products of bfloat16", ".0e",
    "of the largest logit", options=("--dtype", "bf16"), precision="bf16", tolerance=2e-1)
DTYPES = {dtype.key: dtype for dtype in (F32, INT8, BF16)}


def current() -> Dtype:
    """Of this process."""
    return DTYPES[os.environ.get(VARIABLE, F32.key)]
