"""make_fixtures.py: writes tests/data/quantised: small quantised TFLite files, each with many operations on one or two inputs, and answers.json,
what LiteRT computes of them: "reference" with its reference kernels, "optimised" with its own optimised ones, "default" with its default
delegate, XNNPACK; stored bytes in hexadecimal. Inputs are by formula(), as files.cpp has it. Needs ai-edge-litert 2.3.0, numpy."""
import json
import pathlib

import numpy as np
from ai_edge_litert import schema_py_generated as s
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from fixture_file import NONE, RELU, RELU6, RELU_N1, SAME, VALID, File, f32, options, placed
from fixture_formula import formula
from fixture_networks import network, network_parts, network_v3

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "data" / "quantised"
RESOLVERS = {"reference": OpResolverType.BUILTIN_REF, "optimised": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
             "default": OpResolverType.AUTO}


def products(kind, channelwise):
    f = File(kind, 1)
    x_scale = f32(0.0390625)  # 5/128
    x = f.input("x", (1, 7, 5, 6), x_scale, 121)
    weights_zero = 133 if kind == "u8" else 0

    def layer(name, code, shape, axis, out, scale, options, reach=2000, above_least=128, w_scale=0.011, bias=True, source=None):
        outputs = shape[axis]
        scales = np.float32(w_scale) * (np.float32(2) ** f.draw.uniform(-1, 1, outputs).astype(np.float32) if channelwise else np.ones(1, np.float32))
        inputs = [x if source is None else source, f.weights(name + "/w", shape, scales, weights_zero, axis if channelwise else 0)]
        if bias:
            inputs.append(f.bias(name + "/b", outputs, np.float32(x_scale) * scales.astype(np.float32), reach))
        return f.op(name, code, inputs, out, options, scale, above_least, version=3)

    def conv(name, window, stride, padding, activation, scale, dilation=1, outputs=5, groups=1, **more):
        out = (1, placed(7, window, stride, padding, dilation), placed(5, window, stride, padding, dilation), outputs)
        return layer(name, s.BuiltinOperator.CONV_2D, (outputs, window, window, 6 // groups), 0, out, scale,
                     options("Conv2D", padding=padding, strideW=stride, strideH=stride, fusedActivationFunction=activation,
                             dilationWFactor=dilation, dilationHFactor=dilation), **more)

    def depthwise(name, window, stride, padding, activation, scale, multiplier=1, **more):
        out = (1, placed(7, window, stride, padding), placed(5, window, stride, padding), 6 * multiplier)
        return layer(name, s.BuiltinOperator.DEPTHWISE_CONV_2D, (1, window, window, 6 * multiplier), 3, out, scale,
                     options("DepthwiseConv2D", padding=padding, strideW=stride, strideH=stride, depthMultiplier=multiplier,
                             fusedActivationFunction=activation), **more)

    conv("stem", 3, 2, SAME, RELU6, f32(0.05), above_least=0)
    conv("pointwise", 1, 1, VALID, NONE, f32(0.03))
    conv("saturating", 1, 1, VALID, NONE, f32(0.004))
    conv("a factor above 1", 1, 2, SAME, RELU, f32(0.0003), above_least=7)
    conv("halves", 1, 1, VALID, NONE, f32(0.0390625 * 0.0078125 * 1024), w_scale=f32(0.0078125), reach=512)
    conv("relu_n1_to_1", 3, 1, VALID, RELU_N1, f32(0.011))
    conv("dilated", 2, 1, VALID, NONE, f32(0.07), dilation=2)
    conv("groups", 3, 2, SAME, NONE, f32(0.05), outputs=4, groups=2)
    depthwise("depthwise", 3, 1, SAME, RELU6, f32(0.03), above_least=0)
    depthwise("depthwise by 2", 3, 2, SAME, NONE, f32(0.04))
    depthwise("two outputs a channel", 3, 2, SAME, NONE, f32(0.04), multiplier=2)
    depthwise("depthwise 5x5", 5, 2, VALID, RELU, f32(0.06))
    depthwise("halves depthwise", 1, 2, SAME, NONE, f32(0.0390625 * 0.0078125 * 64), w_scale=f32(0.0078125), reach=64)
    shape = f.tensor("shape", (2,), "i32", data=[7, 30])
    flat = f.op("rows", s.BuiltinOperator.RESHAPE, [x, shape], (7, 30), options("Reshape", newShape=[7, 30]), x_scale, 121)

    def dense(name, activation, scale, **more):
        return layer(name, s.BuiltinOperator.FULLY_CONNECTED, (4, 30), 0, (7, 4), scale,
                     options("FullyConnected", fusedActivationFunction=activation), source=flat, **more)
    dense("dense", NONE, f32(0.11))
    dense("dense without bias", NONE, f32(0.09), bias=False)
    dense("dense, relu6", RELU6, f32(0.0235), above_least=0)
    if not channelwise:
        dense("halves dense", NONE, f32(0.0390625 * 0.0078125 * 512), w_scale=f32(0.0078125))
    return f


def elementwise(kind):
    f = File(kind, 2)
    shape, add, sub, mul = (1, 4, 5, 6), s.BuiltinOperator.ADD, s.BuiltinOperator.SUB, s.BuiltinOperator.MUL
    a, b = f.input("a", shape, f32(0.0473), 111), f.input("b", shape, f32(0.0292), 139)
    channel = f.tensor("channel", (6,), None, f32(0.017), f.zero(100), f.draw.integers(0, 128, 6))
    one = f.tensor("one", (1,), None, f32(0.02), f.zero(128), [77])
    even = f.op("even", s.BuiltinOperator.QUANTIZE, [a], shape, options("Quantize"), f32(0.0625), 128)

    def both(name, code, inputs, scale, activation=NONE, above_least=128):
        kind = {add: "Add", sub: "Sub", mul: "Mul"}[code]
        f.op(name, code, inputs, shape, options(kind, fusedActivationFunction=activation), scale, above_least, version=2)
    both("sum", add, [a, b], f32(0.0561), above_least=120)
    both("sum, saturating", add, [a, b], f32(0.009))
    both("sum, relu6", add, [a, b], f32(0.031), RELU6, 11)
    both("sum of one twice", add, [a, a], f32(0.09), above_least=111)
    both("halves sum", add, [even, even], f32(0.25), above_least=127)
    both("sum with channels", add, [a, channel], f32(0.05))
    both("sum of a number", add, [one, b], f32(0.03), RELU)
    both("difference", sub, [a, b], f32(0.0561), above_least=120)
    both("difference, relu", sub, [b, a], f32(0.04), RELU, 20)
    both("channels less it", sub, [channel, a], f32(0.04))
    both("product", mul, [a, b], f32(0.17), above_least=125)
    both("product, relu6", mul, [a, b], f32(0.0235), RELU6, 0)
    both("product with channels", mul, [a, channel], f32(0.05))
    both("halves product", mul, [even, even], f32(0.125))
    return f


def windows(kind):
    f = File(kind, 3)
    x = f.input("x", (2, 6, 5, 7), f32(0.0301), 117)

    def pool(name, code, height, width, stride, padding, activation=NONE):
        out = (2, placed(6, height, stride, padding), placed(5, width, stride, padding), 7)
        f.op(name, code, [x], out, options("Pool2D", padding=padding, strideW=stride, strideH=stride, filterWidth=width, filterHeight=height,
                                           fusedActivationFunction=activation), f32(0.0301), 117, version=2)
    average, largest = s.BuiltinOperator.AVERAGE_POOL_2D, s.BuiltinOperator.MAX_POOL_2D
    pool("average of all", average, 6, 5, 1, VALID)
    pool("average of 2x2", average, 2, 2, 2, VALID)
    pool("average at the border", average, 3, 3, 1, SAME, RELU)
    pool("largest", largest, 3, 3, 2, SAME)
    pool("largest, relu6", largest, 2, 2, 1, VALID, RELU6)

    def mean(name, axes, keep, out, scale=f32(0.0301), above_least=117):
        at = f.tensor(name + "/axes", (len(axes),), "i32", data=axes)
        f.op(name, s.BuiltinOperator.MEAN, [x, at], out, options("Reducer", keepDims=keep), scale, above_least, version=2)
    mean("mean of all", [1, 2], False, (2, 7))
    mean("mean of all, kept", [1, 2], True, (2, 1, 1, 7), f32(0.0071), 100)
    mean("mean of channels", [3], False, (2, 6, 5), f32(0.011), 90)
    mean("mean of rows", [1], True, (2, 1, 5, 7), f32(0.015), 128)
    return f


def functions(kind):
    f = File(kind, 4)
    shape, op = (3, 37), s.BuiltinOperator
    x = f.input("x", shape, f32(0.0511), 119)
    small = f.op("a smaller scale", op.QUANTIZE, [x], shape, options("Quantize"), f32(0.033), 128)

    def softmax(name, source, beta):
        f.op(name, op.SOFTMAX, [source], shape, options("Softmax", beta=beta), f32(1 / 256), 0, version=2)
    softmax("softmax", x, 1.0)
    softmax("softmax of a small scale", small, 1.0)
    softmax("softmax with beta", x, 0.3)
    for name, code, scale, above in [("logistic", op.LOGISTIC, 1 / 256, 0), ("hard swish", op.HARD_SWISH, f32(0.031), 20),
                                     ("hard swish, fine", op.HARD_SWISH, f32(0.0151), 128), ("relu", op.RELU, f32(0.0511), 119),
                                     ("relu, other scale", op.RELU, f32(0.023), 3), ("relu6", op.RELU6, f32(0.0235), 0),
                                     ("relu_n1_to_1", op.RELU_N1_TO_1, f32(0.0078), 128), ("relu_0_to_1", op.RELU_0_TO_1, f32(0.004), 0)]:
        f.op(name, code, [x], shape, options("HardSwish") if code == op.HARD_SWISH else None, scale, above)
    return f


def conversions(kind):
    f = File(kind, 5)
    shape, other = (3, 40), "i8" if kind == "u8" else "u8"
    op, quantize = s.BuiltinOperator, s.BuiltinOperator.QUANTIZE
    x, real = f.input("x", shape, f32(0.0511), 119), f.input("real", shape, None, kind="f32")

    def turned(name, source, scale, above_least, kind):
        zero = above_least - (128 if kind == "i8" else 0)
        f.op(name, quantize, [source], shape, options("Quantize"), scale, zero + (0 if f.kind == "u8" else 128), kind)
    turned("to bytes", real, f32(0.031), 100, kind)
    turned("to bytes, saturating", real, f32(0.0078), 128, kind)
    turned("halves to bytes", real, f32(0.125), 127, kind)
    turned("to other bytes", real, f32(0.045), 3, other)
    turned("finer", x, f32(0.017), 30, kind)
    turned("coarser", x, f32(0.21), 128, kind)
    turned("to the other sign", x, f32(0.0511), 119, other)
    turned("to the other sign, finer", x, f32(0.033), 90, other)
    turned("to the other sign, coarser", x, f32(0.1333), 101, other)
    even = f.op("even", quantize, [x], shape, options("Quantize"), f32(0.0625), 128)
    turned("halves to the other sign", even, f32(0.25), 127, other)
    turned("halves to the other sign, finer", even, f32(0.0625 / 1.5), 120, other)
    f.op("to floats", op.DEQUANTIZE, [x], shape, options("Dequantize"), kind="f32", version=2)
    return f


def moves(kind):
    f = File(kind, 6)
    op, scale, zero = s.BuiltinOperator, f32(0.04), 99
    x, y = f.input("x", (1, 3, 4, 5), scale, zero), f.input("y", (1, 3, 4, 5), scale, zero)

    def move(name, code, inputs, shape, options=None, **numbers):
        for label, value in numbers.items():
            inputs = inputs + [f.tensor(f"{name}/{label}", np.shape(value), "i32", data=value)]
        f.op(name, code, inputs, shape, options, scale, zero)
    move("reshape", op.RESHAPE, [x], (12, 5), options("Reshape", newShape=[12, 5]), to=[12, 5])
    move("squeeze", op.SQUEEZE, [x], (3, 4, 5), options("Squeeze", squeezeDims=[0]))
    move("transpose", op.TRANSPOSE, [x], (1, 5, 3, 4), options("Transpose"), order=[0, 3, 1, 2])
    move("pad", op.PAD, [x], (1, 6, 5, 5), options("Pad"), pads=[[0, 0], [1, 2], [0, 1], [0, 0]])
    move("concatenation", op.CONCATENATION, [x, y], (1, 3, 4, 10), options("Concatenation", axis=3, fusedActivationFunction=NONE))
    move("strided slice", op.STRIDED_SLICE, [x], (1, 2, 2, 5), options("StridedSlice", beginMask=0, endMask=0),
         begin=[0, 1, 0, 0], end=[1, 3, 4, 5], strides=[1, 1, 2, 1])
    return f


def files():
    yield "network_parts_u8", network_parts("u8")
    yield "network_parts_i8", network_parts("i8")
    yield "network_u8", network("u8", False)
    yield "network_i8", network("i8", True)
    yield "network_v3_u8", network_v3("u8", False)
    yield "network_v3_i8", network_v3("i8", True)
    for kind in ("u8", "i8"):
        yield f"products_{kind}", products(kind, False)
        yield f"elementwise_{kind}", elementwise(kind)
        yield f"windows_{kind}", windows(kind)
        yield f"functions_{kind}", functions(kind)
        yield f"conversions_{kind}", conversions(kind)
        yield f"moves_{kind}", moves(kind)
    yield "products_i8_channels", products("i8", True)


def answers(content):
    """{mode: {output's name: bytes in hexadecimal}}"""
    result = {}
    for mode, resolver in RESOLVERS.items():
        engine = Interpreter(model_content=content, experimental_op_resolver_type=resolver, num_threads=1)
        engine.allocate_tensors()
        for detail in engine.get_input_details():
            engine.set_tensor(detail["index"], formula(int(np.prod(detail["shape"])), detail["dtype"]).reshape(detail["shape"]))
        engine.invoke()
        result[mode] = {d["name"]: engine.get_tensor(d["index"]).tobytes().hex() for d in engine.get_output_details()}
    for mode in ("optimised", "default"):  # what is as in "reference" is left out
        result[mode] = {name: said for name, said in result[mode].items() if said != result["reference"][name]}
    return result


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    said = {}
    for name, f in files():
        content = f.bytes()
        (FOLDER / f"{name}.tflite").write_bytes(content)
        said[name] = answers(content)
    (FOLDER / "answers.json").write_text(json.dumps(said, indent=0) + "\n")


main()
