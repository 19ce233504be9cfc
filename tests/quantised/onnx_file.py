"""Small quantised ONNX files, part by part, in both forms: for make_onnx_fixtures.py. Needs onnx, numpy."""
import numpy as np
import onnx
from onnx import TensorProto, helper

TYPES = {"u8": (TensorProto.UINT8, np.uint8), "s8": (TensorProto.INT8, np.int8), "s32": (TensorProto.INT32, np.int32),
         "f32": (TensorProto.FLOAT, np.float32), "s64": (TensorProto.INT64, np.int64)}
LINEAR = {"Conv": "QLinearConv", "Gemm": "QGemm", "MatMul": "QLinearMatMul", "Add": "QLinearAdd", "Mul": "QLinearMul",
          "GlobalAveragePool": "QLinearGlobalAveragePool", "Softmax": "QLinearSoftmax", "Sigmoid": "QLinearSigmoid", "Concat": "QLinearConcat"}
OF_ONNX = ("QLinearConv", "QLinearMatMul")  # the others are com.microsoft's


class Bytes:
    """A tensor of bytes, and the constants that say what they mean."""

    def __init__(self, name, shape, kind, scale, zero):
        self.name, self.shape, self.kind, self.scale, self.zero = name, shape, kind, scale, zero


class File:
    """form: "qdq" or "qoperator". kind: of activations, "u8" or "s8"."""

    def __init__(self, form, kind, seed, opset=17):
        self.form, self.kind, self.opset, self.draw = form, kind, opset, np.random.default_rng(seed)
        self.nodes, self.constants, self.inputs, self.outputs, self.names = [], [], [], [], 0

    def fresh(self, stem):
        self.names += 1
        return f"{stem}_{self.names}"

    def constant(self, values, kind, stem="c"):
        code, dtype = TYPES[kind]
        values = np.asarray(values, dtype)
        name = self.fresh(stem)
        self.constants.append(helper.make_tensor(name, code, values.shape, values.ravel().tolist()))
        return name

    def node(self, kind, inputs, name, domain="", **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def bytes(self, name, shape, scale, above_least, kind=None):
        kind = kind or self.kind
        zero = above_least if kind == "u8" else above_least - 128
        return Bytes(name, shape, kind, self.constant(np.float32(scale), "f32", "scale"), self.constant(zero, kind, "zero"))

    def input(self, name, shape, scale, above_least, floats=False):
        """Floats are brought to bytes; bytes are in this form of a file read as such."""
        self.inputs.append(helper.make_tensor_value_info(name, TYPES["f32" if floats else self.kind][0], shape))
        of = self.bytes(name + "_bytes" if floats else name, shape, scale, above_least)
        if floats:
            self.node("QuantizeLinear", [name, of.scale, of.zero], of.name)
        return of

    def output(self, of):
        self.outputs.append(helper.make_tensor_value_info(of.name, TYPES[of.kind][0], of.shape))

    def float_output(self, of, name):
        self.node("DequantizeLinear", [of.name, of.scale, of.zero], name)
        self.outputs.append(helper.make_tensor_value_info(name, TYPES["f32"][0], of.shape))

    def meaning(self, of, **attributes):
        return self.node("DequantizeLinear", [of.name, of.scale, of.zero], self.fresh("real"), **attributes)

    def weights(self, shape, kind, scales, zero=0, axis=0):
        """scales: one or one for each output; zero: of u8."""
        values = self.draw.integers(0 if kind == "u8" else -127, 256 if kind == "u8" else 128, shape)
        of = Bytes(self.constant(values, kind, "w"), shape, kind, self.constant(scales, "f32", "scale"),
                   self.constant(np.broadcast_to(zero, np.shape(scales)), kind, "zero"))
        of.axis = axis
        return of

    def op(self, name, kind, inputs, shape, scale, above_least, weights=None, bias=None, keep=True, between=None, **attributes):
        """The result, which is one of the graph's outputs unless keep is False. bias: (s32 values, float32 scales). between: a node of
        floats after the operation, (type, inputs behind the first, attributes)."""
        result = self.bytes(name, shape, scale, above_least)
        linear = LINEAR.get(kind) if not between else None
        operands = list(inputs) + ([weights] if weights else [])
        if self.form == "qoperator" and linear:
            flat = [n for o in operands for n in (o.name, o.scale, o.zero)]
            of_bias = [self.constant(bias[0], "s32", "b")] if bias else []
            to = [result.scale, result.zero]
            if linear == "QGemm":
                flat += (of_bias or [""]) + to
            elif linear == "QLinearConcat":
                flat = to + flat
            else:
                flat += to + of_bias
            if linear == "QLinearSoftmax":
                attributes["opset"] = self.opset
            self.node(linear, flat, name, "" if linear in OF_ONNX else "com.microsoft", **attributes)
        else:
            for o in operands:
                if getattr(o, "floats", None) is not None:  # a constant of floats that the file quantises itself
                    o.name = self.node("QuantizeLinear", [self.constant(o.floats, "f32", "w"), o.scale, o.zero], self.fresh("w_bytes"), axis=o.axis)
            real = [self.meaning(o, **({"axis": o.axis} if o is weights else {})) for o in operands]
            if bias and bias[1] is None:  # of floats
                real.append(self.constant(bias[0], "f32", "b"))
            elif bias:
                stored = Bytes(self.constant(bias[0], "s32", "b"), None, "s32", self.constant(bias[1], "f32", "scale"), "")
                real.append(self.node("DequantizeLinear", [stored.name, stored.scale], self.fresh("real"), axis=0))
            made = self.node(kind, real, self.fresh(name), **attributes)
            if between:
                made = self.node(between[0], [made] + between[1], self.fresh(name), **between[2])
            self.node("QuantizeLinear", [made, result.scale, result.zero], name)
        if keep:
            self.output(result)
        return result

    def model(self):
        graph = helper.make_graph(self.nodes, "g", self.inputs, self.outputs, self.constants)
        sets = [helper.make_opsetid("", self.opset)] + ([helper.make_opsetid("com.microsoft", 1)] if self.form == "qoperator" else [])
        model = helper.make_model(graph, opset_imports=sets, producer_name="")
        model.ir_version = 9
        onnx.checker.check_model(model)
        return model
