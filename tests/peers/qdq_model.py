"""Writes a quantised TFLite file's network as ONNX: the same whole numbers, between QuantizeLinear and DequantizeLinear, as ONNX Runtime's
quantiser leaves them. Activations are u8, for which its kernels on x86-64 are made: each is the file's i8 and 128 more."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from ai_edge_litert import schema_py_generated as schema
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8  # the first that goes with this opset
U8_OF_I8 = 128
Activation, Padding = schema.ActivationFunctionType, schema.Padding
BOUNDS = {Activation.NONE: (-np.inf, np.inf), Activation.RELU: (0, np.inf), Activation.RELU6: (0, 6)}
OPERATORS = {value: name for name, value in vars(schema.BuiltinOperator).items() if not name.startswith("_")}


def pads(padding: int, side: int, stride: int, window: int) -> tuple[int, int]:
    """Of one axis, before and after: TFLite's padding."""
    if padding == Padding.VALID:
        return 0, 0
    total = max((-(-side // stride) - 1) * stride + window - side, 0)
    return total // 2, total - total // 2


def excludes(activation: int, scale: float, zero: int) -> bool:
    """Whether the activation forbids some byte of such a grid: if not, bytes keep to its bounds by themselves."""
    low, high = BOUNDS[activation]
    return bool(np.round(low / scale) + zero > 0 or np.round(high / scale) + zero < 255)


class _Graph:
    """The first subgraph of a file, its tensors by number."""

    def __init__(self, path: Path) -> None:
        self._model = schema.ModelT.InitFromPackedBuf(path.read_bytes())
        self._file = self._model.subgraphs[0]
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._names: dict[int, str] = {}  # of tensors in real numbers, (n, c, y, x)
        self._pads: dict[int, tuple[int, list[int]]] = {}  # of a tensor that PAD makes: what it pads, and by how much

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output + "/" + kind, **attributes))
        return output

    def _tensor(self, number: int) -> Any:
        return self._file.tensors[number]

    def _name(self, number: int) -> str:
        return "/" + self._tensor(number).name.decode()  # never one of the model's ends

    def _data(self, number: int) -> np.ndarray:
        t = self._tensor(number)
        kind = {schema.TensorType.INT8: np.int8, schema.TensorType.INT32: np.int32}[t.type]
        return np.frombuffer(bytes(self._model.buffers[t.buffer].data), kind).reshape(t.shape)

    def _grid(self, number: int) -> tuple[float, int]:
        """Scale and zero of an activation's bytes from 0 to 255."""
        q = self._tensor(number).quantization
        if self._tensor(number).type != schema.TensorType.INT8 or len(q.scale) != 1:
            raise ValueError(f"{self._name(number)}: not an i8 activation of one scale")
        return float(q.scale[0]), int(q.zeroPoint[0]) + U8_OF_I8

    def _constant_numbers(self, number: int, values: np.ndarray, axis: int) -> str:
        """A constant's real numbers, of a scale for each place of the axis."""
        name, scales = self._name(number), np.asarray(self._tensor(number).quantization.scale, np.float32)
        if np.any(self._tensor(number).quantization.zeroPoint):
            raise ValueError(f"{name}: a constant with a zero point")
        return self.node("DequantizeLinear", [self.constant(name + "/q", np.ascontiguousarray(values)), self.constant(name + "/scale", scales)],
                         name, axis=axis)

    def _quantised(self, number: int, real: str, activation: int = Activation.NONE) -> None:
        """The tensor's bytes made of real numbers, and its real numbers of those."""
        name, (scale, zero) = self._name(number), self._grid(number)
        if excludes(activation, scale, zero):
            low, high = (self.constant(f"{name}/{word}", np.array(min(max(bound, -3e38), 3e38), np.float32))
                         for word, bound in zip(("low", "high"), BOUNDS[activation]))
            real = self.node("Clip", [real, low, high], name + "/bounded")
        grid = [self.constant(name + "/scale", np.array(scale, np.float32)), self.constant(name + "/zero", np.array(zero, np.uint8))]
        self._names[number] = self.node("DequantizeLinear", [self.node("QuantizeLinear", [real, *grid], name + "/bytes"), *grid], name)

    def _convolution(self, op: Any, depthwise: bool) -> None:
        entry, weights, bias = op.inputs
        options, added = op.builtinOptions, [0, 0, 0, 0]
        if entry in self._pads:
            entry, added = self._pads[entry]
        values = self._data(weights).transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
        sides, strides = self._tensor(op.inputs[0]).shape[1:3], (options.strideH, options.strideW)
        (top, bottom), (left, right) = (pads(options.padding, side, stride, window)
                                        for side, stride, window in zip(sides, strides, values.shape[2:]))
        if (options.dilationHFactor, options.dilationWFactor) != (1, 1):
            raise ValueError(f"{self._name(op.outputs[0])}: dilated")
        inputs = [self._names[entry], self._constant_numbers(weights, values, 0), self._constant_numbers(bias, self._data(bias), 0)]
        real = self.node("Conv", inputs, self._name(op.outputs[0]) + "/real", kernel_shape=list(values.shape[2:]), strides=list(strides),
                         pads=[top + added[0], left + added[1], bottom + added[2], right + added[3]],
                         group=values.shape[0] if depthwise else 1)
        self._quantised(op.outputs[0], real, options.fusedActivationFunction)

    def _operation(self, op: Any) -> None:
        code = self._model.operatorCodes[op.opcodeIndex]
        kind, out = OPERATORS[max(code.builtinCode, code.deprecatedBuiltinCode)], op.outputs[0]
        real = self._name(out) + "/real"
        if kind == "QUANTIZE":
            self._quantised(out, "input")
        elif kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            self._convolution(op, kind == "DEPTHWISE_CONV_2D")
        elif kind == "PAD":  # of zeros, which Conv's own are
            (top, bottom), (left, right) = self._data(op.inputs[1])[1:3].tolist()
            self._pads[out] = (op.inputs[0], [top, left, bottom, right])
        elif kind in ("ADD", "MUL"):
            self.node(kind.capitalize(), [self._names[number] for number in op.inputs], real)
            self._quantised(out, real, op.builtinOptions.fusedActivationFunction)
        elif kind == "HARD_SWISH":
            self._quantised(out, self.node("HardSwish", [self._names[op.inputs[0]]], real))
        elif kind == "MEAN":
            if sorted(self._data(op.inputs[1]).tolist()) != [1, 2] or not op.builtinOptions.keepDims:
                raise ValueError(f"{self._name(out)}: not a mean of the whole image")
            self._quantised(out, self.node("GlobalAveragePool", [self._names[op.inputs[0]]], real))
        elif kind == "DEQUANTIZE":
            self.node("Flatten", [self._names[op.inputs[0]]], "logits", axis=1)
        else:
            raise ValueError(f"{self._name(out)}: {kind} is not turned into ONNX")

    def model(self) -> Any:
        if len(self._file.inputs) != 1 or len(self._file.outputs) != 1:
            raise ValueError("expected a file of one input and one output")
        _, height, width, channels = self._tensor(self._file.inputs[0]).shape.tolist()
        classes = int(np.prod(self._tensor(self._file.outputs[0]).shape))
        for op in self._file.operators:
            self._operation(op)
        graph = helper.make_graph(self.nodes, "network",
                                  [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, channels, height, width])],
                                  [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, classes])], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


def write(tflite: Path, path: Path) -> None:
    """ValueError names what of the file is not turned into ONNX."""
    model = _Graph(tflite).model()
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
