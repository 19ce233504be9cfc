"""Small quantised TFLite files, part by part: for make_fixtures.py and fuzz_engine.py. Needs ai-edge-litert 2.3.0, numpy."""
import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as s

TYPES = {"u8": (s.TensorType.UINT8, np.uint8), "i8": (s.TensorType.INT8, np.int8), "i32": (s.TensorType.INT32, np.int32),
         "f32": (s.TensorType.FLOAT32, np.float32)}
SAME, VALID = s.Padding.SAME, s.Padding.VALID
NONE, RELU, RELU_N1, RELU6 = 0, 1, 2, 3  # ActivationFunctionType


class File:
    def __init__(self, kind, seed):
        self.kind, self.draw = kind, np.random.default_rng(seed)
        self.model, self.graph = s.ModelT(), s.SubGraphT()
        self.model.version, self.model.buffers, self.model.operatorCodes = 3, [s.BufferT()], []
        self.model.subgraphs = [self.graph]
        self.graph.tensors, self.graph.operators, self.graph.inputs, self.graph.outputs = [], [], [], []

    def tensor(self, name, shape, kind=None, scales=None, zeros=(0,), data=None, axis=0):
        t = s.TensorT()
        t.name, t.shape, (t.type, dtype) = name, list(shape), TYPES[kind or self.kind]
        t.buffer = 0
        if scales is not None:
            q = s.QuantizationParametersT()
            q.scale, q.zeroPoint, q.quantizedDimension = [float(x) for x in np.atleast_1d(scales)], list(zeros), axis
            t.quantization = q
        if data is not None:
            buffer = s.BufferT()
            buffer.data = np.frombuffer(np.asarray(data, dtype).tobytes(), np.uint8)
            self.model.buffers.append(buffer)
            t.buffer = len(self.model.buffers) - 1
        self.graph.tensors.append(t)
        return len(self.graph.tensors) - 1

    def zero(self, above_least):
        """A zero point, said as of u8."""
        return (above_least if self.kind == "u8" else above_least - 128,)

    def input(self, name, shape, scale, above_least=128, kind=None):
        i = self.tensor(name, shape, kind, None if kind == "f32" else scale, self.zero(above_least))
        self.graph.inputs.append(i)
        return i

    def op(self, name, code, inputs, shape, options=None, scale=None, above_least=128, kind=None, version=1):
        """The operation's output, which is one of the graph's."""
        known = [c.builtinCode for c in self.model.operatorCodes]
        if code not in known:
            c = s.OperatorCodeT()
            c.builtinCode, c.deprecatedBuiltinCode, c.version = code, min(code, 127), version
            self.model.operatorCodes.append(c)
            known.append(code)
        o = s.OperatorT()
        o.opcodeIndex, o.inputs = known.index(code), inputs
        if options is not None:
            o.builtinOptionsType = getattr(s.BuiltinOptions, type(options).__name__[:-1])
            o.builtinOptions = options
        o.outputs = [self.tensor(name, shape, kind, scale, self.zero(above_least))]
        self.graph.operators.append(o)
        self.graph.outputs.append(o.outputs[0])
        return o.outputs[0]

    def weights(self, name, shape, scales, zero, axis):
        least = 0 if self.kind == "u8" else -127
        data = self.draw.integers(least, least + 255, shape)
        return self.tensor(name, shape, None, scales, [zero] * len(np.atleast_1d(scales)), data, axis)

    def bias(self, name, count, scales, reach):
        return self.tensor(name, (count,), "i32", scales, [0] * len(np.atleast_1d(scales)), self.draw.integers(-reach, reach + 1, count))

    def bytes(self):
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def options(kind, **values):
    made = getattr(s, kind + "OptionsT")()
    for name, value in values.items():
        assert hasattr(made, name), f"{kind}.{name}"
        setattr(made, name, value)
    return made


def placed(extent, window, stride, padding, dilation=1):
    return -(-extent // stride) if padding == SAME else (extent - (window - 1) * dilation - 1) // stride + 1


def f32(x):
    return float(np.float32(x))
