"""A quantised file as ONNX (qdq_model.py). Skipped without the race's packages."""
from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from typing import Any

try:
    import flatbuffers
    import numpy as np
    import onnx
    import qdq_model
    from ai_edge_litert import schema_py_generated as schema
except ImportError as error:
    raise unittest.SkipTest(str(error)) from None

GRIDS = {"image": None, "bytes": (0.05, 3), "logits": (0.04, -120), "end": None}  # "logits": as the model's own end is called


def _tensor(name: str, grid: tuple[float, int] | None, buffer: int) -> Any:
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.buffer = name, np.array([1, 1, 1, 8], np.int32), buffer
    tensor.type = schema.TensorType.INT8 if grid else schema.TensorType.FLOAT32
    tensor.quantization = schema.QuantizationParametersT()
    if grid:
        tensor.quantization.scale, tensor.quantization.zeroPoint = np.array(grid[:1], np.float32), np.array(grid[1:], np.int64)
    return tensor


def _write(path: Path) -> None:
    """QUANTIZE, HARD_SWISH, DEQUANTIZE."""
    model, graph = schema.ModelT(), schema.SubGraphT()
    model.version, model.subgraphs, model.operatorCodes, graph.operators = 3, [graph], [], []
    model.buffers = [schema.BufferT() for _ in GRIDS]
    graph.tensors = [_tensor(name, grid, k) for k, (name, grid) in enumerate(GRIDS.items())]
    graph.inputs, graph.outputs = np.array([0], np.int32), np.array([3], np.int32)
    for k, kind in enumerate(("QUANTIZE", "HARD_SWISH", "DEQUANTIZE")):
        code, operator = schema.OperatorCodeT(), schema.OperatorT()
        code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, kind)
        operator.opcodeIndex, operator.inputs, operator.outputs = k, np.array([k], np.int32), np.array([k + 1], np.int32)
        model.operatorCodes.append(code)
        graph.operators.append(operator)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    path.write_bytes(bytes(builder.Output()))


class QdqModel(unittest.TestCase):
    def test_hard_swish_stands_between_bytes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            tflite, path = Path(folder) / "model.tflite", Path(folder) / "model.onnx"
            _write(tflite)
            qdq_model.write(tflite, path)
            model = onnx.load(path)
        self.assertEqual([node.op_type for node in model.graph.node],
                         ["QuantizeLinear", "DequantizeLinear", "HardSwish", "QuantizeLinear", "DequantizeLinear", "Flatten"])
        self.assertEqual([end.name for end in model.graph.output], ["logits"])


if __name__ == "__main__":
    unittest.main()
