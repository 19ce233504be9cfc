"""fuzz_onnxruntime.py TOOL FIRST COUNT: random small quantised ONNX files, one operation each, of seeds FIRST to FIRST + COUNT - 1: ONNX
Runtime's outputs beside those of quantised_answers (TOOL). Ends with 1 where any differs. Needs onnx, onnxruntime 1.32.0, numpy."""
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime
from onnx_file import File


def random_file(seed):
    draw = np.random.default_rng(seed)
    f = File(["qdq", "qoperator"][seed % 2], ["u8", "s8"][seed // 2 % 2], seed)
    scale = lambda typical: np.float32(typical * np.exp(draw.normal(0, 0.7)))
    zero = lambda: int(draw.choice([0, 128, 255, draw.integers(0, 256)]))
    s = [scale(0.04), zero()]
    h, w, c = (int(draw.integers(1, 9)) for _ in range(3))
    x = f.input("x", (1, c, h, w), *s)
    image = (1, c, h, w)
    which = seed // 4 % (8 if f.form == "qoperator" else 11)
    if which == 0:
        f.op("y", "Add", [x, x] if draw.integers(2) else [x, f.op("z", "Mul", [x, x], image, scale(0.05), zero())], image, scale(0.07), zero())
    elif which == 1:
        f.op("y", "Mul", [x, f.op("m", "GlobalAveragePool", [x], (1, c, 1, 1), scale(0.02), zero())], image, scale(0.05), zero())
    elif which == 2:
        f.op("y", "GlobalAveragePool", [x], (1, c, 1, 1), scale(0.03), zero())
    elif which == 3:
        f.op("y", "Sigmoid", [x], image, draw.choice([np.float32(1 / 256), scale(0.004)]), zero())
    elif which == 4:
        f.inputs.pop()
        count = int(draw.choice([2, 10, 300, 1000, draw.integers(1, 2000)]))
        x = f.input("x", (1, count), scale(0.2), zero())
        f.op("y", "Softmax", [x], (1, count), draw.choice([np.float32(1 / 256), scale(0.004)]), int(draw.choice([0, 0, zero()])), axis=-1)
    elif which == 5:
        f.op("y", "Concat", [x, f.op("m", "Mul", [x, x], image, scale(0.05), zero())], (1, 2 * c, h, w), scale(0.05), zero(), axis=1)
    elif which in (6, 7):
        k, o = int(draw.integers(1, 4)), int(draw.integers(1, 20))
        of = "s8" if f.kind == "s8" or draw.integers(2) else "u8"
        depthwise = bool(draw.integers(2))
        outputs = c if depthwise else o
        pad, stride = int(draw.integers(0, k)), int(draw.integers(1, 3))
        if min(h, w) + 2 * pad < k:
            return None
        scales = np.array([scale(0.01) for _ in range(outputs)], np.float32) if draw.integers(2) else scale(0.01)
        weights = f.weights((outputs, 1 if depthwise else c, k, k), of, scales, zero() if of == "u8" else 0)
        bias = (draw.integers(-3000, 3000, outputs), np.float32(s[0]) * scales) if draw.integers(2) else None
        f.op("y", "Conv", [x], (1, outputs, (h + 2 * pad - k) // stride + 1, (w + 2 * pad - k) // stride + 1), scale(0.05), zero(), weights, bias,
             kernel_shape=[k, k], pads=[pad] * 4, strides=[stride] * 2, group=c if depthwise else 1)
    elif which == 8:
        f.op("y", "HardSwish", [x], image, scale(0.03), zero())
    elif which == 9:
        f.op("y", "HardSigmoid", [x], image, scale(0.004), zero(), alpha=float(scale(0.2)))
    elif which == 10:
        f.op("y", "Relu", [x], image, scale(0.04), zero())
    return f


def main():
    tool, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    elements = differing = files = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.onnx"
        for seed in range(first, first + count):
            f = random_file(seed)
            if f is None:
                continue
            path.write_bytes(f.model().SerializeToString())
            options = onnxruntime.SessionOptions()
            options.log_severity_level, options.intra_op_num_threads = 4, 1
            options.add_session_config_entry("session.qdqisint8allowed", "1")
            engine = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            detail = engine.get_inputs()[0]
            dtype = np.uint8 if f.kind == "u8" else np.int8
            inputs = [np.random.default_rng(k).integers(np.iinfo(dtype).min, np.iinfo(dtype).max + 1, detail.shape).astype(dtype) for k in range(3)]
            expected = b"".join(y.tobytes() for x in inputs for y in engine.run(None, {detail.name: x}))
            run = subprocess.run([tool, str(path), "onnx"], input=b"".join(x.tobytes() for x in inputs), capture_output=True)
            kind = f.nodes[-1].op_type if f.form == "qoperator" else f.nodes[-2].op_type
            if run.returncode:
                print(f"seed {seed}, {kind}: {run.stderr.decode().strip()}")
                continue
            a, b = np.frombuffer(expected, dtype), np.frombuffer(run.stdout, dtype)
            wrong = int((a != b).sum())
            if wrong:
                print(f"seed {seed}, {f.form} {f.kind} {kind}: {wrong} of {a.size} differ: {b[a != b][:6]}, expected {a[a != b][:6]}")
            elements, differing, files = elements + a.size, differing + wrong, files + 1
    print(f"{files} files, {elements} elements: {differing} differ")
    return 1 if differing else 0


sys.exit(main())
