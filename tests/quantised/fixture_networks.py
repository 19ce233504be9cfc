"""Whole small networks of make_fixtures.py."""
import numpy as np
from ai_edge_litert import schema_py_generated as s
from fixture_file import NONE, RELU, RELU6, SAME, File, f32, options


def network(kind, channelwise):
    """A small network from an image to shares, whose end alone is an output: what a library can be made of."""
    f = File(kind, 9)
    x_scale, zero = f32(1 / 127.5), 131 if kind == "u8" else 0
    x = f.input("image", (1, 33, 35, 3), x_scale, 127)

    def layer(name, code, source, source_scale, shape, axis, out, scale, settings):
        scales = np.float32(0.006) * (np.float32(2) ** f.draw.uniform(-1, 1, shape[axis]).astype(np.float32) if channelwise else np.ones(1, np.float32))
        inputs = [source, f.weights(name + "/w", shape, scales, zero, axis if channelwise else 0),
                  f.bias(name + "/b", shape[axis], np.float32(source_scale) * scales.astype(np.float32), 3000)]
        return f.op(name, code, inputs, out, settings, scale, 0 if settings.fusedActivationFunction == RELU6 else 120, version=3)

    def conv(name, source, source_scale, outputs, inputs, window, stride, size, activation, scale):
        return layer(name, s.BuiltinOperator.CONV_2D, source, source_scale, (outputs, window, window, inputs), 0, (1, *size, outputs), scale,
                     options("Conv2D", padding=SAME, strideW=stride, strideH=stride, fusedActivationFunction=activation, dilationWFactor=1, dilationHFactor=1))

    def depthwise(name, source, source_scale, channels, window, stride, size, scale):
        return layer(name, s.BuiltinOperator.DEPTHWISE_CONV_2D, source, source_scale, (1, window, window, channels), 3, (1, *size, channels), scale,
                     options("DepthwiseConv2D", padding=SAME, strideW=stride, strideH=stride, depthMultiplier=1, fusedActivationFunction=RELU6,
                             dilationWFactor=1, dilationHFactor=1))

    six = f32(6 / 255)
    stem = conv("stem", x, x_scale, 24, 3, 3, 2, (17, 18), RELU6, six)
    first = depthwise("depthwise_1", stem, six, 24, 3, 1, (17, 18), six)
    project = conv("project_1", first, six, 20, 24, 1, 1, (17, 18), NONE, f32(0.11))
    expand = conv("expand_2", project, f32(0.11), 72, 20, 1, 1, (17, 18), RELU6, six)
    second = depthwise("depthwise_2", expand, six, 72, 5, 1, (17, 18), six)
    again = conv("project_2", second, six, 20, 72, 1, 1, (17, 18), NONE, f32(0.17))
    added = f.op("sum", s.BuiltinOperator.ADD, [project, again], (1, 17, 18, 20), options("Add", fusedActivationFunction=NONE), f32(0.2), 118)
    axes = f.tensor("axes", (2,), "i32", data=[1, 2])
    mean = f.op("mean", s.BuiltinOperator.MEAN, [added, axes], (1, 20), options("Reducer", keepDims=False), f32(0.06), 100)
    classes = layer("classes", s.BuiltinOperator.FULLY_CONNECTED, mean, f32(0.06), (37, 20), 0, (1, 37), f32(0.05), options("FullyConnected", fusedActivationFunction=NONE))
    f.graph.outputs = [f.op("shares", s.BuiltinOperator.SOFTMAX, [classes], (1, 37), options("Softmax", beta=1.0), f32(1 / 256), 0)]
    return f


def network_v3(kind, channelwise):
    """As a MobileNet V3 comes from the converter: an image that is scaled, squeeze-excites, hard-swishes; what a library can be made of."""
    f = File(kind, 10)
    op, zero = s.BuiltinOperator, 131 if kind == "u8" else 0
    scales = {}  # of each tensor

    def said(i, scale):
        scales[i] = scale
        return i

    def layer(name, code, source, shape, axis, out, scale, settings):
        factors = np.float32(0.008) * (np.float32(2) ** f.draw.uniform(-1, 1, shape[axis]).astype(np.float32) if channelwise else np.ones(1, np.float32))
        inputs = [source, f.weights(name + "/w", shape, factors, zero, axis if channelwise else 0),
                  f.bias(name + "/b", shape[axis], np.float32(scales[source]) * factors.astype(np.float32), 3000)]
        return said(f.op(name, code, inputs, out, settings, scale, 0 if settings.fusedActivationFunction in (RELU, RELU6) else 121, version=3), scale)

    def conv(name, source, outputs, inputs, window, stride, size, activation, scale):
        return layer(name, op.CONV_2D, source, (outputs, window, window, inputs), 0, (1, *size, outputs), scale,
                     options("Conv2D", padding=SAME, strideW=stride, strideH=stride, fusedActivationFunction=activation, dilationWFactor=1, dilationHFactor=1))

    def depthwise(name, source, channels, window, stride, size, activation, scale):
        return layer(name, op.DEPTHWISE_CONV_2D, source, (1, window, window, channels), 3, (1, *size, channels), scale,
                     options("DepthwiseConv2D", padding=SAME, strideW=stride, strideH=stride, depthMultiplier=1, fusedActivationFunction=activation,
                             dilationWFactor=1, dilationHFactor=1))

    def swish(name, source, shape, scale):
        return said(f.op(name, op.HARD_SWISH, [source], shape, options("HardSwish"), scale, 9), scale)

    def number(name, value, scale):
        return f.tensor(name, (), None, scale, f.zero(0), [value if kind == "u8" else value - 128])

    def mean(name, source, channels, scale):
        axes = f.tensor(name + "/axes", (2,), "i32", data=[1, 2])
        return said(f.op(name, op.MEAN, [source, axes], (1, 1, 1, channels), options("Reducer", keepDims=True), scale, 100), scale)

    def excite(name, source, channels, hidden, size, scale):
        pooled = mean(name + "/mean", source, channels, f32(scale / 3))
        squeezed = conv(name + "/squeeze", pooled, hidden, channels, 1, 1, (1, 1), RELU, f32(0.02))
        gate = conv(name + "/excite", squeezed, channels, hidden, 1, 1, (1, 1), RELU6, f32(6 / 255))
        sixth = f.op(name + "/sixth", op.MUL, [gate, number(name + "/factor", 255, f32(1 / 6 / 255))], (1, 1, 1, channels),
                     options("Mul", fusedActivationFunction=NONE), f32(1 / 255), 0, version=2)
        return said(f.op(name, op.MUL, [source, sixth], (1, *size, channels), options("Mul", fusedActivationFunction=NONE), scale, 60, version=2), scale)

    x = said(f.input("image", (1, 33, 35, 3), 1.0, 0), 1.0)
    scaled = f.op("scaled", op.MUL, [x, number("scale", 255, f32(1 / 127.5 / 255))], (1, 33, 35, 3), options("Mul", fusedActivationFunction=NONE),
                  f32(2 / 255), 0, version=2)
    moved = said(f.op("moved", op.ADD, [scaled, f.tensor("offset", (), None, f32(1 / 255), f.zero(255), [0 if kind == "u8" else -128])], (1, 33, 35, 3),
                      options("Add", fusedActivationFunction=NONE), f32(2 / 255), 128, version=2), f32(2 / 255))
    stem = swish("stem/swish", conv("stem", moved, 16, 3, 3, 2, (17, 18), NONE, f32(0.03)), (1, 17, 18, 16), f32(0.017))
    first = excite("excite_1", depthwise("depthwise_1", stem, 16, 3, 2, (9, 9), RELU, f32(0.012)), 16, 8, (9, 9), f32(0.006))
    project = conv("project_1", first, 24, 16, 1, 1, (9, 9), NONE, f32(0.015))
    wide = swish("swish_2", conv("expand_2", project, 40, 24, 1, 1, (9, 9), NONE, f32(0.02)), (1, 9, 9, 40), f32(0.012))
    deep = swish("swish_3", depthwise("depthwise_2", wide, 40, 5, 1, (9, 9), NONE, f32(0.02)), (1, 9, 9, 40), f32(0.011))
    again = conv("project_2", excite("excite_2", deep, 40, 16, (9, 9), f32(0.007)), 24, 40, 1, 1, (9, 9), NONE, f32(0.013))
    added = said(f.op("sum", op.ADD, [project, again], (1, 9, 9, 24), options("Add", fusedActivationFunction=NONE), f32(0.02), 118, version=2), f32(0.02))
    last = swish("swish_4", conv("last", added, 72, 24, 1, 1, (9, 9), NONE, f32(0.03)), (1, 9, 9, 72), f32(0.018))
    features = swish("swish_5", conv("features", mean("mean", last, 72, f32(0.006)), 56, 72, 1, 1, (1, 1), NONE, f32(0.02)), (1, 1, 1, 56), f32(0.012))
    logits = conv("logits", features, 37, 56, 1, 1, (1, 1), NONE, f32(0.07))
    flat = said(f.op("flat", op.RESHAPE, [logits, f.tensor("flat/shape", (2,), "i32", data=[1, 37])], (1, 37), options("Reshape", newShape=[1, 37]), f32(0.07), 121),
                f32(0.07))
    f.graph.outputs = [f.op("shares", op.SOFTMAX, [flat], (1, 37), options("Softmax", beta=1.0), f32(1 / 256), 0, version=2)]
    return f


def network_parts(kind):
    """Groups, channels put together, an image flattened for a fully connected layer, an image and a vector as outputs."""
    f = File(kind, 3)
    op, scales = s.BuiltinOperator, np.full(1, 0.006, np.float32)
    zero = 131 if kind == "u8" else 0
    x = f.input("image", (1, 33, 34, 3), f32(0.02), 127)

    def conv(name, source, source_scale, outputs, inputs, stride, size, activation, scale, groups=1):
        weights = f.weights(name + "/w", (outputs, 3, 3, inputs // groups), scales, zero, 0)
        return f.op(name, op.CONV_2D, [source, weights, f.bias(name + "/b", outputs, np.float32(source_scale) * scales, 2000)], (1, *size, outputs),
                    options("Conv2D", padding=SAME, strideW=stride, strideH=stride, fusedActivationFunction=activation, dilationWFactor=1, dilationHFactor=1),
                    scale, 0 if activation == RELU6 else 120, version=3)

    six, fine = f32(6 / 255), f32(0.05)
    stem = conv("stem", x, f32(0.02), 24, 3, 4, (9, 9), RELU6, six)
    parts = [conv("in groups", stem, six, 16, 24, 2, (5, 5), NONE, fine, groups=4), conv("whole", stem, six, 20, 24, 2, (5, 5), NONE, fine)]
    both = f.op("both", op.CONCATENATION, parts, (1, 5, 5, 36), options("Concatenation", axis=3, fusedActivationFunction=NONE), fine, 120)
    flat = f.op("flat", op.RESHAPE, [both, f.tensor("flat/shape", (2,), "i32", data=[1, 900])], (1, 900), options("Reshape", newShape=[1, 900]), fine, 120)
    dense = f.op("dense", op.FULLY_CONNECTED, [flat, f.weights("dense/w", (10, 900), scales, zero, 0)], (1, 10),
                 options("FullyConnected", fusedActivationFunction=NONE), f32(0.3), 128, version=3)
    f.graph.outputs = [f.op("mask", op.LOGISTIC, [both], (1, 5, 5, 36), None, f32(1 / 256), 0), dense]
    return f
