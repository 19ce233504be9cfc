"""make_onnx_fixtures.py: writes tests/data/quantised_onnx: small quantised ONNX files in both forms, and answers.json, what ONNX Runtime computes
of them: the outputs' bytes in hexadecimal. Inputs are by formula(), as files.cpp has it. Needs onnx, onnxruntime 1.32.0, numpy, and a CPU
with VNNI: without, ONNX Runtime's sums of u8 and s8 saturate."""
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
from fixture_formula import formula
from onnx_file import File

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "data" / "quantised_onnx"
FLOATS = {"Conv", "Gemm", "MatMul", "Add", "GlobalAveragePool", "Softmax", "Concat", "FusedConv", "FusedGemm"}


def layer(f, name, kind, x, x_scale, shape, out, scale, above_least=0, w="s8", channels=True, zero=0, bias=True, reach=2000, axis=0, **more):
    """A convolution or a product with a matrix, whose outputs are along the axis."""
    outputs = shape[axis]
    scales = (np.float32(0.011) * np.float32(2) ** f.draw.uniform(-1, 1, outputs)).astype(np.float32) if channels else np.float32(0.011)
    weights = f.weights(shape, w, scales, zero, axis)
    added = (f.draw.integers(-reach, reach + 1, outputs), np.float32(x_scale) * scales) if bias else None
    return f.op(name, kind, [x], out, scale, above_least, weights, added, **more)


def products(form, kind, w, channels):
    f = File(form, kind, 1)
    s = np.float32(0.0390625)
    x = f.input("x", (1, 6, 7, 5), s, 121)
    zero = 133 if w == "u8" else 3 if kind == "u8" and not channels else 0
    common = dict(w=w, channels=channels, zero=zero)

    def conv(name, shape, out, scale, **more):
        return layer(f, name, "Conv", x, s, shape, (1,) + out, scale, **{**common, **more})

    conv("stem", (5, 6, 3, 3), (5, 4, 3), 0.05, strides=[2, 2], pads=[0, 0, 2, 2], kernel_shape=[3, 3])
    conv("pointwise", (9, 6, 1, 1), (9, 7, 5), 0.03, above_least=128)
    conv("saturating", (5, 6, 1, 1), (5, 7, 5), 0.004, above_least=128)
    conv("halves", (5, 6, 1, 1), (5, 7, 5), s * np.float32(0.011) * 64, above_least=7, bias=False)
    conv("dilated", (4, 6, 3, 3), (4, 7, 5), 0.05, above_least=100, dilations=[2, 2], pads=[2, 2, 2, 2])
    conv("same", (4, 6, 3, 3), (4, 4, 3), 0.05, above_least=100, strides=[2, 2], auto_pad="SAME_UPPER")
    conv("groups", (4, 3, 1, 1), (4, 7, 5), 0.05, above_least=100, group=2)
    conv("depthwise", (6, 1, 3, 3), (6, 7, 5), 0.03, above_least=0, group=6, pads=[1, 1, 1, 1])
    conv("multiplied", (12, 1, 3, 2), (12, 5, 4), 0.02, above_least=60, group=6)
    if form == "qdq" and w == "s8":  # a bias of floats, and weights that the file quantises
        scales = (np.float32(0.011) * np.float32(2) ** f.draw.uniform(-1, 1, 5)).astype(np.float32) if channels else np.float32(0.011)
        weights = f.weights((5, 6, 1, 1), w, scales)
        weights.floats = f.draw.normal(0, 0.6, (5, 6, 1, 1)).astype(np.float32)
        f.op("floats", "Conv", [x], (1, 5, 7, 5), 0.03, 90, weights, (f.draw.normal(0, 2, 5).astype(np.float32), None))
    means = f.op("means", "GlobalAveragePool", [x], (1, 6, 1, 1), 0.01, 128, keep=False)
    flat = f.bytes("flat", (1, 6), 0.01, 128)
    flat.scale, flat.zero = means.scale, means.zero
    f.node("Flatten", [means.name], flat.name)
    f.output(flat)
    if not (form == "qoperator" and w == "u8" and channels):
        layer(f, "dense", "Gemm", flat, np.float32(0.01), (11, 6), (1, 11), 0.004, 100, transB=1, **common)
        layer(f, "turned", "Gemm", flat, np.float32(0.01), (6, 4), (1, 4), 0.004, 100, axis=1, **common)
    if form == "qdq" and w == "s8" and not channels:
        weights = f.weights((3, 6), w, np.float32(0.011))
        f.op("floats dense", "Gemm", [flat], (1, 3), 0.004, 90, weights, (f.draw.normal(0, 0.2, 3).astype(np.float32), None), transB=1)
    if not channels:
        layer(f, "matrix", "MatMul", flat, np.float32(0.01), (6, 7), (1, 7), 0.004, 100, axis=1, bias=False, **common)
    return f


def functions(form, kind):
    f = File(form, kind, 2)
    x = f.input("x", (1, 6, 5, 4), 0.0390625, 121)
    y = f.op("y", "MaxPool", [x], (1, 6, 5, 4), 0.0390625, 121, keep=False, kernel_shape=[3, 3], pads=[1, 1, 1, 1]) if form == "qdq" else x
    f.op("sum", "Add", [x, y], (1, 6, 5, 4), 0.07, 128)
    f.op("sum of halves", "Add", [x, x], (1, 6, 5, 4), 0.15625, 128)
    f.op("sum that saturates", "Add", [y, x], (1, 6, 5, 4), 0.013, 17)
    means = f.op("means", "GlobalAveragePool", [x], (1, 6, 1, 1), 0.011, 60)
    f.op("gated", "Mul", [x, means], (1, 6, 5, 4), 0.02, 130)
    f.op("squares", "Mul", [x, x], (1, 6, 5, 4), 0.07, 0)
    f.op("sigmoid", "Sigmoid", [x], (1, 6, 5, 4), 1 / 256, 0)
    f.op("parts", "Concat", [x, f.op("other", "Mul", [x, x], (1, 6, 5, 4), 0.11, 3, keep=False)], (1, 12, 5, 4), 0.05, 128, axis=1)
    if form == "qdq":
        f.output(y)
        f.op("hard_swish", "HardSwish", [x], (1, 6, 5, 4), 0.03, 20)
        f.op("hard_sigmoid", "HardSigmoid", [x], (1, 6, 5, 4), 1 / 255, 0, alpha=0.2)
        f.op("relu", "Relu", [x], (1, 6, 5, 4), 0.02, 0)
        bounds = [f.constant(np.float32(0), "f32"), f.constant(np.float32(6), "f32")]
        real = f.meaning(x)
        f.node("Clip", [real] + bounds, "clipped")
        clip = f.bytes("clip", (1, 6, 5, 4), 0.019, 5)
        f.node("QuantizeLinear", ["clipped", clip.scale, clip.zero], "clip")
        f.output(clip)
        f.op("sum with relu", "Add", [x, y], (1, 6, 5, 4), 0.03, 0, between=("Relu", [], {}))
        wide = f.bytes("wide", (1, 6, 5, 4), 0.031, 90)
        f.node("QuantizeLinear", [f.meaning(x), wide.scale, wide.zero], "wide")
        f.output(wide)
    return f


def shares(form, kind, count, scale):
    f = File(form, kind, 3)
    x = f.input("x", (1, count), scale, 121)
    f.op("shares", "Softmax", [x], (1, count), 1 / 256, 0, axis=-1)
    return f


def network(form, kind, w, channels, opset=17, floats=True):
    """A small V2: a stem, a block with a sum, a pool, a matrix; of QDQ with clips that the ranges imply. floats: at both ends, else bytes."""
    f = File(form, kind, 4, opset)
    s = [np.float32(v) for v in (6 / 128, 6 / 255, 0.05, 6 / 255, 0.06, 0.07, 0.01)]
    x = f.input("image", (1, 3, 14, 11), s[0], 128, floats=floats)
    clip = ("Clip", [f.constant(np.float32(0), "f32"), f.constant(np.float32(6), "f32")], {}) if form == "qdq" else None
    common = dict(w=w, channels=channels, zero=130 if w == "u8" else 0, keep=False)
    a = layer(f, "stem", "Conv", x, s[0], (8, 3, 3, 3), (1, 8, 7, 6), s[1], between=clip, strides=[2, 2], pads=[0, 1, 1, 1], **common)
    b = layer(f, "expand", "Conv", a, s[1], (19, 8, 1, 1), (1, 19, 7, 6), s[3], between=clip, **common)
    c = layer(f, "depthwise", "Conv", b, s[3], (19, 1, 3, 3), (1, 19, 7, 6), s[3], between=clip, group=19, pads=[1, 1, 1, 1], **common)
    d = layer(f, "project", "Conv", c, s[3], (8, 19, 1, 1), (1, 8, 7, 6), s[4], 119, **common)
    e = f.op("added", "Add", [a, d], (1, 8, 7, 6), s[5], 100, keep=False)
    g = f.op("means", "GlobalAveragePool", [e], (1, 8, 1, 1), s[6] * 3, 90, keep=False)
    if form == "qdq":
        h = f.op("flat", "Flatten", [g], (1, 8), s[6] * 3, 90, keep=False)
    else:
        h = f.bytes("flat", (1, 8), s[6] * 3, 90)
        f.node("Flatten", [g.name], "flat")
    i = layer(f, "logits", "Gemm", h, s[6] * 3, (10, 8), (1, 10), 0.05, 128, transB=1, **common)
    if floats:
        f.float_output(i, "answers")
    else:
        f.output(i)
    return f


def answers(model, name):
    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    options.add_session_config_entry("session.qdqisint8allowed", "1")
    optimised = pathlib.Path("/tmp") / f"{name}.onnx"
    options.optimized_model_filepath = str(optimised)
    engine = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    left = {n.op_type for n in onnx.load(optimised).graph.node} & FLOATS
    optimised.unlink()
    assert not left, f"{name}: {left} are computed in floats"
    types = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8, "tensor(int8)": np.int8}
    inputs = {d.name: formula(int(np.prod(d.shape)), types[d.type]).reshape(d.shape) for d in engine.get_inputs()}
    return {d.name: y.tobytes().hex() for d, y in zip(engine.get_outputs(), engine.run(None, inputs))}


def main():
    files = {}
    for form in ("qdq", "qoperator"):
        for kind, w in (("u8", "s8"), ("u8", "u8"), ("s8", "s8")):
            for channels in (False, True):
                files[f"products_{form}_{kind}{w}_{'channels' if channels else 'tensor'}"] = products(form, kind, w, channels)
        for kind in ("u8", "s8"):
            files[f"functions_{form}_{kind}"] = functions(form, kind)
            files[f"shares_{form}_{kind}"] = shares(form, kind, 37, 0.0625)
        files[f"network_{form}_u8s8"] = network(form, "u8", "s8", False)
        files[f"network_{form}_u8u8"] = network(form, "u8", "u8", False, opset=13)
        files[f"network_{form}_s8s8"] = network(form, "s8", "s8", True)
        files[f"network_{form}_bytes_u8"] = network(form, "u8", "s8", True, floats=False)
        files[f"network_{form}_bytes_s8"] = network(form, "s8", "s8", False, floats=False)
    FOLDER.mkdir(parents=True, exist_ok=True)
    said = {}
    for name, f in files.items():
        model = f.model()
        said[name] = answers(model, name)
        (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString())
    (FOLDER / "answers.json").write_text(json.dumps(said, indent=0) + "\n")


main()
