"""Writes the network as a TFLite flatbuffer: NHWC, batch norm folded, activations fused, as the converter from Keras does."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from architecture import CLASSES, Configuration, Layer, layers_of, same
from formula import folded

SCHEMA_VERSION = 3
OPERATOR_VERSION = 1  # of every operator here: float32 as in the first release
FUSED = {"relu": schema.ActivationFunctionType.RELU, "relu6": schema.ActivationFunctionType.RELU6}
TYPES = {np.dtype(np.float32): schema.TensorType.FLOAT32, np.dtype(np.int32): schema.TensorType.INT32}


class _Graph:
    def __init__(self) -> None:
        self.tensors: list[Any] = []
        self.operators: list[Any] = []
        self.codes: list[int] = []
        self.buffers = [schema.BufferT()]  # buffer 0 is empty: tensors without constant data

    def tensor(self, name: str, shape: list[int], data: np.ndarray | None = None) -> int:
        t = schema.TensorT()
        t.name, t.shape, t.buffer = name, shape, 0
        t.type = TYPES[data.dtype] if data is not None else schema.TensorType.FLOAT32
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            t.buffer = len(self.buffers)
            self.buffers.append(buffer)
        self.tensors.append(t)
        return len(self.tensors) - 1

    def constant(self, name: str, data: np.ndarray) -> int:
        return self.tensor(name, list(data.shape), data)

    def operator(self, code: str, inputs: list[int], output: int, options: Any, options_type: str) -> None:
        number = getattr(schema.BuiltinOperator, code)
        if number not in self.codes:
            self.codes.append(number)
        op = schema.OperatorT()
        op.opcodeIndex, op.inputs, op.outputs = self.codes.index(number), inputs, [output]
        op.builtinOptionsType, op.builtinOptions = getattr(schema.BuiltinOptions, options_type), options
        self.operators.append(op)

    def save(self, entry: int, exit_: int, path: Path) -> None:
        sub = schema.SubGraphT()
        sub.tensors, sub.operators, sub.inputs, sub.outputs = self.tensors, self.operators, [entry], [exit_]
        model = schema.ModelT()
        model.version, model.subgraphs, model.buffers, model.operatorCodes = SCHEMA_VERSION, [sub], self.buffers, []
        for number in self.codes:
            code = schema.OperatorCodeT()
            code.builtinCode, code.version = number, OPERATOR_VERSION
            code.deprecatedBuiltinCode = number  # readers take the larger of both fields
            model.operatorCodes.append(code)
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), b"TFL3")
        path.write_bytes(builder.Output())


def _windowed(g: _Graph, layer: Layer, entry: int, exit_: int) -> None:
    kernel, bias = folded(layer)
    before, after = layer.pad
    matches = layer.kernel == 1 or layer.pad == same(layer.side, layer.stride, layer.kernel)
    if not matches:  # V1's stride 2 at odd sides
        side = layer.side + before + after
        padded = g.tensor(layer.name + "_padded", [1, side, side, layer.channels])
        paddings = np.array([[0, 0], [before, after], [before, after], [0, 0]], np.int32)
        g.operator("PAD", [entry, g.constant(layer.name + "_paddings", paddings)], padded, schema.PadOptionsT(), "PadOptions")
        entry = padded
    if layer.kind == "depthwise":
        options, name, code = schema.DepthwiseConv2DOptionsT(), "DepthwiseConv2DOptions", "DEPTHWISE_CONV_2D"
        options.depthMultiplier = 1
        kernel = kernel.transpose(3, 0, 1, 2)
    else:
        options, name, code = schema.Conv2DOptionsT(), "Conv2DOptions", "CONV_2D"
        kernel = kernel.transpose(3, 0, 1, 2)
    options.padding = schema.Padding.SAME if matches else schema.Padding.VALID
    options.strideW = options.strideH = layer.stride
    options.dilationWFactor = options.dilationHFactor = 1
    options.fusedActivationFunction = FUSED.get(layer.activation, schema.ActivationFunctionType.NONE)
    fused = layer.activation in FUSED or not layer.activation
    constants = [g.constant(layer.name + "/w", kernel), g.constant(layer.name + "/b", bias)]
    shape = g.tensors[exit_].shape
    linear = exit_ if fused else g.tensor(layer.name + "_linear", shape)
    g.operator(code, [entry, *constants], linear, options, name)
    if layer.activation == "hard_swish":
        g.operator("HARD_SWISH", [linear], exit_, schema.HardSwishOptionsT(), "HardSwishOptions")
    elif layer.activation == "hard_sigmoid":  # relu6(x + 3) / 6
        clipped = g.tensor(layer.name + "_clipped", shape)
        options = schema.AddOptionsT()
        options.fusedActivationFunction = schema.ActivationFunctionType.RELU6
        g.operator("ADD", [linear, g.constant(layer.name + "/three", np.array(3, np.float32))], clipped, options, "AddOptions")
        sixth = g.constant(layer.name + "/sixth", np.array(1 / 6, np.float32))
        g.operator("MUL", [clipped, sixth], exit_, schema.MulOptionsT(), "MulOptions")


def write(c: Configuration, path: Path) -> None:
    g = _Graph()
    tensors = {"input": g.tensor("input", [1, c.resolution, c.resolution, 3])}
    for layer in layers_of(c):
        inputs = [tensors[name] for name in layer.inputs]
        flat = layer.kind == "dense"
        shape = [1, layer.out_channels] if flat else [1, layer.out_side, layer.out_side, layer.out_channels]
        out = tensors[layer.name] = g.tensor(layer.name, shape)
        if layer.kind in ("convolution", "depthwise"):
            _windowed(g, layer, inputs[0], out)
        elif layer.kind == "add":
            g.operator("ADD", inputs, out, schema.AddOptionsT(), "AddOptions")
        elif layer.kind == "multiply":
            g.operator("MUL", inputs, out, schema.MulOptionsT(), "MulOptions")
        elif layer.kind == "pool":
            axes = g.constant(layer.name + "/axes", np.array([1, 2], np.int32))
            options = schema.ReducerOptionsT()
            options.keepDims = True
            g.operator("MEAN", [*inputs, axes], out, options, "ReducerOptions")
        else:
            kernel, bias = folded(layer)
            constants = [g.constant(layer.name + "/w", np.ascontiguousarray(kernel.T)), g.constant(layer.name + "/b", bias)]
            g.operator("FULLY_CONNECTED", [*inputs, *constants], out, schema.FullyConnectedOptionsT(),
                       "FullyConnectedOptions")
    assert g.tensors[out].shape == [1, CLASSES]
    g.save(tensors["input"], out, path)
