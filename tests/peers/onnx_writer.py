"""Writes the network as ONNX: NCHW, batch norm folded, Conv and activations as its runtimes fuse them."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from architecture import Configuration, Layer, layers_of
from formula import folded

OPSET = 17
IR_VERSION = 8  # the first that goes with this opset


Weights = Callable[[Layer], tuple[np.ndarray, np.ndarray]]  # a layer's kernel in Keras's shape, and its bias


def _stored(layer: Layer, weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    kernel, bias = weights(layer)
    if layer.kind == "convolution":
        kernel = kernel.transpose(3, 2, 0, 1)
    elif layer.kind == "depthwise":
        kernel = kernel.transpose(2, 3, 0, 1)
    return np.ascontiguousarray(kernel), bias


def write(c: Configuration, path: Path) -> None:
    write_layers(layers_of(c), folded, c.file_stem, path)


def write_layers(layers: Sequence[Layer], weights: Weights, name: str, path: Path) -> None:
    """From "input" (1, 3, side, side) to "logits"; the last layer is dense."""
    nodes, constants = [], []

    def constant(name: str, value: np.ndarray) -> str:
        constants.append(numpy_helper.from_array(value, name))
        return name

    constant("zero", np.array(0, np.float32))
    constant("six", np.array(6, np.float32))
    activations = {"relu": ("Relu", [], {}), "relu6": ("Clip", ["zero", "six"], {}), "hard_swish": ("HardSwish", [], {}),
                   "hard_sigmoid": ("HardSigmoid", [], {"alpha": 1 / 6, "beta": 0.5})}
    for layer in layers:
        if layer.kind in ("convolution", "depthwise"):
            kernel, bias = _stored(layer, weights)
            before, after = layer.pad
            out = layer.name + "_linear" if layer.activation else layer.name
            nodes.append(helper.make_node(
                "Conv", [layer.inputs[0], constant(layer.name + "/w", kernel), constant(layer.name + "/b", bias)], [out],
                name=layer.name, kernel_shape=[layer.kernel] * 2, strides=[layer.stride] * 2,
                pads=[before, before, after, after], group=layer.channels if layer.kind == "depthwise" else 1))
            if layer.activation:
                kind, bounds, attributes = activations[layer.activation]
                nodes.append(helper.make_node(kind, [out, *bounds], [layer.name], name=f"{layer.name}_{layer.activation}",
                                              **attributes))
        elif layer.kind in ("add", "multiply"):
            kind = "Add" if layer.kind == "add" else "Mul"
            nodes.append(helper.make_node(kind, list(layer.inputs), [layer.name], name=layer.name))
        elif layer.kind == "pool":
            nodes.append(helper.make_node("GlobalAveragePool", list(layer.inputs), [layer.name], name=layer.name))
        else:
            kernel, bias = _stored(layer, weights)
            nodes.append(helper.make_node("Flatten", list(layer.inputs), ["flat"], name="flatten", axis=1))
            nodes.append(helper.make_node(
                "Gemm", ["flat", constant(layer.name + "/w", kernel), constant(layer.name + "/b", bias)],
                ["logits"], name=layer.name))
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, layers[0].side, layers[0].side])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, layers[-1].out_channels])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
