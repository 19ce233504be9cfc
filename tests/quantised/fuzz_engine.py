"""fuzz_engine.py TOOL FIRST COUNT: COUNT small quantised files of random shapes, scales and settings, drawn from the seeds from FIRST on;
LiteRT's outputs beside those of quantised_answers (TOOL), in both arithmetics. Prints for each kind of operation how many elements were
compared and how many differ; ends with 1 where any does. Needs ai-edge-litert 2.3.0, numpy."""
import collections
import subprocess
import sys
import tempfile

import numpy as np
from ai_edge_litert import schema_py_generated as s
from engine import answers_of, engine_of
from fixture_file import SAME, VALID, File, f32, options, placed

B = s.BuiltinOperator


class Draw:
    """Operations on one image, added to a file."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.kind = ("u8", "i8")[seed % 2]
        self.channelwise = self.kind == "i8" and self.random.random() < 0.6
        self.file = File(self.kind, seed)
        self.height, self.width, self.channels = self.whole(3, 10), self.whole(3, 10), self.whole(1, 8)
        self.shape = (1, self.height, self.width, self.channels)
        self.scale, self.zero = self.between(1e-3, 0.3), self.whole(0, 255)
        self.x = self.file.input("x", self.shape, self.scale, self.zero)

    def whole(self, least, most):
        return int(self.random.integers(least, most + 1))

    def one_of(self, *choices):
        return choices[self.whole(0, len(choices) - 1)]

    def between(self, least, most):
        return f32(np.exp(self.random.uniform(np.log(least), np.log(most))))

    def near(self, scale, least, most):
        """The scale times e to the power of a number between."""
        return f32(scale * np.exp(self.random.uniform(least, most)))

    def convolution(self, name, depthwise):
        window, stride, padding = self.whole(1, 3), self.whole(1, 2), self.one_of(SAME, VALID)
        multiplier = self.whole(1, 2)
        outputs = self.channels * multiplier if depthwise else self.whole(1, 20)
        base = self.between(1e-4, 0.05)
        scales = np.full(outputs if self.channelwise else 1, base, np.float32)
        if self.channelwise:
            scales *= np.float32(2) ** self.random.uniform(-2, 2, outputs).astype(np.float32)
        shape = (1, window, window, outputs) if depthwise else (outputs, window, window, self.channels)
        axis = (3 if depthwise else 0) if self.channelwise else 0
        weights = self.file.weights(name + "/w", shape, scales, self.whole(0, 255) if self.kind == "u8" else 0, axis)
        bias = self.file.bias(name + "/b", outputs, np.float32(self.scale) * scales, self.whole(1, 5000))
        products = window * window * (1 if depthwise else self.channels)
        more = {"depthMultiplier": multiplier} if depthwise else {}
        settings = options("DepthwiseConv2D" if depthwise else "Conv2D", padding=padding, strideW=stride, strideH=stride,
                           fusedActivationFunction=self.whole(0, 3), dilationWFactor=1, dilationHFactor=1, **more)
        out = (1, placed(self.height, window, stride, padding), placed(self.width, window, stride, padding), outputs)
        self.file.op(name, B.DEPTHWISE_CONV_2D if depthwise else B.CONV_2D, [self.x, weights, bias], out, settings,
                     self.near(base * self.scale * np.sqrt(products) * 40, -4, 2), self.whole(0, 255), version=3)

    def pair(self, name, word):
        other = self.between(1e-3, 0.3)
        shape = self.one_of(self.shape, (self.channels,))
        least = 0 if self.kind == "u8" else -128
        constant = self.file.tensor(name + "/c", shape, None, other, self.file.zero(self.whole(0, 255)),
                                    self.random.integers(least, least + 256, shape))
        scale = self.near(self.scale * other * 128, -3, 1) if word == "Mul" else self.near(self.scale + other, -3, 1)
        self.file.op(name, getattr(B, word.upper()), self.one_of([self.x, constant], [constant, self.x]), self.shape,
                     options(word, fusedActivationFunction=self.whole(0, 3)), scale, self.whole(0, 255), version=2)

    def pool(self, name):
        window, stride, padding = self.whole(1, 3), self.whole(1, 2), self.one_of(SAME, VALID)
        out = (1, placed(self.height, window, stride, padding), placed(self.width, window, stride, padding), self.channels)
        self.file.op(name, self.one_of(B.AVERAGE_POOL_2D, B.MAX_POOL_2D), [self.x], out,
                     options("Pool2D", padding=padding, strideW=stride, strideH=stride, filterWidth=window, filterHeight=window,
                             fusedActivationFunction=self.whole(0, 3)), self.scale, self.zero, version=2)

    def mean(self, name):
        axes, keep = self.one_of([1, 2], [3], [1], [2, 1], [-1]), self.one_of(True, False)
        reduced = {a % 4 for a in axes}
        out = [1 if i in reduced else self.shape[i] for i in range(4) if keep or i not in reduced]
        at = self.file.tensor(name + "/axes", (len(axes),), "i32", data=axes)
        self.file.op(name, B.MEAN, [self.x, at], out, options("Reducer", keepDims=keep), self.near(self.scale, -2, 1), self.whole(0, 255), version=2)

    def quantize(self, name):
        kind = self.one_of("u8", "i8")
        zero = self.whole(0, 255) - (128 if kind == "i8" else 0)
        self.file.op(name, B.QUANTIZE, [self.x], self.shape, options("Quantize"), self.near(self.scale, -3, 3),
                     zero + (0 if self.kind == "u8" else 128), kind)

    def function(self, name):
        code = self.one_of(B.SOFTMAX, B.LOGISTIC, B.HARD_SWISH, B.RELU, B.RELU6, B.RELU_N1_TO_1)
        if code in (B.SOFTMAX, B.LOGISTIC):
            settings = options("Softmax", beta=self.one_of(1.0, 0.5, 2.0)) if code == B.SOFTMAX else None
            self.file.op(name, code, [self.x], self.shape, settings, 1 / 256, 0)
        else:
            settings = options("HardSwish") if code == B.HARD_SWISH else None
            self.file.op(name, code, [self.x], self.shape, settings, self.near(self.scale, -2, 2), self.whole(0, 255))

    def operations(self, count):
        rows = {"convolution": lambda n: self.convolution(n, False), "depthwise": lambda n: self.convolution(n, True),
                "sum": lambda n: self.pair(n, "Add"), "difference": lambda n: self.pair(n, "Sub"), "product": lambda n: self.pair(n, "Mul"),
                "pool": self.pool, "mean": self.mean, "quantize": self.quantize, "function": self.function}
        for k in range(count):
            name = self.one_of(*rows)
            rows[name](f"{name} {k}")
        return self.file.bytes()


def main():
    tool, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    compared, different, refused = collections.Counter(), collections.Counter(), 0
    for seed in range(first, first + count):
        draw = Draw(seed)
        with tempfile.NamedTemporaryFile(suffix=".tflite") as model:
            model.write(draw.operations(6))
            model.flush()
            least = 0 if draw.kind == "u8" else -128
            image = draw.random.integers(least, least + 256, draw.shape).astype(np.uint8 if draw.kind == "u8" else np.int8)
            for mode in ("integer", "floating"):
                run = subprocess.run([tool, model.name, mode], input=image.tobytes(), capture_output=True)
                if run.returncode:
                    refused += 1
                    continue
                engine, at = engine_of(model.name, mode), 0
                for detail, theirs in zip(engine.get_output_details(), answers_of(engine, [image])):
                    ours = np.frombuffer(run.stdout[at:at + theirs.nbytes], theirs.dtype).reshape(theirs.shape)
                    at += theirs.nbytes
                    key = f"{mode} {detail['name'].split()[0]}"
                    compared[key] += theirs.size
                    different[key] += int((ours != theirs).sum())
                    if (ours != theirs).any():
                        print(f"seed {seed}: {mode}: {detail['name']!r} differs")
    for key in sorted(compared):
        print(f"{key:24} {compared[key]:8} elements, {different[key]} differ")
    print(f"{refused} runs refused")
    return 1 if sum(different.values()) or refused > count // 4 else 0


sys.exit(main())
