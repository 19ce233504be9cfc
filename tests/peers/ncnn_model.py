"""Writes the network as ncnn's text graph and binary weights: batch norm folded, activations fused, as ncnnoptimize does."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from architecture import Configuration, Layer, layers_of
from formula import folded

MAGIC = 7767517
ACTIVATIONS = {"relu": " 9=1", "relu6": " 9=3 -23310=2,0.0,6.0", "hard_swish": f" 9=6 -23310=2,{1 / 6:.9f},0.5"}  # fused
FLOAT32_TAG = np.zeros(1, np.uint32).tobytes()  # before each kernel: stored as plain float32


class _Graph:
    def __init__(self, layers: list[Layer]) -> None:
        self.lines: list[str] = []
        self.blobs = 0
        uses: dict[str, int] = {}
        for layer in layers:
            for name in layer.inputs:
                uses[name] = uses.get(name, 0) + 1
        self._copies = {name: iter([f"{name}_copy{i}" for i in range(n)]) for name, n in uses.items() if n > 1}
        self._uses = uses

    def layer(self, kind: str, name: str, inputs: tuple[str, ...], parameters: str) -> None:
        """Appends a layer, and a Split where more than one layer reads it: ncnn's blobs have one reader."""
        sources = [next(self._copies[i]) if i in self._copies else i for i in inputs]
        self._line(kind, name, sources, [name], parameters)
        if name in self._copies:
            copies = [f"{name}_copy{i}" for i in range(self._uses[name])]
            self._line("Split", name + "_split", [name], copies, "")

    def _line(self, kind: str, name: str, inputs: list[str], outputs: list[str], parameters: str) -> None:
        words = [kind, name, str(len(inputs)), str(len(outputs)), *inputs, *outputs, parameters]
        self.lines.append(" ".join(words).rstrip())
        self.blobs += len(outputs)

    def text(self) -> str:
        return "\n".join([str(MAGIC), f"{len(self.lines)} {self.blobs}", *self.lines]) + "\n"


def _windowed_parameters(layer: Layer) -> str:
    before, after = layer.pad
    weights = layer.kernel**2 * layer.channels * (1 if layer.kind == "depthwise" else layer.out_channels)
    parameters = {0: layer.out_channels, 1: layer.kernel, 3: layer.stride, 4: before, 14: before, 15: after, 16: after,
                  5: 1, 6: weights}
    if layer.kind == "depthwise":
        parameters[7] = layer.channels
    text = " ".join(f"{key}={value}" for key, value in parameters.items())
    return text + ACTIVATIONS.get(layer.activation, "")


def write(c: Configuration, param: Path, weights: Path) -> None:
    layers = layers_of(c)
    g = _Graph(layers)
    binary: list[bytes] = []
    g.layer("Input", "input", (), f"0={c.resolution} 1={c.resolution} 2=3")
    for layer in layers:
        if layer.kind == "add":
            g.layer("BinaryOp", layer.name, layer.inputs, "0=0")
            continue
        if layer.kind == "multiply":
            g.layer("BinaryOp", layer.name, layer.inputs, "0=2")
            continue
        if layer.kind == "pool":
            g.layer("Pooling", layer.name, layer.inputs, "0=1 4=1")  # average, global
            continue
        kernel, bias = folded(layer)
        if layer.kind == "dense":
            kernel = kernel.T
            g.layer("InnerProduct", "logits", layer.inputs, f"0={layer.out_channels} 1=1 2={kernel.size}")
        else:
            depthwise = layer.kind == "depthwise"
            kernel = kernel.transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1))
            linear = layer.name + "_linear" if layer.activation == "hard_sigmoid" else layer.name  # which ncnn does not fuse
            if layer.side == 1:  # of a vector, for which ncnn wants its dense layer
                g.layer("InnerProduct", linear, layer.inputs,
                        f"0={layer.out_channels} 1=1 2={kernel.size}" + ACTIVATIONS.get(layer.activation, ""))
            else:
                g.layer("ConvolutionDepthWise" if depthwise else "Convolution", linear, layer.inputs,
                        _windowed_parameters(layer))
            if linear != layer.name:
                g.layer("HardSigmoid", layer.name, (linear,), f"0={1 / 6:.9f} 1=0.5")
        binary += [FLOAT32_TAG, kernel.tobytes(), bias.tobytes()]
    param.write_text(g.text())
    weights.write_bytes(b"".join(binary))
